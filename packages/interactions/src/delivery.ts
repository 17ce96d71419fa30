/**
 * Ways for a first response to reach Discord: in the HTTP response to the interaction, by a callback request, or through a
 * function of the caller's. Each tells when the response has left, since Discord refuses follow-ups before that.
 */
import type { APIInteractionResponse, APIMessage, Clock, DiscordRequest, ReceiverResponse } from '@tinfoil/types';
import { type EncodedBody, encodeBody, type ReadFile } from './multipart.ts';
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

/** Answers in the HTTP response, unless the handler wants the message back, which only a callback brings. */
export function inlineDelivery(
  interaction: HandledInteraction,
  request: DiscordRequest,
  clock: Clock,
  resolve: (response: ReceiverResponse) => void,
): Delivery {
  const gate = createGate(clock);
  return {
    async deliver(response, files, withMessage) {
      if (withMessage) {
        const message = await callback(interaction, request, response, files, true);
        resolve(accepted);
        gate.open();
        return message;
      }
      resolve({ ...toResponse(encodeBody(response, files)), sent: gate.open });
      return undefined;
    },
    sent: gate.wait,
  };
}

/** Answers by a request to Discord, or by `respond`; then, if there is an HTTP request to answer, tells it 202. */
export function callbackDelivery(
  interaction: HandledInteraction,
  request: DiscordRequest,
  clock: Clock,
  respond: Respond | undefined,
  resolve: (response: ReceiverResponse) => void,
): Delivery {
  const gate = createGate(clock);
  return {
    async deliver(response, files, withMessage) {
      try {
        if (respond === undefined || withMessage)
          return await callback(interaction, request, response, files, withMessage);
        await respond(response, files);
        return undefined;
      } finally {
        resolve(accepted);
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
  interaction: HandledInteraction,
  request: DiscordRequest,
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
  let isOpen = false;
  const waiting: (() => void)[] = [];
  const open = () => {
    isOpen = true;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const wait = () => {
    if (isOpen) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const cancel = clock.after(sentWithinMs, resolve);
      waiting.push(() => {
        cancel();
        resolve();
      });
    });
  };
  return { open, wait };
}
