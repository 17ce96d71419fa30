/**
 * Discord's global limit for one process: at most so many sends in any window of time (sliding-window log of send times).
 *
 * The phase of the server's second is unknown and requests travel at different speeds, so windows of exactly one second
 * still meet 429s; 50 in any 1.1 s do not. A token bucket would let a burst meet the refill and exceed the limit.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#global-rate-limit | Discord Docs/Global Rate Limit}
 */
import type { Clock, GlobalLimiter } from '@tinfoil/types';

/** Size of the global limit. */
export interface GlobalLimitOptions {
  /** Requests in any window. @defaultValue 50 */
  readonly requests?: number | undefined;
  /** Length of the window: a second, and a margin for what travels late. @defaultValue 1100 */
  readonly windowMs?: number | undefined;
}

/** Share of the window by which a request may be late without moving those after it. */
const forgivenShare = 0.03;

/**
 * Keeps the send times of the last window in a ring.
 *
 * A token is taken before its request is written, and the opening of connections may lie between. So each entry is noted
 * anew when a request is written, in the order of the ring: whose entry it is does not matter, only how many there are.
 *
 * Timers fire late, and a log of real times would add that up from window to window. An entry that was waited for therefore
 * counts from when it was free, as long as it is late by 3 % of the window at most, which the margin of the window pays for.
 */
export function createGlobalLimiter(requests: number, windowMs: number, clock: Clock): GlobalLimiter {
  const forgivenMs = windowMs * forgivenShare;
  const sentAtMs = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
  /** When each entry was free to be taken. */
  const freeAtMs = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
  /** Entry to be taken next, which is the oldest; behind it in the ring stand those not written yet. */
  let next = 0;
  let unwritten = 0;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  const note = (entry: number, nowMs: number) => {
    sentAtMs[entry] = Math.max(freeAtMs[entry]!, nowMs - forgivenMs);
  };
  return {
    take() {
      const nowMs = clock.nowMs();
      // All are on their way to the wire: whenever they are written, a window has to pass from there.
      const oldestMs = unwritten === requests ? nowMs : sentAtMs[next]!;
      const earliestMs = Math.max(oldestMs + windowMs, pausedUntilMs);
      if (earliestMs > nowMs) return earliestMs - nowMs;
      // One that nobody waited for is not late.
      freeAtMs[next] = nowMs - earliestMs <= forgivenMs ? earliestMs : nowMs;
      note(next, nowMs);
      next = (next + 1) % requests;
      unwritten += 1;
      return 0;
    },
    sent() {
      if (unwritten === 0) return;
      note((next - unwritten + requests) % requests, clock.nowMs());
      unwritten -= 1;
    },
    giveBack() {
      if (unwritten === 0) return;
      next = (next + requests - 1) % requests;
      sentAtMs[next] = Number.NEGATIVE_INFINITY;
      unwritten -= 1;
    },
    pause(durationMs) {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + durationMs);
    },
  };
}

/** Sets no limit of its own and still pauses when Discord says so: for proxies that keep the limit themselves. */
export function createUnlimited(clock: Clock): GlobalLimiter {
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    take: () => Math.max(0, pausedUntilMs - clock.nowMs()),
    giveBack: () => undefined,
    pause(durationMs) {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + durationMs);
    },
  };
}
