/**
 * Whether a fleet in standby may take over, and what to do about a cut-over that a manager finds half done: from what the pods of
 * both generations last said. Pure.
 *
 * Every doubt is decided for delivering twice and against delivering not at all.
 */
import type { PodMode } from './cutover-order.ts';
import type { PodSample } from './global-state.ts';
import { isUp } from './status.ts';
import { podCount, shardsOfPod, type Topology } from './topology.ts';

/** One generation, as its pods told. */
export interface FleetView {
  readonly topology: Topology;
  readonly samples: ReadonlyMap<number, PodSample>;
  readonly podName: (ordinal: number) => string;
}

/** Figures of a fleet in standby. */
export interface CutoverCheck {
  readonly shardsUp: number;
  readonly shards: number;
  /** Guilds that the standby sees, as a share of those that the running fleet sees: 0 to 1. */
  readonly guildCoverage: number;
  /** What speaks against a cut-over now; empty when nothing does. */
  readonly blockers: readonly string[];
}

/** Guilds that may be missing: those that joined or left while the two were counted. */
export const leastGuildCoverage = 0.999;

/** Looks at both fleets. */
export function checkCutover(running: FleetView, standby: FleetView): CutoverCheck {
  const blockers = [...blockersOf(running, ['active'], 'runs'), ...blockersOf(standby, ['standby'], 'is to take over')];
  const { totalShards: shards } = standby.topology;
  const shardsUp = upOf(standby);
  if (shardsUp < shards) blockers.push(`${shardsUp} of ${shards} shards in standby are up`);
  const [before, after] = [guildsOf(running), guildsOf(standby)];
  const guildCoverage = before === 0 ? 1 : Math.min(1, after / before);
  if (guildCoverage < leastGuildCoverage) blockers.push(`${after} of ${before} guilds are there in standby`);
  return { shardsUp, shards, guildCoverage, blockers };
}

/** What a manager does about pods that are not all of one mind, without having begun a cut-over itself. */
export function reconcile(running: FleetView, standby: FleetView): 'nothing' | 'forward' | 'back' {
  const [before, after] = [modesOf(running), modesOf(standby)];
  const taken = after.some((mode) => mode === 'taking' || mode === 'active');
  // Pods are told to yield only when all of standby will take over.
  if (before.some((mode) => mode === 'yielding' || mode === 'retired')) return 'forward';
  if (!taken) return 'nothing';
  // The old fleet is gone.
  if (before.every((mode) => mode === undefined)) return 'forward';
  // Going back is right only where the old fleet serves, all of it.
  const serves = before.every((mode) => mode === 'active') && upOf(running) === running.topology.totalShards;
  return serves ? 'back' : 'nothing';
}

/** Modes by ordinal; `undefined` for a pod that does not answer. */
export function modesOf({ topology, samples }: FleetView): readonly (PodMode | undefined)[] {
  return Array.from({ length: podCount(topology) }, (_, ordinal) => {
    const sample = samples.get(ordinal);
    // Pods of before there were modes are active.
    return sample?.fresh ? (sample.status.mode ?? 'active') : undefined;
  });
}

function blockersOf(fleet: FleetView, wanted: readonly PodMode[], what: string): string[] {
  const wrong = modesOf(fleet).flatMap((mode, ordinal) =>
    mode !== undefined && wanted.includes(mode) ? [] : [`${fleet.podName(ordinal)} ${mode ?? 'does not answer'}`],
  );
  if (wrong.length === 0) return [];
  const more = wrong.length > 5 ? `, and ${wrong.length - 5} more` : '';
  return [`of the fleet that ${what}: ${wrong.slice(0, 5).join(', ')}${more}`];
}

function upOf({ topology, samples }: FleetView): number {
  let up = 0;
  for (const [ordinal, { status, fresh }] of samples)
    if (fresh) up += Math.min(shardsOfPod(topology, ordinal).length, status.shards.filter(isUp).length);
  return up;
}

function guildsOf({ samples }: FleetView): number {
  let guilds = 0;
  for (const { status } of samples.values())
    for (const shard of status.shards) guilds += shard.guilds - shard.unavailable;
  return guilds;
}
