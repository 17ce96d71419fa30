/**
 * Orders of a cut-over, as the manager gives them to the pods of both generations, and whether a pod may follow one. Pure.
 *
 * `ask` changes nothing: it finds out whether every pod would. `go` makes a pod take over or yield at the common time, and may come
 * late or twice. `stop` undoes `go`. The order of events is the coordinator's (`manager-cutover.ts`).
 */
import { sameTopology, type Topology } from './topology.ts';

/** Order to one pod. */
export interface CutoverOrder {
  readonly step: 'ask' | 'go' | 'stop';
  /** Name of the cut-over. */
  readonly id: string;
  /** Common time, milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** When the order left, by the manager's clock. */
  readonly sentAtMs: number;
  readonly from: Topology;
  readonly to: Topology;
}

/** Where a pod stands. */
export type PodMode = 'active' | 'standby' | 'taking' | 'yielding' | 'retired';

/** What a pod knows of itself when an order comes. */
export interface PodStanding {
  readonly topology: Topology;
  readonly mode: PodMode;
  readonly draining: boolean;
  readonly shards: number;
  readonly shardsUp: number;
  /** Cut-over under way here. */
  readonly current: string | undefined;
  readonly overlapMs: number;
}

// Below it, an order might not reach every pod in time.
const leastLeadMs = 200;
// Of the overlap: the rest is for connections that differ.
const skewShare = 0.7;

/** Part of a pod in a cut-over; `undefined` when it has none. */
export function partOf(order: CutoverOrder, topology: Topology): 'take' | 'yield' | undefined {
  if (sameTopology(order.to, topology)) return 'take';
  return sameTopology(order.from, topology) ? 'yield' : undefined;
}

/** Why the pod does not follow, in a few words; `undefined` when it does. */
export function refusalOf(order: CutoverOrder, pod: PodStanding, nowMs: number): string | undefined {
  const part = partOf(order, pod.topology);
  if (part === undefined) return 'of another generation or layout';
  if (order.step !== 'ask') return undefined;
  if (pod.draining) return 'draining';
  if (pod.current !== undefined && pod.current !== order.id && (pod.mode === 'taking' || pod.mode === 'yielding'))
    return 'another cut-over is under way';
  if (pod.mode !== (part === 'take' ? 'standby' : 'active')) return `it is ${pod.mode}`;
  if (part === 'take' && pod.shardsUp < pod.shards) return `${pod.shardsUp} of ${pod.shards} shards are up`;
  const skewMs = Math.abs(nowMs - order.sentAtMs);
  if (skewMs > pod.overlapMs * skewShare)
    return `its clock and the manager's are ${Math.round(skewMs)} ms apart, or the order took so long`;
  return order.atMs - nowMs < leastLeadMs ? 'the time is too near' : undefined;
}

/** Order of a body; `undefined` when it is none. */
export function parseOrder(body: Buffer): CutoverOrder | undefined {
  try {
    const order = JSON.parse(body.toString('utf8')) as Partial<CutoverOrder> | null;
    const { step, id, atMs, sentAtMs, from, to } = order ?? {};
    if (step !== 'ask' && step !== 'go' && step !== 'stop') return undefined;
    if (typeof id !== 'string' || id.length > 100) return undefined;
    if (!Number.isSafeInteger(atMs) || !Number.isSafeInteger(sentAtMs) || !isTopology(from) || !isTopology(to))
      return undefined;
    return order as CutoverOrder; // Every field was looked at.
  } catch {
    return undefined;
  }
}

function isTopology(value: unknown): value is Topology {
  if (typeof value !== 'object' || value === null) return false;
  const { generation, totalShards, shardsPerPod } = value as Partial<Topology>;
  return [generation, totalShards, shardsPerPod].every((number) => Number.isSafeInteger(number));
}
