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

/**
 * Keeps the send times of the last window in a ring.
 *
 * A token is taken before its request is written, and the opening of connections may lie between. So each entry is noted
 * anew when a request is written, in the order of the ring: whose entry it is does not matter, only how many there are.
 */
export function createGlobalLimiter(requests: number, windowMs: number, clock: Clock): GlobalLimiter {
  const sentAtMs = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
  /** Entry to be taken next, which is the oldest; behind it in the ring stand those not written yet. */
  let next = 0;
  let unwritten = 0;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    take() {
      const nowMs = clock.nowMs();
      // All are on their way to the wire: whenever they are written, a window has to pass from there.
      const oldestMs = unwritten === requests ? nowMs : sentAtMs[next]!;
      const freeAtMs = Math.max(oldestMs + windowMs, pausedUntilMs);
      if (freeAtMs > nowMs) return freeAtMs - nowMs;
      sentAtMs[next] = nowMs;
      next = (next + 1) % requests;
      unwritten += 1;
      return 0;
    },
    sent() {
      if (unwritten === 0) return;
      sentAtMs[(next - unwritten + requests) % requests] = clock.nowMs();
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
