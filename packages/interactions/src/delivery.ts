/**
 * Ways for a first response to reach Discord: in the HTTP response to the interaction, by a callback request, or through a
 * function of the caller's. Each tells when the response has left, since Discord refuses follow-ups before that.
 */
import type { APIInteractionResponse, APIMessage, Clock, DiscordRequest, ReceiverResponse } from '@tinfoil/types';
import { type EncodedBody, encodeFiles, encodeJson, type ReadFile } from './multipart.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** Carries one interaction's first response. */
export interface Delivery {
  /** Hands the response over; resolves to the message where Discord's answer carries it. */
  deliver(
    response: APIInteractionResponse,
    files: readonly ReadFile[],
    withMessage: boolean,
  ): Promise<APIMessage | undefined>;
  /** Resolves when follow-ups may go; never rejects. */
  sent(): Promise<void>;
}

/** Sends a first response by other means than Discord's callback endpoint. */
export type Respond = (response: APIInteractionResponse, files: readonly ReadFile[]) => unknown;

/** Longest wait for a listener that does not say when the response left. */
const sentWithinMs = 3000;

/** What a delivery stands on. */
export interface DeliveryParts {
  readonly interaction: HandledInteraction;
  readonly request: DiscordRequest;
  readonly clock: Clock;
  /** Answers the HTTP request, if there is one; only the first call counts. */
  readonly resolve: (response: ReceiverResponse) => void;
}

/**
 * Makes the delivery of one first response.
 *
 * @param respond - `undefined` answers in the HTTP response, unless the handler wants the message back, which only a callback
 * brings; `null` answers by callback, and a function by itself, either with 202 for the HTTP request, if there is one.
 */
export function createDelivery(parts: DeliveryParts, respond: Respond | null | undefined): Delivery {
  const { resolve, clock } = parts;
  let open = () => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return {
    async deliver(response, files, withMessage) {
      if (respond === undefined && !withMessage) {
        const encoded = files.length === 0 ? encodeJson(response) : await encodeFiles(response, files);
        resolve({ ...toResponse(encoded), sent: open });
        return undefined;
      }
      let isAnswered = respond !== undefined;
      try {
        const message = await (respond && !withMessage
          ? respond(response, files)
          : callback(parts, response, files, withMessage));
        isAnswered = true;
        return withMessage ? (message as APIMessage | undefined) : undefined;
      } finally {
        // After a callback that failed the HTTP response can still carry the answer to that error.
        if (isAnswered) resolve(accepted);
        open();
      }
    },
    sent: () => Promise.race([opened, wait(clock, sentWithinMs)]),
  };
}

/** Empty answer to an interaction that was answered by a request. */
const accepted: ReceiverResponse = { status: 202, headers: {}, body: null };

/** Resolves after so many milliseconds, without keeping the process alive for it. */
export function wait(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve, { unref: true }));
}

/** Plain HTTP answer of an encoded body. */
export function toResponse({ contentType, body }: EncodedBody): ReceiverResponse {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

async function callback(
  { interaction, request }: DeliveryParts,
  response: APIInteractionResponse,
  files: readonly ReadFile[],
  withMessage: boolean,
): Promise<APIMessage | undefined> {
  const result = await request<{ readonly resource?: { readonly message?: APIMessage } } | undefined>({
    method: 'POST',
    path: `/interactions/${encodeURIComponent(interaction.id)}/${encodeURIComponent(interaction.token)}/callback`,
    query: withMessage ? { with_response: true } : undefined,
    body: response,
    files: files.length === 0 ? undefined : files,
    auth: 'none',
  });
  return result?.resource?.message;
}
