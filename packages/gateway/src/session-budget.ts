/**
 * The day's IDENTIFYs as one process knows them: what `/gateway/bot` said, less what was sent or permitted since. Pure.
 *
 * Discord resets the token of a bot that runs out, so some are kept in reserve, for people and for other processes.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#session-start-limit-object | Discord Docs/Session Start Limit}
 */
import type { APIGatewaySessionStartLimit } from '@tinfoil/types';

/** What is left of the day. */
export interface SessionBudget {
  readonly total: number;
  readonly remaining: number;
  /** Permits given out whose IDENTIFY has not been sent. */
  readonly outstanding: number;
  /** Monotonic time at which Discord fills it up. */
  readonly resetAtMs: number;
  /** Monotonic time at which Discord was asked. */
  readonly readAtMs: number;
}

/** A budget that is filled up now, as `reset_after` 0 has it, holds this long: asking again at once would never end. */
const leastBudgetMs = 60_000;

/** Budget as Discord just told it. */
export function readBudget(limit: APIGatewaySessionStartLimit, outstanding: number, nowMs: number): SessionBudget {
  const { total, remaining, reset_after: resetAfterMs } = limit;
  return {
    total,
    remaining,
    outstanding,
    resetAtMs: nowMs + (resetAfterMs > 0 ? resetAfterMs : leastBudgetMs),
    readAtMs: nowMs,
  };
}

/** IDENTIFYs to keep: a tenth of the day's, or one for each shard when those are fewer. */
export function defaultReserve(total: number, totalShards: number): number {
  return Math.min(Math.ceil(total / 10), totalShards);
}

/** True when one more may be permitted. */
export function mayIdentify(budget: SessionBudget, reserve: number): boolean {
  return budget.remaining - budget.outstanding > reserve;
}
