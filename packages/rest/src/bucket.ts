/**
 * Rate limit of one bucket: how many requests may leave now, and how long the next must wait. Pure but for the state it is
 * given, which it changes in place, because it stands on every request's path; `nowMs` comes from the caller.
 *
 * Every send takes a token before it leaves, so up to `remaining` requests are in flight at once; while nothing is known of
 * the bucket, one. A window ends at `receipt + Reset-After - half the least round trip`, the earliest that its answers
 * give: the answer left the server about that long before its receipt. Windows are told apart by the server's own reset
 * time, which stays the same in a fixed window, moves on in a sliding one, and is old in a late answer.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import type { RateLimitHeaders } from './headers.ts';

/** State of one bucket. */
export interface BucketLimit {
  /** Requests a window allows: 0 while unknown, Infinity when answers come without headers. */
  limit: number;
  /** Sends that this window still allows. */
  remaining: number;
  /** End of the window as its answers tell it, by the earliest of them; Infinity until one came. */
  resetAtMs: number;
  /** End of the window before; NaN for the first. */
  previousResetAtMs: number;
  /** The server's name for the window's end, or the last it gave; NaN when never told. */
  resetEpochMs: number;
  /** The same for the window before. */
  previousEpochMs: number;
  /** Tokens the next window begins with; less than `limit` after a 429 that promised one slot only. */
  refill: number;
  /** Nothing may leave before this, by a 429. */
  blockedUntilMs: number;
  inFlight: number;
  /** True when the last request left while no other was in flight, so that its answer tells all there is to know. */
  alone: boolean;
  /** Counts the windows, so that a send remembers its own. */
  window: number;
}

/** Answer 429 to a request of the bucket. */
export interface BucketRefusal {
  readonly retryAfterMs: number;
  readonly headers: RateLimitHeaders | undefined;
}

/** Two reset times of the server closer than this are one. */
const sameEpochMs = 5;
/** Without the server's clock, jitter must be told from another window. */
const sameEstimateMs = 250;

export function createBucketLimit(): BucketLimit {
  return {
    limit: 0,
    remaining: 0,
    resetAtMs: Number.POSITIVE_INFINITY,
    previousResetAtMs: Number.NaN,
    resetEpochMs: Number.NaN,
    previousEpochMs: Number.NaN,
    refill: 0,
    blockedUntilMs: 0,
    inFlight: 0,
    alone: false,
    window: 0,
  };
}

/**
 * Milliseconds until a request may leave: 0 for now, Infinity when only an answer can tell.
 *
 * @param halfTripMs - Half of the least round trip seen. Taken off here and not where the end of the window is noted,
 * because the first trips may be slow and the least is known better later.
 */
export function bucketWaitMs(state: BucketLimit, nowMs: number, halfTripMs: number): number {
  if (state.blockedUntilMs > nowMs) return state.blockedUntilMs - nowMs;
  if (state.limit === Number.POSITIVE_INFINITY) return 0;
  if (state.limit === 0) return state.inFlight === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (nowMs >= state.resetAtMs - halfTripMs) rollOver(state);
  if (state.remaining > 0) return 0;
  if (state.resetAtMs !== Number.POSITIVE_INFINITY) return state.resetAtMs - halfTripMs - nowMs;
  // No answer of this window came, and none is on its way: one request finds out.
  return state.inFlight === 0 ? 0 : Number.POSITIVE_INFINITY;
}

/** Takes a token for a request that leaves now. @returns the window it counts in. */
export function reserve(state: BucketLimit): number {
  state.alone = state.inFlight === 0;
  state.inFlight += 1;
  if (state.remaining > 0) state.remaining -= 1;
  return state.window;
}

/** The request never reached the server, or was not charged to this bucket: its token comes back. */
export function giveBack(state: BucketLimit, window: number): void {
  state.inFlight -= 1;
  if (window === state.window && state.remaining < state.limit) state.remaining += 1;
}

/** The request left and no answer came, so it may have been counted. */
export function forget(state: BucketLimit): void {
  state.inFlight -= 1;
}

/** Takes in an answer without rate-limit headers; a success without them means that the route has no limit of its own. */
export function applyBareReply(state: BucketLimit, succeeded: boolean): void {
  state.inFlight -= 1;
  if (succeeded && state.limit === 0) state.limit = Number.POSITIVE_INFINITY;
}

/** Takes in an answer to a request sent in `window`. */
export function applyReply(state: BucketLimit, headers: RateLimitHeaders, window: number, nowMs: number): void {
  state.inFlight -= 1;
  const resetAtMs = nowMs + headers.resetAfterMs;
  const first = state.limit === 0 || state.limit === Number.POSITIVE_INFINITY;
  if (
    !first &&
    window !== state.window &&
    compare(state.previousEpochMs, state.previousResetAtMs, headers, resetAtMs) <= 0
  ) {
    // Sent before the roll-over and counted before it: the token held back for it in the new window is free again.
    state.remaining = Math.min(state.limit, state.remaining + 1);
    return;
  }
  const knownAtMs = state.resetAtMs === Number.POSITIVE_INFINITY ? state.previousResetAtMs : state.resetAtMs;
  const age = first ? 1 : compare(state.resetEpochMs, knownAtMs, headers, resetAtMs);
  if (age < 0) return;
  state.limit = headers.limit;
  // In a window that was refused, what the refusal promised for its end holds.
  if (age > 0) state.refill = headers.limit;
  state.resetAtMs = age === 0 ? Math.min(state.resetAtMs, resetAtMs) : resetAtMs;
  if (headers.resetEpochMs !== undefined) state.resetEpochMs = headers.resetEpochMs;
  // With others in flight the header may lack some of them, while our own count lacks none of ours: the less holds.
  const known = first ? headers.remaining - state.inFlight : Math.min(state.remaining, headers.remaining);
  state.remaining = Math.max(0, state.alone && state.inFlight === 0 ? headers.remaining : known);
}

/** Takes in a 429 that concerns the bucket: nothing leaves before Retry-After, then one request, or all if the bucket is full by then. */
export function applyRefusal(state: BucketLimit, { retryAfterMs, headers }: BucketRefusal, nowMs: number): void {
  state.inFlight -= 1;
  const untilMs = nowMs + retryAfterMs;
  state.blockedUntilMs = Math.max(state.blockedUntilMs, untilMs);
  if (headers === undefined) {
    if (state.limit === Number.POSITIVE_INFINITY) state.limit = 0;
    if (state.limit === 0) return;
  } else {
    state.limit = headers.limit;
    if (headers.resetEpochMs !== undefined) state.resetEpochMs = headers.resetEpochMs;
  }
  const full = headers !== undefined && headers.resetAfterMs <= retryAfterMs + sameEstimateMs;
  state.refill = full ? state.limit : 1;
  state.remaining = 0;
  state.resetAtMs = state.blockedUntilMs;
}

/** A request of the same route was counted in a bucket of another name, and used it up: the route waits for that one too. */
export function applyRival(state: BucketLimit, headers: RateLimitHeaders, nowMs: number): void {
  state.inFlight -= 1;
  if (headers.remaining === 0) state.blockedUntilMs = Math.max(state.blockedUntilMs, nowMs + headers.resetAfterMs);
}

/** True when the bucket holds nothing that a fresh one would not know. */
export function isIdle(state: BucketLimit, nowMs: number): boolean {
  const resetPassed = state.resetAtMs <= nowMs || state.resetAtMs === Number.POSITIVE_INFINITY;
  return state.inFlight === 0 && state.blockedUntilMs <= nowMs && resetPassed;
}

function rollOver(state: BucketLimit): void {
  state.window += 1;
  // Those in flight may be counted in the window that begins.
  state.remaining = Math.max(0, state.refill - state.inFlight);
  state.refill = state.limit;
  state.previousResetAtMs = state.resetAtMs;
  state.previousEpochMs = state.resetEpochMs;
  state.resetAtMs = Number.POSITIVE_INFINITY;
}

/** Negative for an answer of an older window than the one known, 0 for the same, positive for a newer one. */
function compare(epochMs: number, knownAtMs: number, headers: RateLimitHeaders, resetAtMs: number): number {
  const byServer = headers.resetEpochMs !== undefined && !Number.isNaN(epochMs);
  const ahead = byServer ? headers.resetEpochMs - epochMs : resetAtMs - knownAtMs;
  if (Number.isNaN(ahead)) return 1;
  return Math.abs(ahead) <= (byServer ? sameEpochMs : sameEstimateMs) ? 0 : ahead;
}
