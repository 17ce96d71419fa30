/**
 * Identify permits as the manager gives them: one per bucket of `shard_id % max_concurrency`, in two phases, under a daily
 * budget, with a breaker for shards that identify again and again. Pure: the desk around it holds the queue and the clock.
 *
 * A bucket is held from grant until the gap after `sent` is over. Without news it is free again after `holdMs`: a pod may die
 * between the two.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#rate-limiting | Discord Docs/Rate Limiting}
 */
import type { IdentifyOutcome } from '@tinfoil/types';

/** Daily budget as Discord stated it, and what was granted since. */
export interface Budget {
  readonly total: number;
  readonly remaining: number;
  /** When `remaining` becomes `total` again, monotonic milliseconds. */
  readonly resetAtMs: number;
  /** Grants since `remaining` was read, less those that were not used. */
  readonly outstanding: number;
}

/** Lengths of time and bounds. */
export interface PermitRules {
  readonly totalShards: number;
  /** Time from grant to `sent`. */
  readonly holdMs: number;
  /** Time from `sent` until the bucket is free. */
  readonly gapMs: number;
  readonly breakerBaseMs: number;
  readonly breakerMaxMs: number;
  /** Identifies that are never granted, so that the day's last ones are not Tinfoil's. */
  readonly reserve: number;
}

interface Hold {
  readonly permit: string;
  readonly shardId: number;
  readonly sent: boolean;
  readonly freeAtMs: number;
}

interface Breaker {
  /** Identifies of late, whatever came of them: a pod that crashes after READY burns them just as well. */
  readonly identifies: number;
  readonly lastMs: number;
  readonly untilMs: number;
}

/** All that the permits depend on. */
export interface PermitState {
  readonly maxConcurrency: number;
  readonly budget: Budget | undefined;
  /** Nothing is granted before: a manager that starts does not know what the one before it granted. */
  readonly quietUntilMs: number;
  readonly holds: ReadonlyMap<number, Hold>;
  /** By generation and shard: two generations have shards of one number. */
  readonly breakers: ReadonlyMap<string, Breaker>;
}

/** Decision about one ask. */
export type PermitDecision =
  | { readonly type: 'granted'; readonly permit: string; readonly bucket: number; readonly holdMs: number }
  | { readonly type: 'wait'; readonly retryAfterMs: number }
  | {
      readonly type: 'refused';
      readonly reason: 'start-limit';
      readonly remaining: number;
      readonly retryAfterMs: number;
    };

/** State of a manager that has just started. */
export function createPermitState(nowMs: number, quietMs: number): PermitState {
  return { maxConcurrency: 1, budget: undefined, quietUntilMs: nowMs + quietMs, holds: new Map(), breakers: new Map() };
}

/** Default reserve: a tenth of the day's identifies, or one per shard where that is fewer. */
export function defaultReserve(total: number, totalShards: number): number {
  return Math.min(Math.ceil(total / 10), totalShards);
}

/** Decides whether a shard may identify now. @param permit - Name for the permit, should it be granted. */
export function askPermit(
  state: PermitState,
  rules: PermitRules,
  shardId: number,
  permit: string,
  nowMs: number,
  generation = 0,
): [PermitState, PermitDecision] {
  if (nowMs < state.quietUntilMs) return [state, { type: 'wait', retryAfterMs: state.quietUntilMs - nowMs }];
  const refused = refusal(state, rules, nowMs);
  if (refused !== undefined) return [state, refused];
  const breaker = state.breakers.get(breakerName(generation, shardId));
  if (breaker !== undefined && nowMs < breaker.untilMs)
    return [state, { type: 'wait', retryAfterMs: breaker.untilMs - nowMs }];
  const bucket = shardId % state.maxConcurrency;
  const hold = state.holds.get(bucket);
  if (hold !== undefined && nowMs < hold.freeAtMs)
    return [state, { type: 'wait', retryAfterMs: hold.freeAtMs - nowMs }];
  const holds = new Map(state.holds).set(bucket, { permit, shardId, sent: false, freeAtMs: nowMs + rules.holdMs });
  const budget = state.budget && { ...state.budget, outstanding: state.budget.outstanding + 1 };
  return [
    { ...state, holds, budget },
    { type: 'granted', permit, bucket, holdMs: rules.holdMs },
  ];
}

/** Takes a pod's word on a permit. Unknown permits (of a manager before this one) still hold their shard's bucket when `sent`. */
export function reportPermit(
  state: PermitState,
  rules: PermitRules,
  report: {
    readonly permit: string;
    readonly shardId: number;
    readonly outcome: IdentifyOutcome;
    readonly generation?: number | undefined;
  },
  nowMs: number,
): PermitState {
  const bucket = report.shardId % state.maxConcurrency;
  const hold = state.holds.get(bucket);
  const own = hold?.permit === report.permit;
  switch (report.outcome) {
    case 'sent': {
      const freeAtMs = Math.max(own ? 0 : (hold?.freeAtMs ?? 0), nowMs + rules.gapMs);
      const next: Hold = { permit: report.permit, shardId: report.shardId, sent: true, freeAtMs };
      const name = breakerName(report.generation ?? 0, report.shardId);
      const breakers = new Map(state.breakers).set(name, trip(state, rules, name, nowMs));
      return { ...state, breakers, holds: new Map(state.holds).set(bucket, next) };
    }
    case 'aborted': {
      // Once sent it counts at Discord, whatever became of the connection.
      if (!own || hold.sent) return state;
      const holds = new Map(state.holds);
      holds.delete(bucket);
      return { ...state, holds, budget: refund(state.budget) };
    }
    case 'ready':
    case 'invalid':
      return state;
  }
}

function breakerName(generation: number, shardId: number): string {
  return `${generation}/${shardId}`;
}

function trip(state: PermitState, rules: PermitRules, name: string, nowMs: number): Breaker {
  const known = state.breakers.get(name);
  const recent = known !== undefined && nowMs - known.lastMs < 2 * rules.breakerMaxMs ? known.identifies : 0;
  const waitMs = Math.min(rules.breakerMaxMs, rules.breakerBaseMs * 2 ** Math.min(recent, 20));
  return { identifies: recent + 1, lastMs: nowMs, untilMs: nowMs + waitMs };
}

/** Takes a fresh reading of `/gateway/bot`. */
export function readBudget(
  state: PermitState,
  limit: {
    readonly total: number;
    readonly remaining: number;
    readonly resetAfterMs: number;
    readonly maxConcurrency: number;
  },
  nowMs: number,
): PermitState {
  const budget = {
    total: limit.total,
    remaining: limit.remaining,
    resetAtMs: nowMs + limit.resetAfterMs,
    // Granted and not yet sent: Discord has not counted those, whatever it said.
    outstanding: [...state.holds.values()].filter((hold) => !hold.sent && nowMs < hold.freeAtMs).length,
  };
  if (limit.maxConcurrency === state.maxConcurrency) return { ...state, budget };
  // Buckets change their meaning: keep quiet until what was granted by the old ones is over.
  const lastMs = [...state.holds.values()].reduce((latest, hold) => Math.max(latest, hold.freeAtMs), 0);
  return {
    ...state,
    budget,
    maxConcurrency: Math.max(1, limit.maxConcurrency),
    holds: new Map(),
    quietUntilMs: Math.max(state.quietUntilMs, lastMs),
  };
}

function refusal(state: PermitState, rules: PermitRules, nowMs: number): PermitDecision | undefined {
  const { budget } = state;
  if (budget === undefined || nowMs >= budget.resetAtMs) return undefined;
  const left = budget.remaining - budget.outstanding;
  if (left > rules.reserve) return undefined;
  return { type: 'refused', reason: 'start-limit', remaining: left, retryAfterMs: Math.ceil(budget.resetAtMs - nowMs) };
}

function refund(budget: Budget | undefined): Budget | undefined {
  return budget && { ...budget, outstanding: Math.max(0, budget.outstanding - 1) };
}
