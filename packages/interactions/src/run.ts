/**
 * The life of one interaction: its handler runs, is deferred in time, and whatever comes of it Discord gets an answer and the
 * application hears of errors.
 */
import type { HandleContext } from '@tinfoil/types';
import { Context } from './context.ts';
import type { Delivery } from './delivery.ts';
import { UnansweredError, UnhandledError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';
import { Responder } from './responder.ts';
import type { Match } from './router.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** What a run needs. */
export interface RunInput {
  readonly interaction: HandledInteraction;
  readonly delivery: Delivery;
  /** Handler found, if any. */
  readonly match: Match | undefined;
  readonly context: HandleContext;
  readonly options: ResolvedOptions;
  /** Words for the interaction, such as `command ping`. */
  readonly source: string;
  readonly report: (cause: unknown) => void;
}

/** Runs the handler to its end. Never rejects. */
export async function runInteraction(input: RunInput): Promise<void> {
  const { interaction, delivery, match, context, options, source, report } = input;
  const { request, clock, errorMessage } = options;
  const receivedAtMs = context.receivedAtMs ?? clock.nowMs();
  const responder = new Responder({ interaction, delivery, request, clock, receivedAtMs });
  let cancelDefer = () => {};
  try {
    if (match === undefined) throw new UnhandledError(source);
    const i = new Context(interaction, responder, match.params, context.ownerReachable ?? true);
    const work = match.handler(i);
    // Most handlers have answered by now, and cost no timer.
    if (responder.isOpen && isThenable(work)) cancelDefer = deferInTime(input, match, responder, receivedAtMs);
    await finish(interaction, responder, i, await work, source);
  } catch (cause) {
    report(cause);
    await apologize(interaction, responder, errorMessage).catch(report);
  } finally {
    cancelDefer();
  }
}

/** Defers by itself what is not answered in time. Returns a function that calls it off. */
function deferInTime(
  { interaction, options: { clock, deferAfterMs }, report }: RunInput,
  { options }: Match,
  responder: Responder,
  receivedAtMs: number,
): () => void {
  const afterMs = options.defer === false ? false : (options.defer?.afterMs ?? deferAfterMs);
  if (afterMs === false) return () => {};
  const isEphemeral = options.defer !== false && options.defer?.ephemeral === true;
  return clock.after(Math.max(0, receivedAtMs + afterMs - clock.nowMs()), () => {
    if (responder.isOpen) defer(interaction, responder, isEphemeral).catch(report);
  });
}

async function defer(interaction: HandledInteraction, responder: Responder, isEphemeral: boolean): Promise<void> {
  if (isAutocomplete(interaction)) await responder.say('respond', { type: 'choices' }, { choices: [] });
  else if (hasMessage(interaction)) await responder.say('defer', { type: 'deferUpdate', isAutomatic: true });
  else
    await responder.say(
      'defer',
      { type: 'defer', isEphemeral, isAutomatic: true },
      isEphemeral ? { flags: 64 } : undefined,
    );
}

/** Answers for a handler that returned without an answer. */
async function finish(
  interaction: HandledInteraction,
  responder: Responder,
  i: Context,
  result: unknown,
  source: string,
): Promise<void> {
  if (isAutocomplete(interaction)) {
    // Too late is not the handler's fault: the user types on, and another one comes.
    if (responder.isOpen) await i.respond(Array.isArray(result) ? result : []);
  } else if (responder.isOpen && hasMessage(interaction)) await i.deferUpdate();
  else if (responder.isOpen || responder.isForgotten) throw new UnansweredError(source);
}

/** Tells the user that it went wrong, wherever that can still be said. */
async function apologize(
  interaction: HandledInteraction,
  responder: Responder,
  message: ResolvedOptions['errorMessage'],
): Promise<void> {
  if (isAutocomplete(interaction)) {
    if (responder.isOpen) await responder.say('respond', { type: 'choices' }, { choices: [] });
  } else if (responder.isOpen || responder.isDeferred)
    await responder.say('report an error', { type: 'reply', isEphemeral: true }, message);
}

/** True for what comes from a message's component: there an acknowledgement leaves the message as it is. */
function hasMessage(interaction: HandledInteraction): boolean {
  return Number(interaction.type) === 3 || (Number(interaction.type) === 5 && interaction.message !== undefined);
}

function isAutocomplete(interaction: HandledInteraction): boolean {
  return Number(interaction.type) === 4;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
