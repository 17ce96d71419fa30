/**
 * Who holds which shard: arithmetic from the pod's ordinal, with no assignment server to ask.
 *
 * Pod `i` of a generation owns the shards `[i*K, min((i+1)*K, total))`. Contiguous blocks of a fixed size mean that adding
 * pods never moves a shard unless the total changes. Pure.
 */
import { type RpcTopology, type Snowflake, shardIdOf } from '@tinfoil/types';

/** Layout of one generation of pods. */
export type Topology = RpcTopology;

/** Number of pods that hold all shards. */
export function podCount(topology: Topology): number {
  return Math.ceil(topology.totalShards / topology.shardsPerPod);
}

/** Ids of the shards that a pod owns, ascending; empty for an ordinal past the last pod. */
export function shardsOfPod(topology: Topology, ordinal: number): readonly number[] {
  const first = ordinal * topology.shardsPerPod;
  const length = Math.max(0, Math.min(topology.shardsPerPod, topology.totalShards - first));
  return Array.from({ length }, (_, index) => first + index);
}

/** Ordinal of the pod that owns a shard. @throws {@link RangeError} when there is no such shard. */
export function podOfShard(topology: Topology, shardId: number): number {
  if (!Number.isSafeInteger(shardId) || shardId < 0 || shardId >= topology.totalShards)
    throw new RangeError(`cluster: shardId must be 0 to ${topology.totalShards - 1}, got ${shardId}`);
  return Math.floor(shardId / topology.shardsPerPod);
}

/** Ordinal of the pod that owns a guild's shard. @throws {@link TypeError} when `guildId` is no snowflake. */
export function podOfGuild(topology: Topology, guildId: Snowflake): number {
  return podOfShard(topology, shardIdOf(guildId, topology.totalShards));
}

/** Ordinal at the end of a StatefulSet pod's name (`bot-g1-3` is 3); `undefined` when there is none. */
export function ordinalOfName(name: string): number | undefined {
  const digits = /-(\d{1,9})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** True when both describe the same layout, so that an owner computed by one is right for the other. */
export function sameTopology(a: Topology, b: Topology): boolean {
  return a.generation === b.generation && a.totalShards === b.totalShards && a.shardsPerPod === b.shardsPerPod;
}

/**
 * Checks the numbers of a topology.
 *
 * @throws {@link RangeError} naming the option, what is allowed, and what came.
 */
export function assertTopology(topology: Topology): void {
  for (const [name, value, least] of [
    ['totalShards', topology.totalShards, 1],
    ['shardsPerPod', topology.shardsPerPod, 1],
    ['generation', topology.generation, 0],
  ] as const)
    if (!Number.isSafeInteger(value) || value < least)
      throw new RangeError(`cluster: ${name} must be a whole number of at least ${least}, got ${value}`);
}
