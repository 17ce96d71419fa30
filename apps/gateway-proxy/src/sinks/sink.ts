/**
 * Where a shard's events go besides the WebSocket clients: the seam for brokers.
 *
 * Delivery is at least once. A promise that `write` returns holds back the sequence that is saved for the shard, so what a sink
 * has not safely handed on comes again after a crash, after a restart, and after `stopShard`; `sessionId` and `sequence`
 * together name an event for good, which is what a broker can use to drop the second copy.
 */

/** One dispatch event. */
export interface SinkEvent {
  readonly shardId: number;
  readonly totalShards: number;
  /** Discord's session; with `sequence` it names the event. Hash it before it leaves: with the bot token it is all that a takeover needs. */
  readonly sessionId: string;
  /** Discord's sequence, not that of any client of the proxy. */
  readonly sequence: number;
  readonly type: string;
  /** The whole payload as JSON in UTF-8, as Discord sent it. Valid during the call: copy what is to be kept. */
  readonly bytes: Buffer;
}

/** What a sink may ask of the proxy. */
export interface SinkHost {
  /**
   * Ends the shard's connection and keeps its session, so that Discord buffers: what the sink has not settled is replayed by
   * {@link startShard}. Promises of what the sink does not hold stay pending until this resolves.
   */
  stopShard(shardId: number): Promise<void>;
  /** Resumes a stopped shard; resolves when it is up. */
  startShard(shardId: number): Promise<void>;
  /** Reports a failure that nobody awaits: one line in the log. */
  report(cause: unknown): void;
  /** Counts events that were dropped, for `tinfoil_proxy_sink_dropped_total`. */
  dropped(events: number): void;
  /** Tells how much waits, for `tinfoil_proxy_sink_pending_bytes`. */
  pending(bytes: number): void;
}

/** Takes every event of every shard of this process. */
export interface EventSink {
  /** Label in metrics and log lines, such as `redis-streams`. */
  readonly name: string;
  /** Called once before the shards connect. Rejects only for what the operator must mend; a broker that is away is no such thing. */
  start(host: SinkHost): Promise<void>;
  /** Takes one event; a promise while it is not safely handed on, `undefined` when there is nothing to wait for. Must not throw. */
  write(event: SinkEvent): Promise<void> | undefined;
  /** Hands on what it can within a few seconds, and ends. Called after the last event. */
  close(): Promise<void>;
}
