/**
 * Session start limits: one IDENTIFY per bucket in a gap, and so many in a day.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#session-start-limit-object | Discord Docs/Session Start Limit}
 */
import type { ResolvedOptions } from './options.ts';

/** Counts session starts. Times are monotonic milliseconds. */
export class IdentifyBudget {
  readonly #options: ResolvedOptions;
  readonly #lastAtMs = new Map<number, number>();
  #remaining: number;
  #resetAtMs: number;
  used = 0;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#remaining = options.sessionStart.remaining;
    this.#resetAtMs = performance.now() + options.sessionStart.resetAfterMs;
  }

  bucketOf(shardId: number): number {
    return shardId % this.#options.maxConcurrency;
  }

  /** `exhausted`: the token is to be revoked. `early`: too soon for this bucket. */
  take(shardId: number, nowMs: number): 'granted' | 'early' | 'exhausted' {
    this.#refill(nowMs);
    const bucket = this.bucketOf(shardId);
    const last = this.#lastAtMs.get(bucket);
    if (last !== undefined && nowMs - last < this.#options.identifyGapMs) return 'early';
    if (this.#remaining === 0) return 'exhausted';
    this.#lastAtMs.set(bucket, nowMs);
    this.#remaining--;
    this.used++;
    return 'granted';
  }

  /** Body part of `GET /gateway/bot`. */
  status(nowMs: number): { total: number; remaining: number; reset_after: number; max_concurrency: number } {
    this.#refill(nowMs);
    return {
      total: this.#options.sessionStart.total,
      remaining: this.#remaining,
      reset_after: Math.max(0, Math.round(this.#resetAtMs - nowMs)),
      max_concurrency: this.#options.maxConcurrency,
    };
  }

  /** Sets what is left and forgets the gaps. */
  reset(remaining: number = this.#options.sessionStart.total): void {
    this.#remaining = remaining;
    this.#lastAtMs.clear();
  }

  #refill(nowMs: number): void {
    if (nowMs < this.#resetAtMs) return;
    this.#remaining = this.#options.sessionStart.total;
    this.#resetAtMs = nowMs + this.#options.sessionStart.resetAfterMs;
  }
}
