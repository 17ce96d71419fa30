/**
 * One shard as a sink sees it: which session, how far, and whether it runs. The states of a shard that the sink stops because its
 * buffer is full: running → stopping → stopped → starting → running.
 */

/** Where a shard stands. */
export type LineStatus = 'running' | 'stopping' | 'stopped' | 'starting';

/** Promise with its function to resolve it. */
export interface Settlement {
  readonly promise: Promise<void>;
  readonly settle: () => void;
}

/** One shard. */
export interface ShardLine {
  readonly shardId: number;
  status: LineStatus;
  /** Discord's session, which never leaves the process. */
  sessionId: string;
  sessionHash: string;
  /** Highest sequence of the session that is with the broker, or dropped. */
  settled: number;
  /** Highest sequence that was taken. */
  taken: number;
  /** Of the last event that was taken: when it settles, all before it have. */
  last: Promise<void> | undefined;
  /** Settles when the stop is over. */
  stop: Settlement | undefined;
  /** Set from the stop until the next event: a READY then tells that Discord gave the session up. */
  wasStopped: boolean;
}

export function createShardLine(shardId: number): ShardLine {
  return {
    shardId,
    status: 'running',
    sessionId: '',
    sessionHash: '',
    settled: 0,
    taken: 0,
    last: undefined,
    stop: undefined,
    wasStopped: false,
  };
}

export function createSettlement(): Settlement {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
