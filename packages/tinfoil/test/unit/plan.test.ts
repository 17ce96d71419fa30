import { describe, expect, it } from 'vitest';
import { isClear, type PlanInput, planGeneration } from '../../src/plan.ts';

const discord = {
  recommendedShards: 10,
  identifies: { total: 1000, remaining: 1000, resetAfterMs: 3_600_000 },
  maxConcurrency: 1,
};
const input: PlanInput = { totalShards: 10, shardsPerPod: 1, generation: 2, discord };
const texts = (changes: Partial<PlanInput>, kind: string) =>
  planGeneration({ ...input, ...changes }).findings.flatMap((finding) => (finding.kind === kind ? [finding.text] : []));

describe('planGeneration', () => {
  it.each([
    [10, 1, 10],
    [10, 16, 1],
    [1008, 16, 63],
    [1009, 16, 64],
  ])('holds %i shards, %i in a pod, in %i pods', (totalShards, shardsPerPod, pods) => {
    expect(planGeneration({ ...input, totalShards, shardsPerPod }).pods).toBe(pods);
  });

  it('has nothing against a plan that fits', () => {
    const plan = planGeneration({ ...input, running: { generation: 1, totalShards: 5 }, guilds: 6000 });
    expect(plan.findings.filter(({ kind }) => kind !== 'fact')).toEqual([]);
    expect(isClear(plan)).toBe(true);
  });

  it.each([
    [9_999, 'fact', /80 %/],
    [10_000, 'warning', /^10,000 guilds are 80 % of what 5 shards may hold/],
    [11_000, 'warning', /88 %/],
  ])('tells of %i guilds in 5 running shards as a %s', (guilds, kind, text) => {
    const found = texts({ running: { generation: 1, totalShards: 5 }, guilds }, kind);
    expect(found.join('\n')).toMatch(text);
  });

  it('refuses a total that could not hold the guilds', () => {
    expect(texts({ guilds: 25_000 }, 'blocker')).toEqual(['25,000 guilds would be 100 % of what 10 shards may hold']);
    expect(texts({ guilds: 24_999 }, 'blocker')).toEqual([]);
    expect(texts({ guilds: 20_000 }, 'warning')[0]).toMatch(/take more$/);
  });

  it('wants the identifies of the whole fleet and a reserve', () => {
    const left = (remaining: number) => ({ ...discord, identifies: { ...discord.identifies, remaining } });
    expect(texts({ discord: left(20) }, 'blocker')).toEqual([]);
    expect(texts({ discord: left(19) }, 'blocker')).toEqual([
      '19 of 1,000 identifies are left, 10 and a reserve of 10 are needed; full again in 60 min',
    ]);
    expect(texts({ discord: left(10), reserve: 0 }, 'blocker')).toEqual([]);
    expect(texts({ discord: left(1000), totalShards: 950 }, 'blocker')).toHaveLength(1);
  });

  it('says that nobody asked Discord', () => {
    expect(texts({ discord: undefined }, 'warning')).toEqual([
      'Discord was not asked, so the identifies left of the day are not checked',
    ]);
  });

  it('wants a multiple of Discord’s number from a large bot', () => {
    const large = { guilds: 150_001, discord: { ...discord, recommendedShards: 160 } };
    const budget = { ...large.discord, identifies: { total: 2000, remaining: 2000, resetAfterMs: 0 } };
    expect(texts({ ...large, discord: budget, totalShards: 200 }, 'blocker')[0]).toMatch(/multiple of 160 shards/);
    expect(texts({ ...large, discord: budget, totalShards: 320 }, 'blocker')).toEqual([]);
    expect(texts({ guilds: 150_000, discord: budget, totalShards: 200 }, 'blocker')).toEqual([]);
  });

  it('refuses a generation that is not newer, and doubts one of the same total', () => {
    expect(texts({ running: { generation: 2, totalShards: 5 } }, 'blocker')).toHaveLength(1);
    expect(texts({ running: { generation: 1, totalShards: 10 } }, 'warning')[0]).toMatch(/the total stays at 10/);
  });
});
