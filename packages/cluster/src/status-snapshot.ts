/**
 * What the status page draws, as data: the global state, one row per pod, one short row per shard. Pure, and without anything
 * that changes between two polls, so that an unchanged cluster makes an unchanged snapshot.
 */
import type { GlobalState, PodSample } from './global-state.ts';
import { isUp, type ShardReport } from './status.ts';
import { podCount, shardsOfPod, type Topology } from './topology.ts';

/** What the page shows. */
export interface StatusView {
  readonly topology: Topology;
  readonly state: () => GlobalState;
  readonly samples: ReadonlyMap<number, PodSample>;
  readonly podName: (ordinal: number) => string;
}

/** How a shard is drawn. `missing`: its pod does not answer. */
export type ShardKind = 'ready' | 'resuming' | 'connecting' | 'fatal' | 'missing';

/** Kind, status in the gateway's words, guilds, users, latency, age of the last event, resumes, identifies, last close code. */
export type ShardRow = readonly [
  kind: ShardKind,
  status: string | null,
  guilds: number | null,
  users: number | null,
  latencyMs: number | null,
  lastEventAgeMs: number | null,
  resumes: number | null,
  identifies: number | null,
  lastCloseCode: number | null,
];

/** One pod; `null` for what was never heard of it. */
export interface PodRow {
  readonly name: string;
  readonly state: 'ready' | 'not ready' | 'draining' | 'not answering';
  readonly rss: number | null;
  readonly loopP99Ms: number | null;
  readonly version: string | null;
  readonly startedAtMs: number | null;
  /** When it last answered, milliseconds since the Unix epoch. */
  readonly atMs: number | null;
}

/** Everything the page draws; shards by id, pods by ordinal. */
export interface StatusSnapshot {
  readonly topology: Topology;
  readonly state: Omit<GlobalState, 'asOf'>;
  readonly pods: readonly PodRow[];
  readonly shards: readonly ShardRow[];
}

/** Snapshot of what the manager knows. */
export function takeSnapshot({ topology, state, samples, podName }: StatusView): StatusSnapshot {
  const { asOf: _, ...stable } = state();
  const pods: PodRow[] = [];
  const shards: ShardRow[] = [];
  for (let ordinal = 0; ordinal < podCount(topology); ordinal++) {
    const sample = samples.get(ordinal);
    pods.push(podRow(podName(ordinal), sample));
    const reports = new Map(sample?.status.shards.map((shard) => [shard.id, shard]));
    for (const id of shardsOfPod(topology, ordinal)) shards.push(shardRow(reports.get(id), sample?.fresh === true));
  }
  return { topology, state: stable, pods, shards };
}

function podRow(name: string, sample: PodSample | undefined): PodRow {
  if (sample === undefined)
    return { name, state: 'not answering', rss: null, loopP99Ms: null, version: null, startedAtMs: null, atMs: null };
  const { status, fresh, atMs } = sample;
  return {
    name,
    state: !fresh ? 'not answering' : status.draining ? 'draining' : status.ready ? 'ready' : 'not ready',
    rss: status.process.rss,
    loopP99Ms: status.process.loopP99Ms,
    version: status.version,
    startedAtMs: status.startedAtMs,
    atMs,
  };
}

function shardRow(shard: ShardReport | undefined, fresh: boolean): ShardRow {
  // A pod that answers and does not list a shard has not begun with it.
  if (shard === undefined) return [fresh ? 'connecting' : 'missing', null, null, null, null, null, null, null, null];
  return [
    fresh ? kindOf(shard) : 'missing',
    shard.status,
    shard.guilds,
    shard.users,
    shard.latencyMs,
    shard.lastEventAgeMs,
    shard.resumes,
    shard.identifies,
    shard.lastCloseCode,
  ];
}

function kindOf(shard: ShardReport): ShardKind {
  if (isUp(shard)) return 'ready';
  return shard.status === 'fatal' || shard.status === 'resuming' ? shard.status : 'connecting';
}
