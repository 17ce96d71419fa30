/**
 * What a lost connection means: which failures it adds to, whether the session is still worth a RESUME, and how long to wait. Pure.
 *
 * Failures are counted apart because they have different cures: a dead resume host is left for the main URL, a session that
 * cannot be resumed for a new one, and IDENTIFYs, of which a day has few, get ever longer waits.
 */
import { backoffMs } from '@tinfoil/types';
import type { Common, ConnectedState, StepContext } from './state.ts';

/** What is known after a loss. */
export interface Loss {
  readonly next: Common;
  /** True when there was a session and it was given up. */
  readonly dropped: boolean;
  readonly delayMs: number;
}

/** Counts the loss of a connection. `session`: what Discord said of it, `drop` when it is dead. */
export function countLoss(state: ConnectedState, session: 'keep' | 'drop', context: StepContext): Loss {
  const { timing, nowMs, random } = context;
  const stable = state.status === 'ready' && nowMs - state.sinceMs >= timing.stableMs;
  const attempts = stable ? 0 : state.attempts;
  const identifyFailures = stable ? 0 : state.identifyFailures;
  const atOwnUrl = 'target' in state && state.target === 'resume';
  const resumeFailures = state.resumeFailures + (state.status === 'resuming' ? 1 : 0);
  const gone = session === 'drop' || resumeFailures >= timing.maxResumeFailures || state.session === undefined;
  const next: Common = {
    connection: state.connection,
    session: gone ? undefined : state.session,
    attempts: attempts + 1,
    urlFailures: gone ? 0 : state.urlFailures + (atOwnUrl ? 1 : 0),
    resumeFailures: gone ? 0 : resumeFailures,
    identifyFailures,
  };
  const delays = [backoffMs(attempts, { baseMs: timing.reconnectBaseMs, maxMs: timing.reconnectMaxMs }, random)];
  if (gone && identifyFailures > 0) {
    const { identifyBackoffBaseMs: baseMs, identifyBackoffMaxMs: maxMs } = timing;
    delays.push(backoffMs(identifyFailures - 1, { baseMs, maxMs }, random));
  }
  // After Discord ended sessions it may have ended many.
  if (session === 'drop')
    delays.push(timing.invalidSessionMinMs + (timing.invalidSessionMaxMs - timing.invalidSessionMinMs) * random);
  return { next, dropped: gone && state.session !== undefined, delayMs: Math.max(...delays) };
}
