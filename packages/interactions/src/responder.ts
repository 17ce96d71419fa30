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
import { type AnswerState, answer, type Intent, unanswered } from './answer.ts';
import type { Delivery } from './delivery.ts';
import { InteractionsError } from './errors.ts';
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
   * @throws {@link InteractionsError} when it was answered, was not, or is too old; and what the sender rejects with.
   */
  async say(
    action: string,
    intent: Intent,
    data?: object | undefined,
    files: readonly ReadFile[] = [],
    withMessage: boolean = false,
  ): Promise<APIMessage | undefined> {
    const before = this.#state;
    const [state, step] = answer(before, intent);
    this.#state = state;
    switch (step.type) {
      case 'refuse':
        if (!step.how) throw notAnswered(action);
        throw new InteractionsError(
          'ALREADY_ANSWERED',
          `cannot ${action}: the interaction's first response was ${step.how}`,
        );
      case 'nothing':
        return undefined;
      case 'respond':
        this.#answeredAtMs = this.#parts.clock.nowMs();
        try {
          // The step chose the type for the intent that brought this data.
          const response = { type: step.callback, data } as APIInteractionResponse;
          return await this.#parts.delivery.deliver(response, files, withMessage);
        } catch (error) {
          // Not said after all: the answer to the failed handler may still get through.
          this.#state = before;
          throw error;
        }
      case 'edit':
        return this.message(action, 'PATCH', undefined, data, files);
      case 'replace':
      case 'create': {
        const isReplaced = step.type === 'replace';
        if (isReplaced) await this.message(action, 'DELETE');
        const { flags = 0 } = (data ?? {}) as APIInteractionResponseCallbackData;
        const body = { ...data, flags: (flags & ~ephemeral) | step.flags };
        const message = await this.#webhook(action, 'POST', '', body, files);
        // An edit that became a message stands for the first response from here on.
        if (isReplaced || intent.type === 'edit') this.#original = message.id;
        return message;
      }
    }
  }

  /** Acts on the first response, or on a follow-up by its id. Discord answers with the message, except to DELETE. */
  async message(
    action: string,
    method: HttpMethod,
    messageId: string = this.#original,
    body?: object | undefined,
    files?: readonly ReadFile[] | undefined,
  ): Promise<APIMessage> {
    if (this.isOpen) throw notAnswered(action);
    return this.#webhook(action, method, `/messages/${messageId}`, body, files);
  }

  async #webhook(
    action: string,
    method: HttpMethod,
    below: string,
    body?: object | undefined,
    files: readonly ReadFile[] = [],
  ): Promise<APIMessage> {
    const { interaction, delivery, request, clock, receivedAtMs } = this.#parts;
    if (clock.nowMs() - receivedAtMs > tokenLifeMs)
      throw new InteractionsError('TOKEN_EXPIRED', `cannot ${action}: the interaction is older than 15 minutes`);
    await delivery.sent();
    const path = `/webhooks/${interaction.application_id}/${interaction.token}${below}`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request<APIMessage>({
          method,
          path,
          body,
          files: files.length > 0 ? files : undefined,
          auth: 'none',
        });
      } catch (error) {
        const isYoung = clock.nowMs() - this.#answeredAtMs < settleMs;
        if (!isYoung || !isNotYetKnown(error, below)) throw error;
        await sleep(clock, backoffMs(attempt, settleBackoff, Math.random()));
      }
    }
  }
}

function notAnswered(action: string): InteractionsError {
  return new InteractionsError('NOT_ANSWERED', `cannot ${action}: the interaction has no first response yet`);
}

/** Unknown webhook (10015), or unknown message (10008) where it is the first response: it may not have arrived yet. */
function isNotYetKnown(error: unknown, below: string): boolean {
  const code = (error as { readonly discordCode?: unknown } | undefined)?.discordCode;
  return code === 10015 || (code === 10008 && below.endsWith('@original'));
}
