import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarQuota, calendarWaitMs } from '../../src/calendar.ts';
import {
  askPermit,
  createPermitState,
  defaultReserve,
  type PermitRules,
  type PermitState,
  readBudget,
  reportPermit,
} from '../../src/permits.ts';

const rules: PermitRules = {
  totalShards: 32,
  holdMs: 10_000,
  gapMs: 5_100,
  breakerBaseMs: 5_000,
  breakerMaxMs: 900_000,
  reserve: 32,
};
const limit = (remaining: number, maxConcurrency = 1) => ({
  total: 1_000,
  remaining,
  resetAfterMs: 86_400_000,
  maxConcurrency,
});
const fresh = (remaining = 1_000, maxConcurrency = 1): PermitState =>
  readBudget(createPermitState(0, 0), limit(remaining, maxConcurrency), 0);

describe('permits', () => {
  it('are not given while a manager that starts does not know what was granted before it', () => {
    const [, decision] = askPermit(createPermitState(0, 6_000), rules, 0, 'a', 1_000);
    expect(decision).toEqual({ type: 'wait', retryAfterMs: 5_000 });
  });

  it('hold the bucket from the grant, and for the gap from the moment of sending', () => {
    let [state, decision] = askPermit(fresh(), rules, 0, 'a', 0);
    expect(decision).toMatchObject({ type: 'granted', bucket: 0 });
    [state, decision] = askPermit(state, rules, 1, 'b', 9_000);
    expect(decision).toEqual({ type: 'wait', retryAfterMs: 1_000 });
    state = reportPermit(state, rules, { permit: 'a', shardId: 0, outcome: 'sent' }, 9_000);
    [state, decision] = askPermit(state, rules, 1, 'b', 14_099);
    expect(decision).toEqual({ type: 'wait', retryAfterMs: 1 });
    [state, decision] = askPermit(state, rules, 1, 'b', 14_100);
    expect(decision.type).toBe('granted');
  });

  it('are free again when nothing is heard of them, and at once when given back unsent', () => {
    const [held] = askPermit(fresh(), rules, 0, 'a', 0);
    expect(askPermit(held, rules, 1, 'b', 10_000)[1].type).toBe('granted');
    const back = reportPermit(held, rules, { permit: 'a', shardId: 0, outcome: 'aborted' }, 10);
    expect(askPermit(back, rules, 1, 'b', 10)[1].type).toBe('granted');
    expect(back.budget?.outstanding).toBe(0);
  });

  it('count a permit of an earlier manager once it was sent', () => {
    const state = reportPermit(fresh(), rules, { permit: 'unknown', shardId: 3, outcome: 'sent' }, 0);
    expect(askPermit(state, rules, 4, 'b', 5_000)[1].type).toBe('wait');
  });

  it('let buckets pass side by side', () => {
    const [state] = askPermit(fresh(1_000, 2), rules, 0, 'a', 0);
    expect(askPermit(state, rules, 1, 'b', 0)[1].type).toBe('granted');
    expect(askPermit(state, rules, 2, 'c', 0)[1].type).toBe('wait');
  });

  it('are refused at the reserve until the day is over', () => {
    const state = fresh(32);
    expect(askPermit(state, rules, 0, 'a', 1_000)[1]).toEqual({
      type: 'refused',
      reason: 'start-limit',
      remaining: 32,
      retryAfterMs: 86_399_000,
    });
    expect(askPermit(state, rules, 0, 'a', 86_400_000)[1].type).toBe('granted');
  });

  it('make a shard that identifies again and again wait longer each time', () => {
    let state = fresh();
    let nowMs = 0;
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      let decision: ReturnType<typeof askPermit>[1];
      [state, decision] = askPermit(state, rules, 5, `p${round}`, nowMs);
      while (decision.type === 'wait') {
        nowMs += decision.retryAfterMs;
        [state, decision] = askPermit(state, rules, 5, `p${round}`, nowMs);
      }
      waits.push(nowMs);
      state = reportPermit(state, rules, { permit: `p${round}`, shardId: 5, outcome: 'sent' }, nowMs);
    }
    const gaps = waits.slice(1).map((at, index) => at - (waits[index] as number));
    expect(gaps.slice(0, 4)).toEqual([5_100, 10_000, 20_000, 40_000]);
    expect(gaps.at(-1)).toBe(900_000);
  });

  it('never let two of one bucket pass within the gap, whatever is asked and reported', () => {
    const steps = fc.array(
      fc.record({
        shardId: fc.nat(31),
        afterMs: fc.nat(4_000),
        outcome: fc.constantFrom('sent', 'aborted', 'invalid', 'ready', 'nothing'),
        thinkMs: fc.nat(9_000),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 2, 16), (list, maxConcurrency) => {
        let state = fresh(1_000, maxConcurrency);
        let nowMs = 0;
        const sent = new Map<number, number>();
        for (const [index, { shardId, afterMs, outcome, thinkMs }] of list.entries()) {
          nowMs += afterMs;
          let decision: ReturnType<typeof askPermit>[1];
          [state, decision] = askPermit(state, rules, shardId, `p${index}`, nowMs);
          if (decision.type !== 'granted' || outcome === 'nothing') continue;
          // The sender keeps to its hold.
          nowMs += thinkMs;
          if (outcome === 'sent') {
            const bucket = shardId % maxConcurrency;
            expect(nowMs - (sent.get(bucket) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(5_000);
            sent.set(bucket, nowMs);
          }
          state = reportPermit(state, rules, { permit: `p${index}`, shardId, outcome }, nowMs);
        }
      }),
    );
  });

  it("keep a fleet with a crash-looping pod under the day's budget, and Discord from resetting the token", () => {
    // Sixteen shards of one pod that crashes after every IDENTIFY, all day long; Kubernetes' back-off is at most 5 min.
    let state = fresh();
    let identifies = 0;
    for (let nowMs = 0; nowMs < 86_400_000; nowMs += 300_000) {
      for (let shardId = 0; shardId < 16; shardId++) {
        const atMs = nowMs + shardId * 6_000;
        let decision: ReturnType<typeof askPermit>[1];
        [state, decision] = askPermit(state, rules, shardId, `${nowMs}/${shardId}`, atMs);
        if (decision.type !== 'granted') continue;
        identifies += 1;
        state = reportPermit(state, rules, { permit: decision.permit, shardId, outcome: 'sent' }, atMs);
        state = readBudget(state, { ...limit(1_000 - identifies), resetAfterMs: 86_400_000 - atMs }, atMs);
      }
    }
    expect(identifies).toBeGreaterThan(100);
    expect(identifies).toBeLessThanOrEqual(1_000 - rules.reserve);
  });
});

describe('the calendar', () => {
  const slots = { slotMs: 7_000, windowMs: 500 };

  it("keeps Discord's gap in every bucket, with clocks up to 0.7 s apart", () => {
    const fleets = fc.record({
      totalShards: fc.integer({ min: 2, max: 300 }),
      maxConcurrency: fc.constantFrom(1, 16),
      startMs: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
      skews: fc.array(fc.integer({ min: -700, max: 700 }), { minLength: 20, maxLength: 20 }),
      delays: fc.array(fc.integer({ min: 0, max: 499 }), { minLength: 20, maxLength: 20 }),
    });
    fc.assert(
      fc.property(fleets, ({ totalShards, maxConcurrency, startMs, skews, delays }) => {
        const sent = new Map<number, number[]>();
        for (let shardId = 0; shardId < totalShards; shardId++) {
          const skewMs = skews[shardId % 20] as number;
          const waitMs = calendarWaitMs({ shardId, totalShards, maxConcurrency }, slots, startMs + skewMs);
          // A shard that woke in time may take the rest of the window to send.
          const intoMs = waitMs === 0 ? 0 : Math.min(delays[shardId % 20] as number, 100);
          const bucket = shardId % maxConcurrency;
          sent.set(bucket, [...(sent.get(bucket) ?? []), startMs + waitMs + intoMs]);
        }
        for (const times of sent.values()) {
          times.sort((a, b) => a - b);
          for (const [index, at] of times.slice(1).entries())
            expect(at - (times[index] as number)).toBeGreaterThanOrEqual(5_000);
        }
      }),
    );
  });

  it('lets every shard have its turn once in a round', () => {
    const place = { shardId: 7, totalShards: 10, maxConcurrency: 2 };
    const waitMs = calendarWaitMs(place, slots, 123_456_789);
    expect(waitMs).toBeLessThanOrEqual(5 * 7_000);
    expect(calendarWaitMs(place, slots, 123_456_789 + waitMs)).toBe(0);
    expect(calendarWaitMs(place, slots, 123_456_789 + waitMs + 500)).toBeGreaterThan(0);
  });

  it.each([
    [{ remaining: 1_000, reserve: 100, pods: 10, ordinal: 9 }, 90],
    [{ remaining: 105, reserve: 100, pods: 10, ordinal: 4 }, 1],
    [{ remaining: 105, reserve: 100, pods: 10, ordinal: 5 }, 0],
    [{ remaining: 50, reserve: 100, pods: 10, ordinal: 0 }, 0],
  ])('shares %j out as %i', (input, quota) => expect(calendarQuota(input)).toBe(quota));

  it('never shares out more than there is', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(200), fc.integer({ min: 1, max: 700 }), (remaining, reserve, pods) => {
        const shares = Array.from({ length: pods }, (_, ordinal) =>
          calendarQuota({ remaining, reserve, pods, ordinal }),
        );
        expect(shares.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(Math.max(0, remaining - reserve));
      }),
    );
  });
});

it('reserves a tenth of the day, or one identify per shard where that is fewer', () => {
  expect(defaultReserve(1_000, 16)).toBe(16);
  expect(defaultReserve(1_000, 500)).toBe(100);
});
