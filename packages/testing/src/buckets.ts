/**
 * Rate limits as pure functions of a state and a time: buckets with a fixed window, leaky buckets, sublimits, and the global limit.
 * The caller keeps the states and passes monotonic milliseconds.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import type { BucketRule, GlobalLimitRule } from './options.ts';

/** What is known of one bucket of one resource and identity. */
export interface BucketState {
  /** Requests counted: in the window, or still in the leaky bucket at `atMs`. */
  readonly used: number;
  /** Start of the window, or time at which `used` was right. */
  readonly atMs: number;
  readonly sub: { readonly used: number; readonly startedAtMs: number } | null;
}

/** Decision on one request, with all that the headers tell. */
export interface BucketDecision {
  readonly state: BucketState;
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetAfterMs: number;
  /** 0 when allowed. */
  readonly retryAfterMs: number;
}

/** Takes a request into a bucket. `inSublimit`: the sublimit concerns this request. */
export function takeFromBucket(
  state: BucketState | undefined,
  rule: BucketRule,
  nowMs: number,
  inSublimit: boolean,
): BucketDecision {
  const sub = inSublimit && rule.sublimit !== undefined ? takeSub(state, rule.sublimit, nowMs) : null;
  const { used, atMs } = refilled(state, rule, nowMs);
  const keptSub = state?.sub ?? null;
  const step = rule.windowMs / rule.limit;
  const resetAfterMs = (count: number) => (rule.kind === 'sliding' ? count * step : atMs + rule.windowMs - nowMs);
  const denied = (retryAfterMs: number): BucketDecision => ({
    state: { used, atMs, sub: keptSub },
    allowed: false,
    remaining: Math.max(0, Math.floor(rule.limit - used)),
    resetAfterMs: used === 0 ? rule.windowMs : resetAfterMs(used),
    retryAfterMs,
  });
  if (used + 1 > rule.limit)
    return denied(rule.kind === 'sliding' ? (used + 1 - rule.limit) * step : atMs + rule.windowMs - nowMs);
  if (sub !== null && sub.retryAfterMs > 0) return denied(sub.retryAfterMs);
  return {
    state: { used: used + 1, atMs, sub: sub?.state ?? keptSub },
    allowed: true,
    remaining: Math.max(0, Math.floor(rule.limit - used - 1)),
    resetAfterMs: resetAfterMs(used + 1),
    retryAfterMs: 0,
  };
}

function refilled(state: BucketState | undefined, rule: BucketRule, nowMs: number): { used: number; atMs: number } {
  if (state === undefined) return { used: 0, atMs: nowMs };
  if (rule.kind === 'sliding') {
    const leaked = ((nowMs - state.atMs) * rule.limit) / rule.windowMs;
    return { used: Math.max(0, state.used - leaked), atMs: nowMs };
  }
  return nowMs - state.atMs >= rule.windowMs ? { used: 0, atMs: nowMs } : { used: state.used, atMs: state.atMs };
}

function takeSub(
  state: BucketState | undefined,
  rule: { readonly limit: number; readonly windowMs: number },
  nowMs: number,
): { state: { used: number; startedAtMs: number }; retryAfterMs: number } {
  const old = state?.sub ?? null;
  const sub = old === null || nowMs - old.startedAtMs >= rule.windowMs ? { used: 0, startedAtMs: nowMs } : old;
  if (sub.used >= rule.limit) return { state: sub, retryAfterMs: sub.startedAtMs + rule.windowMs - nowMs };
  return { state: { used: sub.used + 1, startedAtMs: sub.startedAtMs }, retryAfterMs: 0 };
}

/** Windows of the global limit of one identity: their origin is its first request, less the phase. */
export interface GlobalState {
  readonly originMs: number;
  readonly window: number;
  readonly used: number;
}

/** Takes a request into the global limit; `retryAfterMs` is 0 when it is allowed. */
export function takeFromGlobal(
  state: GlobalState | undefined,
  rule: GlobalLimitRule,
  nowMs: number,
): { readonly state: GlobalState; readonly retryAfterMs: number } {
  const originMs = state?.originMs ?? nowMs - (rule.phaseMs ?? 0);
  const window = Math.floor((nowMs - originMs) / rule.windowMs);
  const used = state !== undefined && state.window === window ? state.used : 0;
  if (used >= rule.limit)
    return { state: { originMs, window, used }, retryAfterMs: originMs + (window + 1) * rule.windowMs - nowMs };
  return { state: { originMs, window, used: used + 1 }, retryAfterMs: 0 };
}
