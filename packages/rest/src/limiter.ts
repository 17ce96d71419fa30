/**
 * Queues of all buckets: decides for each request whether it leaves now, and if not, what wakes it.
 *
 * Does the waiting that `bucket.ts` computes: one timer per bucket that waits, one for the global limit, for which buckets
 * stand in line. Knows nothing of HTTP: a {@link Job} is started when its permit is taken, and reports how it ended.
 */
import type { Clock, GlobalLimiter } from '@tinfoil/types';
import {
  applyBareReply,
  applyRefusal,
  applyReply,
  applyRival,
  bucketWaitMs,
  forget,
  giveBack,
  reserve,
} from './bucket.ts';
import { BucketTable } from './bucket-table.ts';
import type { RateLimitHeaders, RateLimitScope } from './headers.ts';
import type { Bucket, Job } from './job.ts';
import { OrderedQueue } from './queue.ts';
import type { Route } from './route.ts';

/** Options of {@link Limiter}. */
export interface LimiterOptions {
  readonly clock: Clock;
  readonly global: GlobalLimiter;
  /** A bucket begins to wait, or (undefined) the global limit does. */
  readonly onWait: (route: Route | undefined, scope: RateLimitScope, waitMs: number) => void;
}

export class Limiter {
  readonly #clock: Clock;
  readonly #global: GlobalLimiter;
  readonly #onWait: LimiterOptions['onWait'];
  readonly #table: BucketTable;
  /** Buckets whose next request waits for the global limit, in turn. */
  #line: Bucket[] = [];
  #lineTimer: (() => void) | undefined;
  #lineDueAtMs = 0;
  #bannedUntilMs = 0;
  #leastTripMs = Number.POSITIVE_INFINITY;
  /** Set once a window proved to end later than estimated: the way back takes less than half of the trip. */
  #tripIsLopsided = false;
  #draining = false;
  /** True once a job came that rejects instead of waiting: until then nobody has to be told of waits. */
  #impatient = false;

  constructor(options: LimiterOptions) {
    this.#clock = options.clock;
    this.#global = options.global;
    this.#onWait = options.onWait;
    this.#table = new BucketTable(options.clock, (bucket) => this.#pump(bucket));
  }

  /** Number of buckets held. */
  get size(): number {
    return this.#table.size;
  }

  /** Starts the job now, or when its turn comes. */
  add(job: Job): void {
    const bucket = this.#table.find(job);
    job.bucket = bucket;
    if (job.rejectOnRateLimit) this.#impatient = true;
    bucket.queue.push(job);
    this.#pump(bucket);
  }

  /** Puts a job back where it stood in its bucket, to be sent again. Its earlier send must have been reported. */
  again(job: Job): void {
    const bucket = this.#table.current(job);
    bucket.queue.push(job);
    this.#pump(bucket);
  }

  /** An answer came that was no 429. @param tripMs - Time from sending to the answer. */
  replied(
    job: Job,
    headers: RateLimitHeaders | undefined,
    succeeded: boolean,
    tripMs: number,
    keepTurn: boolean,
  ): void {
    if (tripMs < this.#leastTripMs) this.#leastTripMs = tripMs;
    const bucket = this.#release(job, keepTurn);
    if (headers === undefined) applyBareReply(bucket.limit, succeeded);
    else this.#apply(bucket, job, headers);
    this.#pump(this.#table.current(job));
  }

  /** A 429 of the bucket itself (scope `user` or `shared`) came; the job is put back by {@link again}. */
  refused(job: Job, retryAfterMs: number, headers: RateLimitHeaders | undefined): void {
    const bucket = this.#release(job, false);
    if (headers?.bucket !== undefined) this.#table.learn(bucket, job.route, headers.bucket);
    const current = this.#table.current(job);
    if (retryAfterMs < this.#halfTripMs()) this.#tripIsLopsided = true;
    if (headers === undefined || headers.remaining === 0) {
      applyRefusal(current.limit, { retryAfterMs, headers }, this.#clock.nowMs());
      return;
    }
    // Tokens are left, so what was exceeded lies beneath the bucket: this kind waits, the others go on.
    applyReply(current.limit, headers, job.window, this.#clock.nowMs());
    const untilMs = this.#clock.nowMs() + retryAfterMs;
    current.holds ??= new Map();
    const hold = current.holds.get(job.kind());
    if (hold === undefined) current.holds.set(job.kind(), { untilMs, queue: new OrderedQueue() });
    else hold.untilMs = Math.max(hold.untilMs, untilMs);
  }

  /** A global 429 came: the bucket was not charged. */
  refusedGlobally(job: Job, retryAfterMs: number): void {
    const bucket = this.#release(job, false);
    giveBack(bucket.limit, job.window);
    this.#global.pause(retryAfterMs);
  }

  /** Cloudflare refused this machine: nothing leaves at all. */
  banned(job: Job, retryAfterMs: number): void {
    const bucket = this.#release(job, false);
    giveBack(bucket.limit, job.window);
    this.#bannedUntilMs = Math.max(this.#bannedUntilMs, this.#clock.nowMs() + retryAfterMs);
  }

  /** It was started and never left: both permits come back. */
  unsent(job: Job, keepTurn: boolean): void {
    const bucket = this.#release(job, keepTurn);
    giveBack(bucket.limit, job.window);
    if (job.global) this.#global.giveBack();
    this.#pump(bucket);
  }

  /** It left and no answer came. */
  lost(job: Job, keepTurn: boolean): void {
    const bucket = this.#release(job, keepTurn);
    forget(bucket.limit);
    this.#pump(bucket);
  }

  /** Gives up the turn that an ordered job kept while it backed off. */
  endTurn(job: Job): void {
    if (!job.ordered) return;
    const bucket = this.#table.current(job);
    bucket.orderedBusy -= 1;
    this.#pump(bucket);
  }

  /** A waiting job was settled by its caller. */
  abandoned(job: Job): void {
    const bucket = this.#table.current(job);
    bucket.queue.abandon();
    this.#pump(bucket);
  }

  /** Stops every timer and forgets every bucket; no job may be waiting any more. */
  close(): void {
    this.#table.close();
    this.#lineTimer?.();
    this.#line = [];
  }

  #halfTripMs(): number {
    return this.#tripIsLopsided || this.#leastTripMs === Number.POSITIVE_INFINITY ? 0 : this.#leastTripMs / 2;
  }

  #release(job: Job, keepTurn: boolean): Bucket {
    const bucket = this.#table.current(job);
    if (job.ordered && !keepTurn) bucket.orderedBusy -= 1;
    return bucket;
  }

  /** Sends what may leave, and arranges to be called again for the rest. */
  #pump(bucket: Bucket): void {
    if (bucket.pumping || bucket.inLine) return;
    bucket.pumping = true;
    try {
      for (;;) {
        const job = this.#head(bucket);
        if (job === undefined || bucket.inLine) break;
        if (job.ordered && bucket.orderedBusy > 0) break;
        const nowMs = this.#clock.nowMs();
        const waitMs = this.#bucketWaitMs(bucket, nowMs);
        if (waitMs > 0) {
          this.#wakeIn(bucket, waitMs);
          break;
        }
        if (job.global && !this.#takeGlobal(bucket)) break;
        this.#launch(bucket, job, nowMs);
      }
    } finally {
      bucket.pumping = false;
    }
  }

  #bucketWaitMs(bucket: Bucket, nowMs: number): number {
    if (this.#bannedUntilMs > nowMs) return this.#bannedUntilMs - nowMs;
    return bucketWaitMs(bucket.limit, nowMs, this.#halfTripMs());
  }

  /** Takes a global token, or puts the bucket in line for one. */
  #takeGlobal(bucket: Bucket): boolean {
    const waitMs = this.#line.length > 0 ? 0 : this.#global.take();
    if (this.#line.length === 0 && waitMs <= 0) return true;
    bucket.inLine = true;
    this.#line.push(bucket);
    if (waitMs > 0) this.#serveLineIn(waitMs);
    this.#tell(bucket, Math.max(waitMs, this.#lineDueAtMs - this.#clock.nowMs()), 'global');
    return false;
  }

  #serveLineIn(waitMs: number): void {
    if (this.#lineTimer !== undefined) return;
    this.#lineDueAtMs = this.#clock.nowMs() + waitMs;
    this.#onWait(undefined, 'global', waitMs);
    this.#lineTimer = this.#clock.after(Math.ceil(waitMs), () => {
      this.#lineTimer = undefined;
      this.#serveLine();
    });
  }

  /** One request per bucket and turn, so that a long queue does not keep the others waiting. */
  #serveLine(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let bucket = this.#line[0]; bucket !== undefined; bucket = this.#line[0]) {
        const job = this.#head(bucket);
        const nowMs = this.#clock.nowMs();
        const ready =
          job?.global === true &&
          !(job.ordered && bucket.orderedBusy > 0) &&
          this.#bucketWaitMs(bucket, nowMs) <= 0 &&
          bucket.mergedInto === undefined;
        if (ready) {
          const waitMs = this.#global.take();
          if (waitMs > 0) {
            this.#serveLineIn(waitMs);
            return;
          }
        }
        this.#line.shift();
        bucket.inLine = false;
        if (ready) this.#launch(bucket, job, nowMs);
        // Goes to the end of the line when it has more.
        this.#pump(bucket);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** First job that no hold applies to. */
  #head(bucket: Bucket): Job | undefined {
    for (;;) {
      const job = bucket.queue.peek();
      if (job === undefined || bucket.holds === undefined) return job;
      const hold = bucket.holds.get(job.kind());
      if (hold === undefined) return job;
      bucket.queue.shift();
      hold.queue.push(job);
      const waitMs = hold.untilMs - this.#clock.nowMs();
      if (job.rejectOnRateLimit) job.tooLong(waitMs, 'user');
      this.#wakeIn(bucket, Math.max(0, waitMs));
    }
  }

  #launch(bucket: Bucket, job: Job, nowMs: number): void {
    bucket.queue.shift();
    if (job.ordered) bucket.orderedBusy += 1;
    job.window = reserve(bucket.limit);
    bucket.usedAtMs = nowMs;
    job.start();
  }

  #wakeIn(bucket: Bucket, waitMs: number): void {
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#tell(bucket, waitMs, 'user');
    const dueAtMs = this.#clock.nowMs() + waitMs;
    if (bucket.timer !== undefined) {
      if (bucket.timer.dueAtMs <= dueAtMs + 1) return;
      bucket.timer.cancel();
    }
    // Timers may fire a fraction early: up to the next millisecond, and the wait is computed anew then.
    const cancel = this.#clock.after(Math.ceil(waitMs), () => {
      bucket.timer = undefined;
      this.#releaseHolds(bucket);
      this.#pump(bucket);
    });
    bucket.timer = { cancel, dueAtMs };
    this.#onWait(bucket.route, 'user', waitMs);
  }

  #releaseHolds(bucket: Bucket): void {
    if (bucket.holds === undefined) return;
    const nowMs = this.#clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [kind, hold] of bucket.holds) {
      if (hold.untilMs > nowMs) nextMs = Math.min(nextMs, hold.untilMs - nowMs);
      else {
        bucket.holds.delete(kind);
        for (const job of hold.queue.drain()) bucket.queue.push(job);
      }
    }
    if (bucket.holds.size === 0) bucket.holds = undefined;
    else this.#wakeIn(bucket, nextMs);
  }

  /** Those that reject instead of waiting settle, and so leave the queue. */
  #tell(bucket: Bucket, waitMs: number, scope: RateLimitScope): void {
    if (!this.#impatient) return;
    bucket.queue.forEach((job) => {
      if (job.rejectOnRateLimit) job.tooLong(waitMs, scope);
    });
  }

  #apply(bucket: Bucket, job: Job, headers: RateLimitHeaders): void {
    const current = headers.bucket === undefined ? bucket : this.#table.learn(bucket, job.route, headers.bucket);
    // Undefined: the answer speaks of another bucket than the one that the request waited in.
    if (current === undefined) applyRival(bucket.limit, headers, this.#clock.nowMs());
    else applyReply(this.#table.current(job).limit, headers, job.window, this.#clock.nowMs());
  }
}
