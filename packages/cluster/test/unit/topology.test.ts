import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertTopology, ordinalOfName, podCount, podOfGuild, podOfShard, shardsOfPod } from '../../src/topology.ts';

const topologies = fc.record({
  generation: fc.constant(1),
  totalShards: fc.integer({ min: 1, max: 2_000 }),
  shardsPerPod: fc.integer({ min: 1, max: 64 }),
});

describe('shards of pods', () => {
  it('give every shard to exactly one pod, the one that is computed for it', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        const owners = Array.from({ length: podCount(topology) }, (_, ordinal) =>
          shardsOfPod(topology, ordinal).map((shardId) => [shardId, ordinal]),
        ).flat();
        expect(owners).toEqual(Array.from({ length: topology.totalShards }, (_, id) => [id, podOfShard(topology, id)]));
      }),
    );
  });

  it('are none past the last pod', () => {
    expect(shardsOfPod({ generation: 1, totalShards: 5, shardsPerPod: 2 }, 3)).toEqual([]);
  });
});

it("computes the owner of a guild by Discord's formula, shard 0 included", () => {
  const topology = { generation: 1, totalShards: 3, shardsPerPod: 1 };
  const guild = (shardId: number) => String(BigInt(shardId) << 22n);
  expect([0, 1, 2, 3].map((id) => podOfGuild(topology, guild(id)))).toEqual([0, 1, 2, 0]);
});

it.each([
  ['bot-g1-3', 3],
  ['bot-0', 0],
  ['bot-12', 12],
  ['bot', undefined],
  ['bot-3a', undefined],
  ['', undefined],
])('reads the ordinal of %j', (name, ordinal) => expect(ordinalOfName(name)).toBe(ordinal));

it.each([
  [
    { totalShards: 0, shardsPerPod: 1, generation: 1 },
    'cluster: totalShards must be a whole number of at least 1, got 0',
  ],
  [
    { totalShards: 1, shardsPerPod: 1.5, generation: 1 },
    'cluster: shardsPerPod must be a whole number of at least 1, got 1.5',
  ],
  [
    { totalShards: 1, shardsPerPod: 1, generation: -1 },
    'cluster: generation must be a whole number of at least 0, got -1',
  ],
])('refuses %j', (topology, message) => expect(() => assertTopology(topology)).toThrow(new RangeError(message)));
