import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketState, takeFromBucket, takeFromGlobal } from '../../src/buckets.ts';
import type { BucketRule } from '../../src/options.ts';

/** Decisions on requests at these times. */
function run(rule: BucketRule, times: readonly number[], inSublimit = false) {
  let state: BucketState | undefined;
  return times.map((nowMs) => {
    const decision = takeFromBucket(state, rule, nowMs, inSublimit);
    state = decision.state;
    return decision;
  });
}

describe('fixed window', () => {
  const rule: BucketRule = { limit: 2, windowMs: 1000 };

  it('starts with its first request and refills at once at its end', () => {
    const told = run(rule, [100, 300, 400, 1100, 1200]).map(({ allowed, remaining, resetAfterMs, retryAfterMs }) => [
      allowed,
      remaining,
      resetAfterMs,
      retryAfterMs,
    ]);
    expect(told).toEqual([
      [true, 1, 1000, 0],
      [true, 0, 800, 0],
      [false, 0, 700, 700],
      [true, 1, 1000, 0],
      [true, 0, 900, 0],
    ]);
  });

  it('does not count what it refused', () => {
    expect(run(rule, [0, 0, 0, 0, 0, 1000, 1000]).map(({ allowed }) => allowed)).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('sliding window', () => {
  const rule: BucketRule = { limit: 4, windowMs: 1000, kind: 'sliding' };

  it('leaks one slot at a time; Reset-After is the time to full, Retry-After to one slot', () => {
    const told = run(rule, [0, 0, 0, 0, 0, 100, 250]);
    expect(told.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
      [true, 0],
    ]);
    expect(told[3]?.resetAfterMs).toBe(1000);
    expect(told[4]?.retryAfterMs).toBe(250);
    expect(told[5]?.retryAfterMs).toBeCloseTo(150);
    expect(told[6]?.resetAfterMs).toBeCloseTo(1000);
  });
});

describe('sublimit', () => {
  it('refuses while the bucket says that there is room', () => {
    const rule: BucketRule = { limit: 10, windowMs: 1000, sublimit: { limit: 1, windowMs: 60_000 } };
    const [first, second] = run(rule, [0, 10], true);
    expect(first).toMatchObject({ allowed: true, remaining: 9 });
    expect(second).toMatchObject({ allowed: false, remaining: 9, retryAfterMs: 59_990 });
    expect(run(rule, [0, 10], false)[1]).toMatchObject({ allowed: true, remaining: 8 });
  });
});

describe('global limit', () => {
  it('counts windows from the first request, shifted by the phase', () => {
    const rule = { limit: 1, windowMs: 1000, phaseMs: 900 };
    const first = takeFromGlobal(undefined, rule, 5000);
    expect(first.retryAfterMs).toBe(0);
    // 900 ms of the first window had passed.
    expect(takeFromGlobal(first.state, rule, 5050).retryAfterMs).toBe(50);
    expect(takeFromGlobal(first.state, rule, 5100).retryAfterMs).toBe(0);
  });
});

describe('any order of requests', () => {
  const rules = fc.record({
    limit: fc.integer({ min: 1, max: 20 }),
    windowMs: fc.integer({ min: 1, max: 5000 }),
    kind: fc.constantFrom('fixed' as const, 'sliding' as const),
  });
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });

  it('lets through at most what the rule says, and never refuses for nothing', () => {
    fc.assert(
      fc.property(rules, gaps, (rule, steps) => {
        let nowMs = 0;
        const times = steps.map((step) => {
          nowMs += step;
          return nowMs;
        });
        const decisions = run(rule, times);
        const passed = times.filter((_, index) => decisions[index]?.allowed);
        for (const [index, from] of passed.entries()) {
          const inWindow = passed.slice(index).filter((atMs) => atMs - from < rule.windowMs).length;
          // Two fixed windows can meet; a leaky bucket can drain one window's worth while it is full.
          expect(inWindow).toBeLessThanOrEqual(rule.limit * 2);
        }
        for (const [index, decision] of decisions.entries()) {
          expect(decision.remaining).toBeGreaterThanOrEqual(0);
          expect(decision.allowed).toBe(decision.retryAfterMs === 0);
          if (decision.allowed) continue;
          // Waiting as long as it was told, and not a millisecond less than a rounding, lets it through.
          const again = takeFromBucket(
            decision.state,
            rule,
            (times[index] ?? 0) + decision.retryAfterMs + 0.001,
            false,
          );
          expect(again.allowed).toBe(true);
        }
      }),
    );
  });
});
