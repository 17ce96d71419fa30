/**
 * Cut-over from one fleet to another: which of two processes that receive the same events hands one out, decided by the time at which
 * each received it. The fleet that yields goes on a little after the common time, the one that takes over begins a little before,
 * so that clocks and connections may differ by as much and nothing falls between; what both hand out in that time is a duplicate.
 *
 * Times are those of the calendar, milliseconds since the Unix epoch, because they are agreed upon between machines. Pure.
 */

/** Where a process stands in a cut-over. */
export type CutoverState =
  /** Hands out everything. What it received before `doubtedUntilMs` the other fleet may have handed out too. */
  | { readonly phase: 'active'; readonly doubtedUntilMs: number }
  /** Keeps the last seconds and hands out nothing. */
  | { readonly phase: 'standby' }
  | { readonly phase: 'taking'; readonly atMs: number; readonly overlapMs: number }
  | { readonly phase: 'yielding'; readonly atMs: number; readonly overlapMs: number }
  /** Hands out nothing more. */
  | { readonly phase: 'retired' };

/** Name of a state. */
export type CutoverPhase = CutoverState['phase'];

/** Times of a cut-over. */
export interface CutoverTimes {
  /** Common time of both fleets, milliseconds since the Unix epoch. It may be past. */
  readonly atMs: number;
  /** How long the one goes on after it, and how long before it the other begins, in milliseconds. @defaultValue 1,000 */
  readonly overlapMs?: number | undefined;
}

/** What is done with an event. */
export type Admission = 'pass' | 'keep' | 'drop';

/** State of a process that has served alone since ever. */
export const plainlyActive: CutoverState = { phase: 'active', doubtedUntilMs: Number.NEGATIVE_INFINITY };

/** What becomes of a state by time alone. */
export function advance(state: CutoverState, nowMs: number): CutoverState {
  if (state.phase === 'taking' && nowMs >= state.atMs)
    // Nothing is lost while clocks and connections differ by up to two overlaps: so much later the other may still receive.
    return { phase: 'active', doubtedUntilMs: state.atMs + 3 * state.overlapMs };
  if (state.phase === 'yielding' && nowMs >= state.atMs + state.overlapMs) return { phase: 'retired' };
  return state;
}

/** When {@link advance} changes the state next; `undefined` when time alone does not. */
export function changesAtMs(state: CutoverState): number | undefined {
  if (state.phase === 'taking') return state.atMs;
  return state.phase === 'yielding' ? state.atMs + state.overlapMs : undefined;
}

/** What to do with an event that comes now, in a state that is up to date. */
export function admit(state: CutoverState): Admission {
  switch (state.phase) {
    case 'active':
    case 'yielding':
      return 'pass';
    case 'standby':
    case 'taking':
      return 'keep';
    case 'retired':
      return 'drop';
  }
}

/** Time from which on kept events are handed out when a fleet takes over. */
export function keptFromMs({ atMs, overlapMs }: { readonly atMs: number; readonly overlapMs: number }): number {
  return atMs - overlapMs;
}

/** True when the other fleet may hand out the event as well. @param receivedAtMs - When this process received it. */
export function isDoubted(state: CutoverState, receivedAtMs: number): boolean {
  if (state.phase === 'active') return receivedAtMs < state.doubtedUntilMs;
  return state.phase === 'yielding' && receivedAtMs >= state.atMs - 3 * state.overlapMs;
}
