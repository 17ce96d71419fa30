/**
 * What the limiter works on: requests as it sees them, and buckets with their queues. Data alone; the rules are in
 * `bucket.ts`, the waiting is in `limiter.ts`.
 */
import type { BucketLimit } from './bucket.ts';
import type { RateLimitScope } from './headers.ts';
import type { OrderedQueue } from './queue.ts';
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
  /** Interaction tokens end after 15 minutes, and nothing is worth knowing of them then. */
  readonly expiresAtMs: number;
}
