/**
 * Permission to IDENTIFY, the one thing that shards must agree on across processes. RESUME asks nobody.
 *
 * The permit has two phases, because Discord counts from the IDENTIFY and not from the moment a shard began to connect:
 * granted (the bucket is held while the socket opens), then sent (the gap to the bucket's next IDENTIFY begins).
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#rate-limiting | Discord Docs/Rate Limiting}
 */

/** How far an IDENTIFY got. `sent` comes first; the others end the permit. `aborted` frees the bucket at once. */
export type IdentifyOutcome = 'sent' | 'ready' | 'invalid' | 'aborted';

/** Right to send one IDENTIFY. */
export interface IdentifyPermit {
  /** Tells the limiter what became of it. Never throws; a second ending is ignored. */
  report(outcome: IdentifyOutcome): void;
}

/** What {@link IdentifyLimiter.acquire} is asked for. */
export interface IdentifyAsk {
  readonly shardId: number;
  readonly totalShards: number;
  readonly signal?: AbortSignal | undefined;
}

/** Hands out permits so that no bucket of `shard_id % max_concurrency` sees two in its gap, and the daily budget holds. */
export interface IdentifyLimiter {
  /** Resolves when the shard may identify; rejects with `signal.reason` on abort, and for nothing that waiting can mend. */
  acquire(ask: IdentifyAsk): Promise<IdentifyPermit>;
}
