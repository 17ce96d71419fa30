/** One REST limit over all pods, simulated: whatever happens to manager, network and pods, no second holds more than 50. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RestBudget } from '../../src/rest-budget.ts';
import { restRules } from '../../src/rest-lease.ts';
import type { RestAsk } from '../../src/rest-wire.ts';
import { type RestPlan, randomOf, runRestFleet, worst } from '../rest-fleet.ts';

const calm: RestPlan = {
  seed: 1,
  pods: 8,
  durationMs: 20_000,
  demand: () => Number.POSITIVE_INFINITY,
  delayMs: 5,
  loss: 0,
  hangs: [],
  deaths: [],
  kills: [],
};
const times = (plan: RestPlan) => runRestFleet(plan).map(({ atMs }) => atMs);
const perSecond = (list: readonly number[], fromMs: number, toMs: number) =>
  list.filter((atMs) => atMs >= fromMs && atMs < toMs).length / ((toMs - fromMs) / 1_000);

describe('8 pods with unlimited demand', () => {
  it('send 40 a second under leases, never more than 50, each its fair part', () => {
    const sends = runRestFleet(calm);
    const list = sends.map(({ atMs }) => atMs);
    expect(worst(list, 1_000)).toBeLessThanOrEqual(50);
    expect(perSecond(list, 5_000, 20_000)).toBeGreaterThan(39);
    for (let ordinal = 0; ordinal < 8; ordinal += 1)
      expect(sends.filter((send) => send.ordinal === ordinal && send.atMs > 5_000).length / 15).toBeGreaterThan(4.4);
  });

  it('send as much by their static shares when there never is a manager', () => {
    const list = times({ ...calm, deaths: [[0, 30_000]] });
    expect(worst(list, 1_000)).toBeLessThanOrEqual(50);
    expect(perSecond(list, 6_000, 20_000)).toBeGreaterThan(39);
  });

  it('stay below 50 while the manager dies, hangs and starts anew', () => {
    const plan: RestPlan = {
      ...calm,
      durationMs: 40_000,
      deaths: [
        [6_000, 6_400],
        [14_000, 20_000],
      ],
      hangs: [[26_000, 32_000]],
    };
    expect(worst(times(plan), 1_000)).toBeLessThanOrEqual(50);
  });
});

it('stays at 50 when a new manager takes over at once, while one pod holds nearly all and the others wake', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const demand = (ordinal: number, atMs: number) => (ordinal === 0 || atMs > 10_000 ? Number.POSITIVE_INFINITY : 0);
    const plan: RestPlan = { ...calm, seed, durationMs: 15_000, demand, deaths: [[10_000, 10_001]] };
    expect(worst(times(plan), 1_000)).toBeLessThanOrEqual(50);
  }
});

it('stays at 50 when a pod is killed after a burst and is back at once', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const demand = (_: number, atMs: number) => (atMs > 9_950 ? Number.POSITIVE_INFINITY : 0);
    const kills = [{ ordinal: 0, atMs: 10_350, backAtMs: 10_350 }];
    expect(worst(times({ ...calm, seed, pods: 1, durationMs: 15_000, demand, kills }), 1_000)).toBeLessThanOrEqual(50);
  }
});

it('lets each of 100 busy pods have its turn when there are not enough requests for all', () => {
  const sends = runRestFleet({ ...calm, pods: 100, durationMs: 40_000 });
  const list = sends.map(({ atMs }) => atMs);
  expect(worst(list, 1_000)).toBeLessThanOrEqual(50);
  expect(new Set(sends.map(({ ordinal }) => ordinal)).size).toBe(100);
  expect(perSecond(list, 10_000, 40_000)).toBeGreaterThan(25);
});

it('gives one busy pod what the others leave, and takes it back when they need it', () => {
  const plan: RestPlan = {
    ...calm,
    durationMs: 30_000,
    demand: (ordinal, atMs) => (ordinal === 0 || (ordinal === 1 && atMs > 15_000) ? Number.POSITIVE_INFINITY : 0),
  };
  const sends = runRestFleet(plan);
  const of = (ordinal: number) => sends.filter((send) => send.ordinal === ordinal).map(({ atMs }) => atMs);
  expect(perSecond(of(0), 5_000, 15_000)).toBeGreaterThan(30);
  expect(Math.min(...of(1))).toBeLessThan(15_200);
  expect(perSecond(of(1), 20_000, 30_000)).toBeGreaterThan(15);
  expect(perSecond(of(0), 20_000, 30_000)).toBeGreaterThan(15);
});

it('never lets more than 50 requests reach Discord in any second, whatever happens', { timeout: 600_000 }, () => {
  const span = (durationMs: number) =>
    fc
      .tuple(fc.integer({ min: 0, max: durationMs }), fc.integer({ min: 1, max: 8_000 }))
      .map(([from, length]): readonly [number, number] => [from, from + length]);
  const durationMs = 25_000;
  const plans = fc.record({
    seed: fc.integer(),
    pods: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 120 })),
    delayMs: fc.constantFrom(2, 50, 300, 900),
    loss: fc.constantFrom(0, 0.02, 0.3),
    shape: fc.constantFrom('unlimited', 'waves', 'mixed', 'bursts'),
    hangs: fc.array(span(durationMs), { maxLength: 2 }),
    death: fc.option(span(durationMs)),
    kills: fc.array(
      fc.record({ ordinal: fc.nat(11), atMs: fc.integer({ min: 600, max: durationMs }), away: fc.nat(5_000) }),
      { maxLength: 6 },
    ),
  });
  fc.assert(
    fc.property(plans, ({ seed, pods, delayMs, loss, shape, hangs, death, kills }) => {
      const random = randomOf(seed ^ 0x5bd1e995);
      const phases = Array.from({ length: pods }, () => ({ phase: random() * 8_000, rate: random() * 30 }));
      const demand = (ordinal: number, atMs: number) => {
        const { phase, rate } = phases[ordinal] ?? { phase: 0, rate: 0 };
        if (shape === 'unlimited') return Number.POSITIVE_INFINITY;
        if (shape === 'waves') return (atMs + phase) % 8_000 < 3_000 ? Number.POSITIVE_INFINITY : 0;
        if (shape === 'bursts') return atMs % 7_000 < 2_000 ? Number.POSITIVE_INFINITY : 0;
        return phase < 2_000 ? Number.POSITIVE_INFINITY : rate;
      };
      const list = times({
        seed,
        pods,
        durationMs,
        demand,
        delayMs,
        loss,
        hangs,
        deaths: death === null ? [] : [death],
        kills: kills.map(({ ordinal, atMs, away }) => ({ ordinal, atMs, backAtMs: atMs + away })),
      });
      expect(worst(list, 1_000)).toBeLessThanOrEqual(50);
    }),
    { numRuns: Number(process.env.TINFOIL_TEST_RUNS ?? 40), endOnFailure: true },
  );
});

describe('RestBudget', () => {
  const rules = restRules({ limit: 45, ttlMs: 1_000, pods: 2 });
  const ask = (more: Partial<RestAsk>): RestAsk => ({
    pod: 'bot-0',
    ordinal: 0,
    generation: 1,
    epoch: 'a',
    want: 10,
    used: 0,
    invalid: 0,
    egress: 'default',
    ...more,
  });

  it('grants nothing while leases of a manager before it may be alive', () => {
    const budget = new RestBudget(rules, 'new', 0);
    expect(budget.ask(ask({}), 2_000)).toEqual({ retryAfterMs: 100 });
    expect(budget.ask(ask({}), 2_100)).toMatchObject({ tokens: 23, limit: 45, ttlMs: 1_000 });
  });

  it('tells every pod of a pause that Discord told one', () => {
    const budget = new RestBudget(rules, 'new', -10_000);
    budget.ask(ask({ pausedForMs: 3_000 }), 0);
    expect(budget.ask(ask({ ordinal: 1 }), 1_000)).toMatchObject({ pausedForMs: 2_000 });
    expect(budget.ask(ask({ ordinal: 1 }), 3_100)).not.toHaveProperty('pausedForMs');
  });

  it('leaves nothing of the invalid answers once the pods behind one address have 8,000', () => {
    const budget = new RestBudget(rules, 'new', -10_000);
    expect(budget.ask(ask({ invalid: 3_000 }), 0)).toMatchObject({ invalidLeft: 5_000 });
    expect(budget.ask(ask({ ordinal: 1, invalid: 4_000 }), 0)).toMatchObject({ invalidLeft: 500 });
    expect(budget.ask(ask({ ordinal: 1, invalid: 5_100 }), 10)).toMatchObject({ invalidLeft: -50 });
    // Another address has a count of its own, and a process that died still counts for its 10 minutes.
    expect(budget.ask(ask({ epoch: 'b', egress: 'other' }), 20)).toMatchObject({ invalidLeft: 8_000 });
    expect(budget.invalid(20)).toEqual(new Map([['default', 8_100]]));
    expect(budget.invalid(620_000).get('default')).toBeUndefined();
  });
});
