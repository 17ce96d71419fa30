/**
 * The life of one interaction: its handler runs, is deferred in time, and whatever comes of it Discord gets an answer and the
 * application hears of errors.
 */
import type { HandleContext } from '@tinfoil/types';
import type { Audience } from './answer.ts';
import { Context } from './context.ts';
import type { Delivery } from './delivery.ts';
import { InteractionsError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';
import { Responder } from './responder.ts';
import type { Match } from './router.ts';
import type { HandledInteraction, WebhookEvent, WebhookEventHandler } from './webhook-events.ts';

/** What a run needs. */
export interface RunInput {
  readonly interaction: HandledInteraction;
  readonly delivery: Delivery;
  /** Handler found, if any. */
  readonly match: Match | undefined;
  readonly context: HandleContext;
  readonly options: ResolvedOptions;
  /** Tells the application, with words for the interaction such as `command ping`. */
  readonly report: (cause: unknown, source: string) => void;
}

/** What a webhook event's run needs. */
export interface WebhookEventInput extends Pick<RunInput, 'match'> {
  readonly event: WebhookEvent;
  readonly source: string;
  readonly report: (cause: unknown) => void;
}

const kinds = ['', 'ping', 'command', 'component', 'autocomplete', 'modal'];

/** Runs the handler to its end. Never rejects. */
export async function runInteraction(input: RunInput): Promise<void> {
  const { interaction, delivery, match, context, options } = input;
  const { request, clock, errorMessage } = options;
  const receivedAtMs = context.receivedAtMs ?? clock.nowMs();
  const { name, custom_id } = interaction.data as { readonly name?: string; readonly custom_id?: string };
  const source = `${kinds[interaction.type]} ${name ?? custom_id}`;
  const report = (cause: unknown) => input.report(cause, source);
  const responder = new Responder({ interaction, delivery, request, clock, receivedAtMs });
  const isAutocomplete = Number(interaction.type) === 4;
  let cancelDefer = () => {};
  try {
    if (!match) throw unhandled(source);
    const i = new Context(interaction, responder, match.params ?? {}, context.ownerReachable ?? true);
    const work = match.handler(i);
    // Most handlers have answered by now, and cost no timer.
    if (responder.isOpen) cancelDefer = deferInTime(input, match, responder, receivedAtMs, report);
    const result = await work;
    // Choices that come too late are nobody's fault: the user types on, and another interaction comes.
    if (isAutocomplete && responder.isOpen && Array.isArray(result)) await i.respond(result);
    else if (responder.isOpen && (isAutocomplete || hasMessage(interaction)))
      await acknowledge(interaction, responder, 0);
    else if (responder.isOpen || responder.isForgotten)
      throw new InteractionsError('UNANSWERED', `handler of ${source} returned without an answer`);
  } catch (cause) {
    report(cause);
    // The user is told wherever that can still be done.
    const sorry = isAutocomplete
      ? responder.isOpen && acknowledge(interaction, responder, 0)
      : (responder.isOpen || responder.isDeferred) &&
        responder.say('report an error', { type: 'reply', flags: 64 }, errorMessage);
    await Promise.resolve(sorry).catch(report);
  } finally {
    cancelDefer();
  }
}

/** Runs the handler of a webhook event. Never rejects. */
export async function runWebhookEvent({ event, match, source, report }: WebhookEventInput): Promise<void> {
  try {
    if (!match) throw unhandled(source);
    // Kept under the event's own type.
    await (match.handler as unknown as WebhookEventHandler<string>)(event);
  } catch (cause) {
    report(cause);
  }
}

/** Defers by itself what is not answered in time. Returns a function that calls it off. */
function deferInTime(
  { interaction, options: { clock, deferAfterMs } }: RunInput,
  { options }: Match,
  responder: Responder,
  receivedAtMs: number,
  report: (cause: unknown) => void,
): () => void {
  const { defer = {} } = options;
  const afterMs = defer && (defer.afterMs ?? deferAfterMs);
  if (!defer || afterMs === false) return () => {};
  const flags = defer.ephemeral ? 64 : 0;
  return clock.after(Math.max(0, receivedAtMs + afterMs - clock.nowMs()), () => {
    if (responder.isOpen) acknowledge(interaction, responder, flags).catch(report);
  });
}

/** Says the least that keeps an interaction alive: no choices, no change of the message, or that the bot is thinking. */
async function acknowledge(interaction: HandledInteraction, responder: Responder, flags: Audience): Promise<void> {
  const type = Number(interaction.type);
  if (type === 4) await responder.say('respond', { type: 'choices' }, { choices: [] });
  else if (hasMessage(interaction)) await responder.say('defer', { type: 'deferUpdate', isAutomatic: true });
  else await responder.say('defer', { type: 'defer', flags, isAutomatic: true }, flags ? { flags } : undefined);
}

/** Error for what nothing handles. */
export function unhandled(source: string): InteractionsError {
  return new InteractionsError('UNHANDLED', `no handler for ${source}`);
}

/** True for what comes from a message's component: there an acknowledgement leaves the message as it is. */
function hasMessage({ type, message }: HandledInteraction): boolean {
  return Number(type) === 3 || (Number(type) === 5 && message !== undefined);
}
