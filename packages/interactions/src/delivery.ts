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

/** Answers in the HTTP response, unless the handler wants the message back, which only a callback brings. */
export function inlineDelivery(parts: DeliveryParts): Delivery {
  const { resolve } = parts;
  const gate = createGate(parts.clock);
  return {
    async deliver(response, files, withMessage) {
      if (withMessage) {
        const message = await callback(parts, response, files, true);
        resolve(accepted);
        gate.open();
        return message;
      }
      const encoded = files.length === 0 ? encodeJson(response) : await encodeFiles(response, files);
      resolve({ ...toResponse(encoded), sent: gate.open });
      return undefined;
    },
    sent: gate.wait,
  };
}

/** Answers by a request to Discord, or by `respond`; then tells the HTTP request, if there is one, 202. */
export function callbackDelivery(parts: DeliveryParts, respond: Respond | null): Delivery {
  const gate = createGate(parts.clock);
  return {
    async deliver(response, files, withMessage) {
      try {
        if (respond === null || withMessage) return await callback(parts, response, files, withMessage);
        await respond(response, files);
        return undefined;
      } finally {
        parts.resolve(accepted);
        gate.open();
      }
    },
    sent: gate.wait,
  };
}

/** Empty answer to an interaction that was answered by a request. */
export const accepted: ReceiverResponse = { status: 202, headers: {}, body: null };

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

function createGate(clock: Clock): { readonly open: () => void; readonly wait: () => Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const late = () => new Promise<void>((resolve) => clock.after(sentWithinMs, resolve, { unref: true }));
  return { open, wait: () => Promise.race([opened, late()]) };
}
