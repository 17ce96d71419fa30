/**
 * Queues of all buckets: decides for each request whether it leaves now, and if not, what wakes it.
 *
 * Does the waiting that `bucket.ts` computes: one timer per bucket that waits, one for the global limit. Learns bucket
 * hashes from answers and merges the queues of routes that share one. Knows nothing of HTTP: a {@link Job} is started when
 * its permit is taken, and reports how it ended.
 */
import type { Clock, GlobalLimiter } from '@tinfoil/types';
import {
  applyBareReply,
  applyRefusal,
  applyReply,
  applyRival,
  type BucketLimit,
  bucketWaitMs,
  createBucketLimit,
  forget,
  giveBack,
  isIdle,
  reserve,
} from './bucket.ts';
import type { RateLimitHeaders, RateLimitScope } from './headers.ts';
import { OrderedQueue } from './queue.ts';
import type { Route } from './route.ts';

/** Request that waits for its permit. */
export interface Job {
  readonly order: number;
  readonly settled: boolean;
  readonly route: Route;
  readonly major: string;
  /** Whose limits apply: empty for the bot. */
  readonly identity: string;
  /** One in flight, in the callers' order. */
  readonly ordered: boolean;
  /** Bound by the global limit; interaction callbacks and follow-ups are not. */
  readonly global: boolean;
  readonly rejectOnRateLimit: boolean;
  bucket: Bucket | undefined;
  /** Window of the bucket in which it was sent. */
  window: number;
  /** Names the requests that a limit beneath the bucket's own applies to together. */
  kind(): string;
  /** Its permit is taken: it leaves now. */
  start(): void;
  /** It has to wait for so long, and said that it would rather be rejected: settles it. */
  tooLong(waitMs: number, scope: RateLimitScope): void;
}

/** Bucket with its queue. */
export interface Bucket {
  key: string;
  hash: string | undefined;
  readonly route: Route;
  readonly limit: BucketLimit;
  queue: OrderedQueue<Job>;
  /** Ordered requests in flight or backing off: 0 or 1. */
  orderedBusy: number;
  timer: { readonly cancel: () => void; readonly dueAtMs: number } | undefined;
  inLine: boolean;
  pumping: boolean;
  /** Requests held back by a limit beneath the bucket's own, by kind. */
  holds: Map<string, { untilMs: number; readonly queue: OrderedQueue<Job> }> | undefined;
  /** Bucket that this one turned out to be. */
  mergedInto: Bucket | undefined;
  usedAtMs: number;
}

/** Options of {@link Limiter}. */
export interface LimiterOptions {
  readonly clock: Clock;
  readonly global: GlobalLimiter;
  /** A bucket begins to wait, or (undefined) the global limit does. */
  readonly onWait: (route: Route | undefined, scope: RateLimitScope, waitMs: number) => void;
}

/** A bucket unused for so long is forgotten. */
const idleMs = 30_000;
const sweepEveryMs = 10_000;
/** Answers with another hash before a route is believed to have changed its bucket; those of DELETE message alternate. */
const rivalsBelieved = 3;

export class Limiter {
  readonly #clock: Clock;
  readonly #global: GlobalLimiter;
  readonly #onWait: LimiterOptions['onWait'];
  readonly #buckets = new Map<string, Bucket>();
  /** Buckets whose next request waits for the global limit, in turn. */
  #line: Bucket[] = [];
  #lineTimer: (() => void) | undefined;
  #lineDueAtMs = 0;
  #sweepTimer: (() => void) | undefined;
  #sweptSize = 0;
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
  }

  /** Number of buckets held. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Starts the job now, or when its turn comes. */
  add(job: Job): void {
    const bucket = this.#bucketOf(job);
    job.bucket = bucket;
    if (job.rejectOnRateLimit) this.#impatient = true;
    bucket.queue.push(job);
    this.#pump(bucket);
  }

  /** Puts a job back where it stood in its bucket, to be sent again. Its earlier send must have been reported. */
  again(job: Job): void {
    const bucket = this.#current(job);
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
    this.#pump(this.#current(job));
  }

  /** A 429 of the bucket itself (scope `user` or `shared`) came; the job is put back by {@link again}. */
  refused(job: Job, retryAfterMs: number, headers: RateLimitHeaders | undefined): void {
    const bucket = this.#release(job, false);
    if (headers?.bucket !== undefined) this.#learn(bucket, job.route, headers.bucket);
    const current = this.#current(job);
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
    const bucket = this.#current(job);
    bucket.orderedBusy -= 1;
    this.#pump(bucket);
  }

  /** A waiting job was settled by its caller. */
  abandoned(job: Job): void {
    const bucket = this.#current(job);
    bucket.queue.abandon();
    this.#pump(bucket);
  }

  /** Stops every timer and forgets every bucket; no job may be waiting any more. */
  close(): void {
    for (const bucket of this.#buckets.values()) bucket.timer?.cancel();
    this.#lineTimer?.();
    this.#sweepTimer?.();
    this.#line = [];
    this.#buckets.clear();
  }

  #halfTripMs(): number {
    return this.#tripIsLopsided || this.#leastTripMs === Number.POSITIVE_INFINITY ? 0 : this.#leastTripMs / 2;
  }

  #current(job: Job): Bucket {
    // A job has a bucket from `add` on.
    let bucket = job.bucket!;
    while (bucket.mergedInto !== undefined) bucket = bucket.mergedInto;
    if (bucket !== job.bucket) {
      job.bucket = bucket;
      // Its token was carried over when the buckets were merged.
      job.window = bucket.limit.window;
    }
    return bucket;
  }

  #release(job: Job, keepTurn: boolean): Bucket {
    const bucket = this.#current(job);
    if (job.ordered && !keepTurn) bucket.orderedBusy -= 1;
    return bucket;
  }

  #bucketOf(job: Job): Bucket {
    const key = keyOf(job.route.hash ?? job.route.label, job.major, job.identity);
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweptSize * 2 + 1024) this.#sweep();
    const bucket: Bucket = {
      key,
      hash: job.route.hash,
      route: job.route,
      limit: createBucketLimit(),
      queue: new OrderedQueue(),
      orderedBusy: 0,
      timer: undefined,
      inLine: false,
      pumping: false,
      holds: undefined,
      mergedInto: undefined,
      usedAtMs: this.#clock.nowMs(),
    };
    this.#buckets.set(key, bucket);
    if (job.route.hash === undefined) job.route.provisional.add(bucket);
    this.#sweepTimer ??= this.#clock.after(sweepEveryMs, () => this.#sweepLater(), { unref: true });
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
    const current = headers.bucket === undefined ? bucket : this.#learn(bucket, job.route, headers.bucket);
    // Undefined: the answer speaks of another bucket than the one that the request waited in.
    if (current === undefined) applyRival(bucket.limit, headers, this.#clock.nowMs());
    else applyReply(this.#current(job).limit, headers, job.window, this.#clock.nowMs());
  }

  /** Takes in the hash that an answer named. @returns the bucket it describes, if that is the request's own. */
  #learn(bucket: Bucket, route: Route, hash: string): Bucket | undefined {
    if (route.hash === undefined) {
      route.hash = hash;
      for (const provisional of route.provisional) this.#rename(provisional, hash);
      route.provisional.clear();
      return bucket;
    }
    if (bucket.hash === hash) {
      route.rival = undefined;
      return bucket;
    }
    if (bucket.hash === undefined) {
      this.#rename(bucket, hash);
      return bucket;
    }
    const rival = route.rival?.hash === hash ? route.rival : { hash, seen: 0 };
    rival.seen += 1;
    route.rival = rival;
    if (rival.seen < rivalsBelieved) return undefined;
    route.hash = hash;
    route.rival = undefined;
    this.#rename(bucket, hash);
    return bucket;
  }

  #rename(bucket: Bucket, hash: string): void {
    const oldPrefix = bucket.hash ?? bucket.route.label;
    const key = hash + bucket.key.slice(oldPrefix.length);
    bucket.hash = hash;
    if (this.#buckets.get(bucket.key) === bucket) this.#buckets.delete(bucket.key);
    const other = this.#buckets.get(key);
    if (other === undefined || other === bucket) {
      bucket.key = key;
      this.#buckets.set(key, bucket);
    } else this.#merge(bucket, other);
  }

  #merge(from: Bucket, into: Bucket): void {
    from.mergedInto = into;
    from.timer?.cancel();
    from.timer = undefined;
    into.orderedBusy += from.orderedBusy;
    into.limit.inFlight += from.limit.inFlight;
    into.limit.remaining = Math.max(0, into.limit.remaining - from.limit.inFlight);
    into.limit.blockedUntilMs = Math.max(into.limit.blockedUntilMs, from.limit.blockedUntilMs);
    const waiting = from.queue.drain();
    for (const hold of from.holds?.values() ?? []) waiting.push(...hold.queue.drain());
    for (const job of waiting) {
      job.bucket = into;
      into.queue.push(job);
    }
    this.#pump(into);
  }

  #sweepLater(): void {
    this.#sweep();
    this.#sweepTimer =
      this.#buckets.size === 0 ? undefined : this.#clock.after(sweepEveryMs, () => this.#sweepLater(), { unref: true });
  }

  #sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, bucket] of this.#buckets) {
      const busy = bucket.queue.peek() !== undefined || bucket.holds !== undefined || bucket.orderedBusy > 0;
      if (busy || nowMs - bucket.usedAtMs < idleMs || !isIdle(bucket.limit, nowMs)) continue;
      this.#buckets.delete(key);
      bucket.route.provisional.delete(bucket);
    }
    this.#sweptSize = this.#buckets.size;
  }
}

function keyOf(name: string, major: string, identity: string): string {
  return identity === '' ? `${name}:${major}` : `${name}:${major}\n${identity}`;
}
