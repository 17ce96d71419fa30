import type { APIGatewayBotInfo, IdentifyPermit } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';
import { GatewayBotError } from '../../src/errors.ts';
import { createIdentifyLimiter } from '../../src/identify-limiter.ts';
import { FakeClock, settle } from '../fake-clock.ts';

const day = 86_400_000;

function createLimiter(limit: Partial<APIGatewayBotInfo['session_start_limit']> = {}, reserve = 0) {
  const clock = new FakeClock();
  const answer = { total: 1_000, remaining: 1_000, reset_after: day, max_concurrency: 1, ...limit };
  const state = { reads: 0, answer, failures: [] as unknown[], told: [] as unknown[] };
  const limiter = createIdentifyLimiter({
    clock,
    reserve,
    onBudgetWait: (error) => state.told.push(error),
    getGatewayBot: async () => {
      state.reads += 1;
      const failure = state.failures.shift();
      if (failure !== undefined) throw failure;
      return { url: 'wss://gateway', shards: 1, session_start_limit: state.answer };
    },
  });
  const granted: number[] = [];
  const permits = new Map<number, IdentifyPermit>();
  const acquire = (shardId: number, signal?: AbortSignal) =>
    limiter.acquire({ shardId, totalShards: 100, signal }).then((permit) => {
      granted.push(shardId);
      permits.set(shardId, permit);
      return permit;
    });
  return { clock, state, acquire, granted, permits };
}

describe('in-process identify limiter', () => {
  it('holds a bucket until the session is up and the gap after the IDENTIFY has passed', async () => {
    const { clock, acquire, granted, permits } = createLimiter();
    for (const id of [0, 1, 2]) void acquire(id);
    await settle();
    expect(granted).toEqual([0]);
    // A slow socket holds the bucket: nothing was sent yet.
    await clock.pass(30_000);
    expect(granted).toEqual([0]);
    permits.get(0)!.report('sent');
    await clock.pass(20_000);
    expect(granted).toEqual([0]);
    permits.get(0)!.report('ready');
    await clock.pass(0);
    expect(granted).toEqual([0, 1]);
    permits.get(1)!.report('sent');
    permits.get(1)!.report('ready');
    await clock.pass(5_099);
    expect(granted).toEqual([0, 1]);
    await clock.pass(1);
    expect(granted).toEqual([0, 1, 2]);
  });

  it('identifies when the budget is filled up at this moment, and asks for it once', async () => {
    const { state, acquire, granted } = createLimiter({ reset_after: 0 });
    void acquire(0);
    await settle();
    expect(granted).toEqual([0]);
    expect(state.reads).toBe(1);
  });

  it('gives a bucket on at once when nothing was sent, and only once', async () => {
    const { acquire, granted, permits } = createLimiter();
    for (const id of [0, 1, 2]) void acquire(id);
    await settle();
    permits.get(0)!.report('aborted');
    permits.get(0)!.report('aborted');
    await settle();
    expect(granted).toEqual([0, 1]);
  });

  it('keeps the gap after an IDENTIFY that was invalid', async () => {
    const { clock, acquire, granted, permits } = createLimiter();
    for (const id of [0, 1]) void acquire(id);
    await settle();
    permits.get(0)!.report('sent');
    permits.get(0)!.report('invalid');
    await clock.pass(5_099);
    expect(granted).toEqual([0]);
    await clock.pass(1);
    expect(granted).toEqual([0, 1]);
  });

  it('runs one bucket per shard_id % max_concurrency, each in order', async () => {
    const { clock, acquire, granted, permits } = createLimiter({ max_concurrency: 2 });
    for (const id of [0, 1, 2, 3, 4]) void acquire(id);
    await settle();
    expect(granted).toEqual([0, 1]);
    for (const id of [0, 1]) {
      permits.get(id)!.report('sent');
      permits.get(id)!.report('ready');
    }
    await clock.pass(5_100);
    expect(granted).toEqual([0, 1, 2, 3]);
  });

  it('leaves the queue on abort and holds nothing', async () => {
    const { acquire, granted, permits, clock } = createLimiter();
    const abort = new AbortController();
    void acquire(0);
    const second = acquire(1, abort.signal);
    void acquire(2);
    await settle();
    abort.abort(new Error('stop'));
    await expect(second).rejects.toThrow('stop');
    permits.get(0)!.report('sent');
    permits.get(0)!.report('ready');
    await settle();
    // Shard 2 waits out the gap; aborting there frees the bucket too.
    await clock.pass(5_100);
    expect(granted).toEqual([0, 2]);
  });

  it('counts every IDENTIFY, keeps the reserve, and waits for the day to end', async () => {
    const { clock, state, acquire, granted, permits } = createLimiter({ remaining: 4, reset_after: 3_600_000 }, 2);
    for (const id of [0, 1, 2]) void acquire(id);
    for (const id of [0, 1]) {
      await clock.pass(6_000);
      state.answer = { ...state.answer, remaining: 4 - id - 1, reset_after: 3_600_000 };
      permits.get(id)!.report('sent');
      permits.get(id)!.report('ready');
    }
    await clock.pass(3_000_000);
    expect(granted).toEqual([0, 1]);
    const { reads } = state;
    expect(reads).toBeLessThanOrEqual(53);
    expect(state.told).toMatchObject([{ code: 'TINFOIL_GATEWAY_IDENTIFY_BUDGET', remaining: 2 }]);
    state.answer = { ...state.answer, remaining: 1_000, reset_after: day };
    await clock.pass(700_000);
    expect(granted).toEqual([0, 1, 2]);
  });

  it('retries reading the budget, honours Retry-After, and rejects only for a refused token', async () => {
    const { clock, state, acquire, granted } = createLimiter();
    state.failures.push(
      new Error('ECONNREFUSED'),
      new GatewayBotError('status 429', { status: 429, retryAfterMs: 30_000 }),
    );
    void acquire(0);
    await clock.pass(29_000);
    expect(granted).toEqual([]);
    await clock.pass(3_000);
    expect(granted).toEqual([0]);
    const refused = createLimiter();
    refused.state.failures.push(new GatewayBotError('status 401', { status: 401 }));
    await expect(refused.acquire(0)).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_BOT', status: 401 });
  });

  it('shares one reading among those who ask at the same time', async () => {
    const { state, acquire } = createLimiter({ max_concurrency: 16 });
    await Promise.all(Array.from({ length: 16 }, (_, id) => acquire(id)));
    expect(state.reads).toBe(1);
  });

  it('takes back a permit that was never ended', async () => {
    const { clock, acquire, granted } = createLimiter();
    for (const id of [0, 1]) void acquire(id);
    await clock.pass(180_000);
    expect(granted).toEqual([0, 1]);
  });
});
