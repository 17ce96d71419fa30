/** Shares of one REST limit as arithmetic: fixed, fair, and by turns. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMinFair, staticShare, turnsIn, turnWaitMs } from '../../src/rest-lease.ts';
import { randomOf, worst } from '../rest-fleet.ts';

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
const want = (most: number, least = 0) => ({ least, most });

describe('staticShare', () => {
  it('adds up to the limit over all pods', () => {
    for (let pods = 1; pods <= 45; pods += 1) {
      const shares = Array.from({ length: pods }, (_, ordinal) => staticShare({ limit: 45, pods }, ordinal));
      expect(sum(shares)).toBe(45);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }
  });
});

describe('maxMinFair', () => {
  it.each([
    [45, [want(100), want(100), want(100)], [15, 15, 15]],
    [45, [want(2), want(100), want(100)], [2, 22, 21]],
    [45, [want(0), want(0), want(7)], [0, 0, 7]],
    [45, [want(9, 5), want(100), want(0, 5)], [9, 31, 5]],
    [3, [want(1), want(1), want(1), want(1)], [1, 1, 1, 0]],
    [10, [want(8, 8), want(8, 8)], [8, 8]],
    [0, [want(5)], [0]],
    [45, [], []],
  ])('splits %j over %j', (total, wants, shares) => expect(maxMinFair(total, wants)).toEqual(shares));

  it('gives all there is to those who want it, and nobody more while one who wants more has less', () => {
    const wants = fc.array(
      fc.record({ least: fc.nat(3), more: fc.nat(60) }).map(({ least, more }) => ({ least, most: least + more })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.nat(100), wants, (total, list) => {
        const shares = maxMinFair(total, list);
        const least = sum(list.map((one) => one.least));
        const most = sum(list.map((one) => one.most));
        expect(sum(shares)).toBe(Math.max(least, Math.min(total, most)));
        shares.forEach((share, index) => {
          const { least, most } = list[index] ?? want(0);
          expect(share).toBeGreaterThanOrEqual(least);
          expect(share).toBeLessThanOrEqual(most);
          const richest = Math.max(0, ...shares.filter((one, at) => one > (list[at]?.least ?? 0)));
          if (share < most) expect(richest).toBeLessThanOrEqual(share + 1);
        });
      }),
    );
  });
});

describe('turns', () => {
  const rules = { limit: 45, windowMs: 1_100, pods: 100 };

  it('keep any second of 46 to 1000 pods at 50, with clocks that differ by 50 ms and sends that are 50 ms late', () => {
    const cases = fc.record({ pods: fc.integer({ min: 46, max: 1_000 }), seed: fc.integer() });
    fc.assert(
      fc.property(cases, ({ pods, seed }) => {
        const random = randomOf(seed);
        const sends: number[] = [];
        for (let ordinal = 0; ordinal < pods; ordinal += 1) {
          const skewMs = (random() - 0.5) * 100;
          let atMs = 1_790_000_000_000 + random() * 100;
          for (let turn = 0; turn < 3; turn += 1) {
            const waitMs = turnWaitMs({ ...rules, pods }, ordinal, atMs + skewMs);
            atMs += waitMs;
            sends.push(atMs + random() * 40);
            atMs += 1_000;
          }
        }
        expect(worst(sends, 1_000)).toBeLessThanOrEqual(50);
      }),
      { numRuns: 50 },
    );
  });

  it('count those of absent pods that fall into one window', () => {
    const all = new Set(Array.from({ length: 100 }, (_, ordinal) => ordinal));
    expect(turnsIn(rules, all)).toBe(45);
    expect(turnsIn(rules, new Set())).toBe(0);
    expect(turnsIn(rules, new Set([0, 99]))).toBe(2);
    expect(turnsIn(rules, new Set([0, 50]))).toBe(1);
  });
});
