/** Figures of a shard, as operators and the cluster read them. */

import { isConnected } from './effects.ts';
import type { Shard } from './shard.ts';
import type { ShardStatus } from './state.ts';

/** Where one shard stands. */
export interface ShardInfo {
  readonly id: number;
  readonly status: ShardStatus;
  /** Guilds the bot is in on this shard, those unavailable included. */
  readonly guilds: number;
  readonly unavailable: number;
  /** Sum of the guilds' member counts: a person in two guilds counts twice. */
  readonly users: number;
  /** Round trip of the last heartbeat that was answered on this connection. */
  readonly latencyMs: number | undefined;
  /** Milliseconds since the last dispatch; a shard that is silent for long deserves a look. */
  readonly lastEventAgeMs: number | undefined;
  /** Sessions resumed since the gateway was created. */
  readonly resumes: number;
  /** IDENTIFYs sent since the gateway was created. */
  readonly identifies: number;
  /** Code of the last close, by either side; 1006 without a close frame. */
  readonly lastCloseCode: number | undefined;
  /** Highest sequence received. */
  readonly sequence: number | null;
}

/** Figures of a shard now. */
export function shardInfo(shard: Shard, nowMs: number): ShardInfo {
  const { state, counters } = shard;
  const heartbeat = isConnected(state) && 'heartbeat' in state ? state.heartbeat : undefined;
  const { lastEventAtMs } = counters;
  return {
    id: shard.id,
    status: state.status,
    ...shard.guilds.totals,
    latencyMs: heartbeat?.latencyMs,
    lastEventAgeMs: lastEventAtMs === undefined ? undefined : nowMs - lastEventAtMs,
    resumes: counters.resumes,
    identifies: counters.identifies,
    lastCloseCode: counters.lastCloseCode,
    sequence: shard.cursor.received,
  };
}
