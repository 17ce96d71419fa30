/**
 * What a pod says of itself at `GET /v1/status`: the manager's only source, so that everything the manager knows can be
 * rebuilt by asking. The wire form, and nothing secret in it.
 */
import type { PodMode } from './cutover-order.ts';
import type { StateRule, StateValue } from './state.ts';

/** One shard as its pod sees it. */
export interface ShardReport {
  readonly id: number;
  /** Status in the gateway's words; `ready` and `resumed` sessions count as up. */
  readonly status: string;
  readonly guilds: number;
  /** Guilds of those that Discord reports unavailable. */
  readonly unavailable: number;
  /** Sum of member counts; a person in two guilds counts twice. */
  readonly users: number;
  /** Time from heartbeat to its ACK; `null` before the first. */
  readonly latencyMs: number | null;
  /** Time since the last event; `null` before the first. */
  readonly lastEventAgeMs: number | null;
  readonly resumes: number;
  readonly identifies: number;
  readonly lastCloseCode: number | null;
}

/** Figures of the process. */
export interface ProcessReport {
  readonly rss: number;
  readonly heapUsed: number;
  /** 99th percentile of the event loop's delay since the last report. */
  readonly loopP99Ms: number;
}

/** User-defined state with the rule that reduces it over the pods. */
export interface StateReport {
  readonly reduce: StateRule;
  readonly value: StateValue;
}

/** Everything a pod says of itself. */
export interface PodStatus {
  readonly v: 1;
  readonly pod: string;
  readonly ordinal: number;
  readonly generation: number;
  /** Random per process: tells a restart. */
  readonly epoch: string;
  readonly totalShards: number;
  readonly shardsPerPod: number;
  readonly startedAtMs: number;
  readonly draining: boolean;
  readonly ready: boolean;
  readonly version: string;
  readonly egressGroup: string;
  readonly shards: readonly ShardReport[];
  readonly process: ProcessReport;
  readonly state: Readonly<Record<string, StateReport>>;
  /** Part in a change of generations; absent means `active`. */
  readonly mode?: PodMode | undefined;
  /** Cut-over that the pod takes or took part in: the generation it is to, its common time, and how many events both fleets may have handed out. */
  readonly cutover?:
    | { readonly id: string; readonly to: number; readonly atMs: number; readonly doubted: number }
    | undefined;
}

/** True when the shard's session is up. */
export function isUp(shard: Pick<ShardReport, 'status'>): boolean {
  return shard.status === 'ready';
}

/** Status of a body; `undefined` when it is none of version 1. */
export function parseStatus(body: Buffer): PodStatus | undefined {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as Partial<PodStatus> | null;
    return parsed?.v === 1 && Array.isArray(parsed.shards) && typeof parsed.ordinal === 'number'
      ? (parsed as PodStatus) // Version 1 has the rest; both ends are ours.
      : undefined;
  } catch {
    return undefined;
  }
}
