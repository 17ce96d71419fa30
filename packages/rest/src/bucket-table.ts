/**
 * Buckets by hash, major parameter and identity: finds the one of a request, learns hashes from answers, merges buckets that
 * turn out to be one, and forgets those that have been idle.
 *
 * A route's bucket goes by the route's own name until an answer tells the hash. Answers of some routes alternate between
 * hashes (DELETE message, by the age of the message), so a known hash changes only after several answers in a row.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import type { Clock } from '@tinfoil/types';
import { createBucketLimit, isIdle } from './bucket.ts';
import type { Bucket, Job } from './job.ts';
import { OrderedQueue } from './queue.ts';
import type { Route } from './route.ts';

/** A bucket unused for so long is forgotten. */
const idleMs = 30_000;
const interactionMs = 900_000;
const sweepEveryMs = 10_000;
/** Answers with another hash before a route is believed to have changed its bucket; those of DELETE message alternate. */
const rivalsBelieved = 3;

export class BucketTable {
  readonly #clock: Clock;
  readonly #onMerged: (bucket: Bucket) => void;
  readonly #buckets = new Map<string, Bucket>();
  #sweepTimer: (() => void) | undefined;
  #sweptSize = 0;

  /** @param onMerged - Called with a bucket whose queue has grown by a merge. */
  constructor(clock: Clock, onMerged: (bucket: Bucket) => void) {
    this.#clock = clock;
    this.#onMerged = onMerged;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Bucket of a job that is new; made when there is none. */
  find(job: Job): Bucket {
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
      expiresAtMs: job.global ? Number.POSITIVE_INFINITY : this.#clock.nowMs() + interactionMs,
    };
    this.#buckets.set(key, bucket);
    if (job.route.hash === undefined) job.route.provisional.add(bucket);
    this.#sweepTimer ??= this.#clock.after(sweepEveryMs, () => this.#sweepLater(), { unref: true });
    return bucket;
  }

  /** Bucket of a job that has been found before; another one after a merge. */
  current(job: Job): Bucket {
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

  /** Takes in the hash that an answer named. @returns the bucket it describes, if that is the request's own. */
  learn(bucket: Bucket, route: Route, hash: string): Bucket | undefined {
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

  /** Stops every timer and forgets every bucket. */
  close(): void {
    for (const bucket of this.#buckets.values()) bucket.timer?.cancel();
    this.#sweepTimer?.();
    this.#buckets.clear();
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
    this.#onMerged(into);
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
      if (busy || bucket.limit.inFlight > 0) continue;
      const idle = nowMs - bucket.usedAtMs >= idleMs && isIdle(bucket.limit, nowMs);
      if (!idle && nowMs < bucket.expiresAtMs) continue;
      this.#buckets.delete(key);
      bucket.route.provisional.delete(bucket);
    }
    this.#sweptSize = this.#buckets.size;
  }
}

function keyOf(name: string, major: string, identity: string): string {
  return identity === '' ? `${name}:${major}` : `${name}:${major}\n${identity}`;
}
