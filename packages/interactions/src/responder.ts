/**
 * One interaction's conversation with Discord: performs what {@link answer} decides. Owns the order of things: the first
 * response leaves before any follow-up, and nothing is sent with a token that has expired.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages | Discord Docs/Followup Messages}
 */
import {
  type APIInteractionResponse,
  type APIInteractionResponseCallbackData,
  type APIMessage,
  backoffMs,
  type Clock,
  type DiscordRequest,
  type HttpMethod,
  sleep,
} from '@tinfoil/types';
import { type Action, type AnswerState, answer, type Intent, unanswered } from './answer.ts';
import type { Delivery } from './delivery.ts';
import { AlreadyAnsweredError, NotAnsweredError, TokenExpiredError } from './errors.ts';
import type { ReadFile } from './multipart.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** What a responder stands on. */
export interface ResponderParts {
  readonly interaction: HandledInteraction;
  readonly delivery: Delivery;
  readonly request: DiscordRequest;
  readonly clock: Clock;
  /** Clock time at which the interaction came. */
  readonly receivedAtMs: number;
}

const tokenLifeMs = 15 * 60_000;
/** After the first response Discord may need so long until it knows the interaction's webhook. */
const settleMs = 3000;
const settleBackoff = { baseMs: 100, maxMs: 800 };
const ephemeral = 64;

/** Performs the answers of one interaction. */
export class Responder {
  readonly #parts: ResponderParts;
  #state: AnswerState = unanswered;
  /** Message that stands for the first response: another one once that had to be replaced. */
  #original = '@original';
  #answeredAtMs = 0;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
  }

  /** True until a first response was chosen. */
  get isOpen(): boolean {
    return this.#state.status === 'open';
  }

  /** True when a deferral went out that nothing has filled. */
  get isDeferred(): boolean {
    return this.#state.status === 'deferred' || this.#state.status === 'deferredUpdate';
  }

  /** True when an automatic deferral went out and the handler never said anything. */
  get isForgotten(): boolean {
    return this.#state.status === 'deferred' && this.#state.wanted === undefined;
  }

  /**
   * Says something. Resolves to the message where there is one; a first response has none, unless `withMessage`.
   *
   * @throws {@link AlreadyAnsweredError}, {@link NotAnsweredError}, {@link TokenExpiredError}, and what the sender rejects with.
   */
  async say(
    action: string,
    intent: Intent,
    data?: object | undefined,
    files: readonly ReadFile[] = [],
    withMessage = false,
  ): Promise<APIMessage | undefined> {
    const before = this.#state;
    const [state, step] = answer(before, intent);
    this.#state = state;
    switch (step.type) {
      case 'refuse':
        throw step.why === 'notAnswered' ? new NotAnsweredError(action) : new AlreadyAnsweredError(action, step.how);
      case 'nothing':
        return undefined;
      case 'respond':
        return this.#respond(step, data, files, withMessage, before);
      case 'edit':
        return this.#webhook(action, 'PATCH', this.#original, data, files);
      case 'create':
        return this.#create(action, data, files, step.isEphemeral, intent.type === 'edit');
      case 'replace':
        await this.#webhook(action, 'DELETE', this.#original);
        return this.#create(action, data, files, step.isEphemeral, true);
    }
  }

  /** Acts on the first response, or on a follow-up by its id. */
  async message(
    action: string,
    method: HttpMethod,
    messageId: string | undefined,
    data?: object | undefined,
    files?: readonly ReadFile[] | undefined,
  ): Promise<APIMessage | undefined> {
    if (this.isOpen) throw new NotAnsweredError(action);
    return this.#webhook(action, method, messageId ?? this.#original, data, files);
  }

  async #respond(
    step: Action & { readonly type: 'respond' },
    data: object | undefined,
    files: readonly ReadFile[],
    withMessage: boolean,
    before: AnswerState,
  ): Promise<APIMessage | undefined> {
    const { delivery, clock } = this.#parts;
    this.#answeredAtMs = clock.nowMs();
    // The step chose the type for the intent that brought this data.
    const response = (
      data === undefined ? { type: step.callback } : { type: step.callback, data }
    ) as APIInteractionResponse;
    try {
      return await delivery.deliver(response, files, withMessage);
    } catch (error) {
      // Not said after all: the answer to the failed handler may still get through.
      this.#state = before;
      throw error;
    }
  }

  async #create(
    action: string,
    data: object | undefined,
    files: readonly ReadFile[],
    isEphemeral: boolean,
    isOriginal: boolean,
  ): Promise<APIMessage | undefined> {
    const { flags = 0 } = (data ?? {}) as APIInteractionResponseCallbackData;
    const body = { ...data, flags: isEphemeral ? flags | ephemeral : flags & ~ephemeral };
    const message = await this.#webhook(action, 'POST', undefined, body, files);
    if (isOriginal && typeof message?.id === 'string') this.#original = message.id;
    return message;
  }

  async #webhook(
    action: string,
    method: HttpMethod,
    messageId: string | undefined,
    body?: object | undefined,
    files?: readonly ReadFile[] | undefined,
  ): Promise<APIMessage | undefined> {
    const { interaction, delivery, request, clock, receivedAtMs } = this.#parts;
    if (clock.nowMs() - receivedAtMs > tokenLifeMs) throw new TokenExpiredError(action);
    await delivery.sent();
    const base = `/webhooks/${encodeURIComponent(interaction.application_id)}/${encodeURIComponent(interaction.token)}`;
    const path =
      messageId === undefined
        ? base
        : `${base}/messages/${messageId === '@original' ? messageId : encodeURIComponent(messageId)}`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request<APIMessage | undefined>({
          method,
          path,
          body,
          files: files === undefined || files.length === 0 ? undefined : files,
          auth: 'none',
        });
      } catch (error) {
        const isYoung = clock.nowMs() - this.#answeredAtMs < settleMs;
        if (!isYoung || !isNotYetKnown(error, messageId)) throw error;
        await sleep(clock, backoffMs(attempt, settleBackoff, Math.random()));
      }
    }
  }
}

/** Unknown webhook (10015), or unknown message (10008) where it is the first response: it may not have arrived yet. */
function isNotYetKnown(error: unknown, messageId: string | undefined): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { discordCode, code } = error as { readonly discordCode?: unknown; readonly code?: unknown };
  const number = typeof discordCode === 'number' ? discordCode : code;
  return number === 10015 || (number === 10008 && messageId === '@original');
}
