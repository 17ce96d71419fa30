/**
 * Permits to identify, for a bot whose shards are all in this process. A cluster brings its own limiter.
 *
 * One bucket per `shard_id % max_concurrency`, first come first served. A bucket is held from the grant until the session is
 * up or has failed, and for the gap after the IDENTIFY was sent: counting from the grant alone would let a slow socket and the
 * next shard identify in the same moment. The day's budget is read from `/gateway/bot` and every later IDENTIFY is counted.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#rate-limiting | Discord Docs/Rate Limiting}
 */
import {
  backoffMs,
  type Clock,
  type IdentifyAsk,
  type IdentifyLimiter,
  type IdentifyOutcome,
  type IdentifyPermit,
  sleep,
  systemClock,
} from '@tinfoil/types';
import { SharedWork } from './abortable.ts';
import { GatewayBotError, IdentifyBudgetError, isUnauthorized } from './errors.ts';
import type { GetGatewayBot } from './options.ts';
import { defaultReserve, mayIdentify, readBudget, type SessionBudget } from './session-budget.ts';

/** Options of {@link createIdentifyLimiter}. */
export interface IdentifyLimiterOptions {
  readonly getGatewayBot: GetGatewayBot;
  /** Least time between two IDENTIFYs of a bucket; a little over Discord's 5 s. @defaultValue 5,100 */
  readonly gapMs?: number | undefined;
  /** Time after which a permit that was never ended counts as lost. @defaultValue 180,000 */
  readonly holdMs?: number | undefined;
  /** IDENTIFYs of the day to leave unused. @defaultValue a tenth of the day's, or the number of shards if less */
  readonly reserve?: number | undefined;
  /** Age at which the budget is read again before it is relied on. @defaultValue 300,000 */
  readonly budgetMaxAgeMs?: number | undefined;
  /** Least time between two readings while the budget is used up or cannot be read. @defaultValue 60,000 */
  readonly budgetRetryMs?: number | undefined;
  /** Told when shards begin to wait for the day to end. */
  readonly onBudgetWait?: ((error: IdentifyBudgetError) => void) | undefined;
  readonly clock?: Clock | undefined;
}

interface Bucket {
  held: boolean;
  /** End of the gap after the last IDENTIFY. */
  notBeforeMs: number;
  readonly waiting: (() => void)[];
}

/** Limiter for one process. */
export function createIdentifyLimiter(options: IdentifyLimiterOptions): IdentifyLimiter {
  return new ProcessIdentifyLimiter(options);
}

class ProcessIdentifyLimiter implements IdentifyLimiter {
  readonly #options: IdentifyLimiterOptions;
  readonly #clock: Clock;
  readonly #buckets = new Map<number, Bucket>();
  #toldUntilMs = 0;
  #maxConcurrency = 1;
  #budget: SessionBudget | undefined;
  readonly #reading = new SharedWork<void>();

  constructor(options: IdentifyLimiterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async acquire(ask: IdentifyAsk): Promise<IdentifyPermit> {
    if (this.#budget === undefined) await this.#read(ask.signal);
    const key = ask.shardId % this.#maxConcurrency;
    const bucket = this.#bucket(key);
    await take(bucket, ask.signal);
    try {
      await this.#waitForBudget(ask);
      await this.#waitForGap(bucket, ask.signal);
    } catch (cause) {
      free(bucket);
      throw cause;
    }
    return this.#permit(bucket);
  }

  #bucket(key: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { held: false, notBeforeMs: 0, waiting: [] };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  async #waitForBudget(ask: IdentifyAsk): Promise<void> {
    const { budgetMaxAgeMs = 300_000, budgetRetryMs = 60_000 } = this.#options;
    let maxAgeMs = budgetMaxAgeMs;
    for (;;) {
      const nowMs = this.#clock.nowMs();
      const budget = this.#budget;
      if (budget === undefined || nowMs - budget.readAtMs >= maxAgeMs || nowMs >= budget.resetAtMs) {
        await this.#read(ask.signal);
        maxAgeMs = budgetMaxAgeMs;
        continue;
      }
      const reserve = this.#options.reserve ?? defaultReserve(budget.total, ask.totalShards);
      // Another process may have used the last, or Discord raised the total: look again, but not often.
      if (mayIdentify(budget, reserve)) {
        this.#budget = { ...budget, outstanding: budget.outstanding + 1 };
        return;
      }
      this.#tellOfWait(budget, reserve, nowMs);
      maxAgeMs = budgetRetryMs;
      await sleep(this.#clock, Math.min(budgetRetryMs, Math.max(1, budget.resetAtMs - nowMs)), ask.signal);
    }
  }

  /** The one who holds the bucket waits out the gap, so that no timer runs when nobody wants to identify. */
  async #waitForGap(bucket: Bucket, signal: AbortSignal | undefined): Promise<void> {
    const leftMs = bucket.notBeforeMs - this.#clock.nowMs();
    if (leftMs <= 0) return;
    try {
      await sleep(this.#clock, leftMs, signal);
    } catch (cause) {
      this.#returnUnsent();
      throw cause;
    }
  }

  #permit(bucket: Bucket): IdentifyPermit {
    const { gapMs = 5_100, holdMs = 180_000 } = this.#options;
    let sentAtMs: number | undefined;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      stop();
      if (sentAtMs === undefined) this.#returnUnsent();
      else bucket.notBeforeMs = sentAtMs + gapMs;
      free(bucket);
    };
    const stop = this.#clock.after(holdMs, end, { unref: true });
    return {
      report: (outcome: IdentifyOutcome) => {
        if (ended) return;
        if (outcome !== 'sent') return end();
        if (sentAtMs !== undefined) return;
        sentAtMs = this.#clock.nowMs();
        this.#countSent();
      },
    };
  }

  /** Once per day of Discord's: every reading until the reset would tell the same. */
  #tellOfWait({ remaining, resetAtMs }: SessionBudget, reserve: number, nowMs: number): void {
    if (nowMs < this.#toldUntilMs) return;
    this.#toldUntilMs = resetAtMs;
    this.#options.onBudgetWait?.(new IdentifyBudgetError(remaining, reserve, resetAtMs - nowMs));
  }

  #countSent(): void {
    const budget = this.#budget;
    if (budget === undefined) return;
    this.#budget = { ...budget, remaining: budget.remaining - 1, outstanding: budget.outstanding - 1 };
  }

  #returnUnsent(): void {
    const budget = this.#budget;
    if (budget !== undefined) this.#budget = { ...budget, outstanding: budget.outstanding - 1 };
  }

  /** Reads the budget until it is read: only a refused token ends the trying. Those who ask meanwhile share one reading. */
  #read(signal: AbortSignal | undefined): Promise<void> {
    return this.#reading.run((shared) => this.#readOnce(shared), signal);
  }

  async #readOnce(signal: AbortSignal): Promise<void> {
    const { getGatewayBot, budgetRetryMs: maxMs = 60_000 } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        const { session_start_limit: limit } = await getGatewayBot({ signal });
        // Buckets of another max_concurrency would be other buckets: the first answer holds while any is in use.
        if (this.#buckets.size === 0) this.#maxConcurrency = Math.max(1, limit.max_concurrency);
        this.#budget = readBudget(limit, this.#budget?.outstanding ?? 0, this.#clock.nowMs());
        return;
      } catch (cause) {
        if (isUnauthorized(cause)) throw cause;
        const retryAfterMs = cause instanceof GatewayBotError ? (cause.retryAfterMs ?? 0) : 0;
        const delayMs = backoffMs(attempt, { baseMs: 1_000, maxMs }, Math.random());
        await sleep(this.#clock, Math.max(retryAfterMs, delayMs), signal);
      }
    }
  }
}

function take(bucket: Bucket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    if (!bucket.held) {
      bucket.held = true;
      return resolve();
    }
    const abort = () => {
      bucket.waiting.splice(bucket.waiting.indexOf(enter), 1);
      reject(signal?.reason);
    };
    const enter = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    signal?.addEventListener('abort', abort, { once: true });
    bucket.waiting.push(enter);
  });
}

function free(bucket: Bucket): void {
  const next = bucket.waiting.shift();
  if (next === undefined) bucket.held = false;
  else next();
}
