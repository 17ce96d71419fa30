import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PodSample, reduceGlobalState } from '../../src/global-state.ts';
import { assertStateMap, reduceState } from '../../src/state.ts';
import type { PodStatus } from '../../src/status.ts';
import { podCount, shardsOfPod } from '../../src/topology.ts';

const topology = { generation: 1, totalShards: 16, shardsPerPod: 1 };
const nowMs = 100_000;

function sample(ordinal: number, more: Partial<PodSample> & { readonly state?: PodStatus['state'] } = {}): PodSample {
  const shards = shardsOfPod(topology, ordinal).map((id) => ({
    id,
    status: 'ready',
    guilds: 10,
    unavailable: 0,
    users: 100,
    latencyMs: 20 + ordinal,
    lastEventAgeMs: 1,
    resumes: 0,
    identifies: 1,
    lastCloseCode: null,
  }));
  const status: PodStatus = {
    v: 1,
    pod: `bot-${ordinal}`,
    ordinal,
    ...topology,
    epoch: 'e',
    startedAtMs: 0,
    draining: false,
    ready: true,
    version: '1',
    egressGroup: 'default',
    shards,
    process: { rss: 100, heapUsed: 50, loopP99Ms: 1 },
    state: more.state ?? {},
  };
  return { status, atMs: more.atMs ?? nowMs - 1_000, fresh: more.fresh ?? true };
}

const reduce = (samples: readonly PodSample[]) =>
  reduceGlobalState({
    topology,
    samples: new Map(samples.map((one) => [one.status.ordinal, one])),
    podName: (ordinal) => `bot-${ordinal}`,
    source: 'manager',
    nowMs,
    sessionStart: null,
  });
const all = Array.from({ length: podCount(topology) }, (_, ordinal) => ordinal);

describe('global state', () => {
  it('sums what all pods say', () => {
    const state = reduce(all.map((ordinal) => sample(ordinal)));
    expect(state).toMatchObject({ coverage: 1, missing: [], shards: { total: 16, ready: 16, connecting: 0, down: 0 } });
    expect(state.guilds).toEqual({ value: 160, fresh: 160, stale: 0, coverage: 1, asOf: nowMs - 1_000 });
    expect(state.latencyMs).toEqual({ p50: 28, p99: 35, max: 35 });
  });

  it('does not fall when a pod is away: its last word stays, flagged, with its age', () => {
    const state = reduce(all.map((ordinal) => sample(ordinal, ordinal === 7 ? { fresh: false, atMs: 5 } : {})));
    expect(state.missing).toEqual(['bot-7']);
    expect(state.coverage).toBe(15 / 16);
    expect(state.guilds).toEqual({ value: 160, fresh: 150, stale: 10, coverage: 15 / 16, asOf: 5 });
    expect(state.shards).toMatchObject({ ready: 15, down: 1 });
  });

  it('says what it does not know of a pod that never answered', () => {
    const state = reduce(all.slice(1).map((ordinal) => sample(ordinal)));
    expect(state.missing).toEqual(['bot-0']);
    expect(state.guilds.value).toBe(150);
    expect(state.coverage).toBe(15 / 16);
  });

  it('is empty and says so before anyone answered', () => {
    const state = reduce([]);
    expect(state).toMatchObject({ coverage: 0, latencyMs: null, guilds: { value: 0 }, shards: { down: 16 } });
  });

  it('reduces user-defined state by the rule that came with it', () => {
    const state = reduce(
      all.map((ordinal) =>
        sample(ordinal, { state: { players: { reduce: 'sum', value: 3 }, top: { reduce: 'max', value: ordinal } } }),
      ),
    );
    expect(state.user).toMatchObject({ players: { value: 48, coverage: 1 }, top: { value: 15 } });
  });
});

describe('rules', () => {
  it.each([
    ['sum', [1, 2, 'x', null], 3],
    ['max', [1, 5, 3], 5],
    ['min', [4, 2], 2],
    ['max', [], null],
    ['sum', [], 0],
    ['count', [true, false, 1, 0, 'x', '', [1], []], 4],
    ['list', [[1, 2], 3, []], [1, 2, 3]],
  ] as const)('%s of %j', (rule, values, result) => expect(reduceState(rule, values)).toEqual(result));

  it('sums whatever order the pods answer in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (values, seed) => {
        const shuffled = values
          .map((value, index) => ({ value, at: (index * 7 + seed) % 13 }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value);
        for (const rule of ['sum', 'max', 'min'] as const)
          expect(reduceState(rule, shuffled)).toEqual(reduceState(rule, values));
      }),
    );
  });

  it('must be known, and have something to read', () => {
    expect(() => assertStateMap({ x: { reduce: 'average' as never, read: () => 1 } })).toThrow(
      'cluster: state.x.reduce must be one of sum, max, min, list, count, got average',
    );
    expect(() => assertStateMap({ x: { reduce: 'sum', read: 3 as never } })).toThrow(
      'cluster: state.x.read must be a function, got number',
    );
  });
});
