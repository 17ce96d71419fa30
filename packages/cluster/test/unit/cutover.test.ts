import { describe, expect, it } from 'vitest';
import { checkCutover, reconcile } from '../../src/cutover-check.ts';
import { type CutoverOrder, type PodMode, type PodStanding, parseOrder, refusalOf } from '../../src/cutover-order.ts';
import type { PodStatus } from '../../src/index.ts';
import { PermitDesk } from '../../src/permit-desk.ts';
import { shardsOfPod, type Topology } from '../../src/topology.ts';

const from: Topology = { generation: 1, totalShards: 4, shardsPerPod: 2 };
const to: Topology = { generation: 2, totalShards: 6, shardsPerPod: 2 };

/** A fleet whose pods are in these modes, all shards up unless told otherwise; `undefined` for one that does not answer. */
function fleet(topology: Topology, modes: readonly (PodMode | undefined)[], guilds = 100, status = 'ready') {
  const samples = new Map(
    modes.map((mode, ordinal) => [
      ordinal,
      {
        fresh: mode !== undefined,
        atMs: 0,
        status: {
          mode,
          shards: shardsOfPod(topology, ordinal).map((id) => ({ id, status, guilds, unavailable: 0 })),
        } as unknown as PodStatus,
      },
    ]),
  );
  return { topology, samples, podName: (ordinal: number) => `bot-g${topology.generation}-${ordinal}` };
}

const running = (...modes: (PodMode | undefined)[]) => fleet(from, modes);
const standby = (...modes: (PodMode | undefined)[]) => fleet(to, modes, 400 / 6);

describe('checkCutover', () => {
  it('has nothing against a fleet that is all there', () => {
    const check = checkCutover(running('active', 'active'), standby('standby', 'standby', 'standby'));
    expect(check).toMatchObject({ shardsUp: 6, shards: 6, blockers: [] });
  });

  it.each([
    ['a pod that is away', standby('standby', undefined, 'standby'), /bot-g2-1 does not answer/],
    ['a shard that is not up', fleet(to, ['standby', 'standby', 'standby'], 70, 'resuming'), /0 of 6 shards/],
    ['missing guilds', fleet(to, ['standby', 'standby', 'standby'], 66), /396 of 400 guilds/],
    ['a pod in another mode', standby('standby', 'active', 'standby'), /bot-g2-1 active/],
  ])('names %s', (_, next, line) => {
    expect(checkCutover(running('active', 'active'), next).blockers.join('; ')).toMatch(line);
  });
});

describe('reconcile', () => {
  it.each([
    ['nothing begun', ['active', 'active'], ['standby', 'standby', 'standby'], 'nothing'],
    ['some told to take over, nobody to yield', ['active', 'active'], ['taking', 'standby', 'standby'], 'back'],
    ['the same, and a pod of the old fleet away', ['active', undefined], ['taking', 'standby', 'active'], 'nothing'],
    ['one told to yield', ['yielding', 'active'], ['taking', 'taking', 'taking'], 'forward'],
    ['a pod started anew in standby', ['retired', 'retired'], ['active', 'standby', 'active'], 'forward'],
    ['the old fleet gone', [undefined, undefined], ['active', 'standby', 'active'], 'forward'],
  ] as const)('%s', (_, before, after, what) => {
    expect(reconcile(running(...before), standby(...after))).toBe(what);
  });
});

describe('refusalOf', () => {
  const order: CutoverOrder = { step: 'ask', id: 'a', atMs: 5_000, sentAtMs: 0, from, to };
  const pod: PodStanding = {
    topology: to,
    mode: 'standby',
    draining: false,
    shards: 2,
    shardsUp: 2,
    current: undefined,
    overlapMs: 1_000,
  };

  it.each<[string, Partial<CutoverOrder>, Partial<PodStanding>, number, RegExp | undefined]>([
    ['follows', {}, {}, 100, undefined],
    ['another layout', {}, { topology: { ...to, shardsPerPod: 3 } }, 0, /another generation or layout/],
    ['draining', {}, { draining: true }, 0, /draining/],
    ['active already', {}, { mode: 'active' }, 0, /it is active/],
    ['a standby that is told to yield', {}, { topology: from }, 0, /it is standby/],
    ['a shard away', {}, { shardsUp: 1 }, 0, /1 of 2 shards/],
    ['a clock that is ahead', {}, {}, 701, /clock.*701 ms/],
    ['a clock that is behind', {}, {}, -701, /clock.*701 ms/],
    ['no time left', { atMs: 150 }, {}, 100, /too near/],
    ['another one under way', {}, { mode: 'taking', current: 'b' }, 0, /another cut-over/],
    ['go, however late', { step: 'go' }, { shardsUp: 0, draining: true }, 60_000, undefined],
  ])('%s', (_, change, standing, nowMs, line) => {
    const refusal = refusalOf({ ...order, ...change }, { ...pod, ...standing }, nowMs);
    if (line === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatch(line);
  });

  it('reads orders and nothing else', () => {
    expect(parseOrder(Buffer.from(JSON.stringify(order)))).toEqual(order);
    for (const bad of [
      '',
      'null',
      '[]',
      '{}',
      JSON.stringify({ ...order, to: {} }),
      JSON.stringify({ ...order, step: 'x' }),
    ])
      expect(parseOrder(Buffer.from(bad))).toBeUndefined();
  });
});

describe('permits of two generations', () => {
  it('come from one set of buckets, those that serve first', async () => {
    let nowMs = 0;
    let run: (() => void) | undefined;
    const clock = {
      nowMs: () => nowMs,
      after: (_: number, next: () => void) => {
        run = next;
        return () => undefined;
      },
    };
    const rules = {
      totalShards: 10,
      holdMs: 10_000,
      gapMs: 5_000,
      breakerBaseMs: 5_000,
      breakerMaxMs: 60_000,
      reserve: 0,
    };
    const desk = new PermitDesk(rules, 0, clock);
    const order: string[] = [];
    const { signal } = new AbortController();
    const ask = async (name: string, shardId: number, generation: number) => {
      const asker = { shardId, generation, isStandby: generation === 2 };
      const decision = await desk.ask(asker, 100_000, signal);
      order.push(name);
      if (decision.type === 'granted') desk.report(decision.permit, asker, 'sent');
    };
    const all = [ask('first of standby', 0, 2), ask('second of standby', 1, 2), ask('one that serves', 0, 1)];
    for (let turn = 0; turn < 4; turn++) {
      await Promise.resolve();
      await Promise.resolve();
      nowMs += 5_000;
      run?.();
    }
    await Promise.all(all);
    // A shard of the same number in another generation is another shard: its breaker did not hold it up.
    expect(order).toEqual(['first of standby', 'one that serves', 'second of standby']);
  });
});
