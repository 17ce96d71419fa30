/** Builds the status of this pod from its gateway, its process and the author's state. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { GatewayPart } from './gateway-part.ts';
import type { StateMap } from './state.ts';
import type { PodStatus, ShardReport, StateReport } from './status.ts';
import { shardsOfPod, type Topology } from './topology.ts';

/** Facts about a pod that do not change. */
export interface PodFacts {
  readonly pod: string;
  readonly ordinal: number;
  readonly topology: Topology;
  readonly epoch: string;
  readonly startedAtMs: number;
  readonly version: string;
  readonly egressGroup: string;
}

/** Status now. What a `read` of the state throws goes to `onError` and leaves that value out. */
export function buildPodStatus(
  facts: PodFacts,
  now: Pick<PodStatus, 'draining' | 'ready' | 'mode' | 'cutover'> & { readonly loopP99Ms: number },
  gateway: GatewayPart | undefined,
  state: StateMap,
  onError: (cause: unknown, what: string) => void,
): PodStatus {
  const { rss, heapUsed } = process.memoryUsage();
  const { topology } = facts;
  return {
    v: 1,
    pod: facts.pod,
    ordinal: facts.ordinal,
    generation: topology.generation,
    epoch: facts.epoch,
    totalShards: topology.totalShards,
    shardsPerPod: topology.shardsPerPod,
    startedAtMs: facts.startedAtMs,
    draining: now.draining,
    ready: now.ready,
    version: facts.version,
    egressGroup: facts.egressGroup,
    shards: reportShards(shardsOfPod(topology, facts.ordinal), gateway),
    process: { rss, heapUsed, loopP99Ms: now.loopP99Ms },
    state: readState(state, onError),
    ...(now.mode !== undefined && { mode: now.mode }),
    ...(now.cutover !== undefined && { cutover: now.cutover }),
  };
}

/** Delay of the event loop; the 99th percentile since it was last asked for. */
export function watchEventLoop(): { p99Ms(): number; close(): void } {
  const resolutionMs = 20;
  const histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return {
    p99Ms() {
      // The histogram counts whole intervals of its timer: an idle loop shows the resolution itself.
      const p99 = histogram.percentile(99) / 1e6 - resolutionMs;
      histogram.reset();
      return Number.isFinite(p99) ? Math.max(0, Math.round(p99 * 10) / 10) : 0;
    },
    close: () => histogram.disable(),
  };
}

function reportShards(ids: readonly number[], gateway: GatewayPart | undefined): readonly ShardReport[] {
  const views = new Map((gateway?.shards ?? []).map((shard) => [shard.id, shard]));
  return ids.map((id) => {
    const view = views.get(id);
    return {
      id,
      status: view?.status ?? 'idle',
      guilds: view?.guilds ?? 0,
      unavailable: view?.unavailable ?? 0,
      users: view?.users ?? 0,
      latencyMs: view?.latencyMs ?? null,
      lastEventAgeMs: view?.lastEventAgeMs ?? null,
      resumes: view?.resumes ?? 0,
      identifies: view?.identifies ?? 0,
      lastCloseCode: view?.lastCloseCode ?? null,
    };
  });
}

function readState(state: StateMap, onError: (cause: unknown, what: string) => void): Record<string, StateReport> {
  const report: Record<string, StateReport> = Object.create(null);
  for (const [name, { reduce, read }] of Object.entries(state)) {
    try {
      report[name] = { reduce, value: read() };
    } catch (cause) {
      onError(cause, `state.${name}.read`);
    }
  }
  return report;
}
