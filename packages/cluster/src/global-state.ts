/**
 * Global state of the bot from what the pods last said: sums that carry how much of the cluster they cover and how old they
 * are. A pod that does not answer is named, and its last figures stay in the sum, flagged as stale: silently low numbers
 * are the fault this file exists to avoid. Pure.
 */
import { reduceState, type StateRule, type StateValue } from './state.ts';
import { isUp, type PodStatus } from './status.ts';
import { podCount, shardsOfPod, type Topology } from './topology.ts';

/** Last word of one pod. */
export interface PodSample {
  readonly status: PodStatus;
  /** When it was received, milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** False when the pod has not answered since. */
  readonly fresh: boolean;
}

/** A sum over the pods. */
export interface CoveredValue {
  /** Sum of what fresh pods say and of what missing ones last said. */
  readonly value: number;
  /** Part of the value that is known now. */
  readonly fresh: number;
  /** Part that missing pods said last. */
  readonly stale: number;
  /** Share of all shards whose pods answered, 0 to 1. */
  readonly coverage: number;
  /** When the oldest figure in the value was taken, milliseconds since the Unix epoch. */
  readonly asOf: number;
}

/** Value of one kind of user-defined state. */
export interface CoveredState {
  readonly reduce: StateRule;
  readonly value: StateValue;
  readonly coverage: number;
  readonly asOf: number;
}

/** Discord's session start limit as last read. */
export interface SessionStart {
  readonly total: number;
  readonly remaining: number;
  /** Milliseconds since the Unix epoch. */
  readonly resetAt: number;
  readonly maxConcurrency: number;
}

/** State of the whole bot. */
export interface GlobalState {
  /** Who gathered it: the manager, or a pod that swept the others because the manager was away. */
  readonly source: 'manager' | 'sweep';
  readonly asOf: number;
  readonly coverage: number;
  /** Pods that did not answer, by name. */
  readonly missing: readonly string[];
  readonly generation: number;
  readonly totalShards: number;
  readonly guilds: CoveredValue;
  readonly users: CoveredValue;
  readonly shards: {
    readonly total: number;
    readonly ready: number;
    /** Connecting, identifying or resuming, as their pods say. */
    readonly connecting: number;
    /** Of pods that did not answer. */
    readonly down: number;
  };
  readonly pods: {
    readonly total: number;
    readonly ready: number;
    readonly draining: number;
    readonly missing: number;
  };
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly rss: { readonly total: number; readonly max: number };
  readonly sessionStart: SessionStart | null;
  readonly user: Readonly<Record<string, CoveredState>>;
}

/** What {@link reduceGlobalState} is given beside the samples. */
export interface GlobalStateInput {
  readonly topology: Topology;
  readonly samples: ReadonlyMap<number, PodSample>;
  readonly podName: (ordinal: number) => string;
  readonly source: GlobalState['source'];
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly sessionStart: SessionStart | null;
}

/** One state of all pods. */
export function reduceGlobalState(input: GlobalStateInput): GlobalState {
  const { topology, samples, nowMs } = input;
  const pods = podCount(topology);
  const missing: string[] = [];
  const latencies: number[] = [];
  const known: PodSample[] = [];
  const shards = { total: topology.totalShards, ready: 0, connecting: 0, down: 0 };
  const count = { total: pods, ready: 0, draining: 0, missing: 0 };
  const rss = { total: 0, max: 0 };
  for (let ordinal = 0; ordinal < pods; ordinal++) {
    const sample = samples.get(ordinal);
    if (sample !== undefined) known.push(sample);
    if (sample === undefined || !sample.fresh) {
      missing.push(input.podName(ordinal));
      shards.down += shardsOfPod(topology, ordinal).length;
      count.missing += 1;
      continue;
    }
    const { status } = sample;
    const up = status.shards.filter(isUp);
    shards.ready += up.length;
    shards.connecting += shardsOfPod(topology, ordinal).length - up.length;
    if (status.ready) count.ready += 1;
    if (status.draining) count.draining += 1;
    rss.total += status.process.rss;
    rss.max = Math.max(rss.max, status.process.rss);
    for (const shard of up) if (shard.latencyMs !== null) latencies.push(shard.latencyMs);
  }
  const coverage = (topology.totalShards - shards.down) / topology.totalShards;
  const asOf = known.reduce((oldest, sample) => Math.min(oldest, sample.atMs), nowMs);
  return {
    source: input.source,
    asOf: nowMs,
    coverage,
    missing,
    generation: topology.generation,
    totalShards: topology.totalShards,
    guilds: covered(known, (shard) => shard.guilds, coverage, asOf),
    users: covered(known, (shard) => shard.users, coverage, asOf),
    shards,
    pods: count,
    latencyMs: percentiles(latencies),
    rss,
    sessionStart: input.sessionStart,
    user: userState(known, coverage, asOf),
  };
}

function covered(
  samples: readonly PodSample[],
  read: (shard: PodStatus['shards'][number]) => number,
  coverage: number,
  asOf: number,
): CoveredValue {
  let fresh = 0;
  let stale = 0;
  for (const sample of samples) {
    const sum = sample.status.shards.reduce((total, shard) => total + read(shard), 0);
    if (sample.fresh) fresh += sum;
    else stale += sum;
  }
  return { value: fresh + stale, fresh, stale, coverage, asOf };
}

function userState(samples: readonly PodSample[], coverage: number, asOf: number): Record<string, CoveredState> {
  const values = new Map<string, { readonly reduce: StateRule; readonly values: StateValue[] }>();
  for (const { status } of samples)
    for (const [name, report] of Object.entries(status.state)) {
      const kind = values.get(name) ?? { reduce: report.reduce, values: [] };
      // Two versions of a bot may differ in the rule while they roll: the first one seen holds.
      if (kind.reduce === report.reduce) kind.values.push(report.value);
      values.set(name, kind);
    }
  const state: Record<string, CoveredState> = Object.create(null);
  for (const [name, kind] of values)
    state[name] = { reduce: kind.reduce, value: reduceState(kind.reduce, kind.values), coverage, asOf };
  return state;
}

function percentiles(values: number[]): GlobalState['latencyMs'] {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))] as number;
  return { p50: at(0.5), p99: at(0.99), max: values[values.length - 1] as number };
}
