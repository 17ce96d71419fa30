import { backoffMs } from '@tinfoil/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const options = { baseMs: 100, maxMs: 5000 };

it.each([
  [0, 0, 50],
  [0, 1, 100],
  [1, 0, 100],
  [1, 1, 200],
  [3, 0.5, 600],
  [6, 1, 5000],
  [1000, 0, 2500],
])('attempt %d with random %d waits %d ms', (attempt, random, expected) =>
  expect(backoffMs(attempt, options, random)).toBe(expected),
);

it('stays between half and all of a delay that doubles up to its cap', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** attempt);
      const delay = backoffMs(attempt, options, random);
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delay).toBeLessThanOrEqual(ceiling);
    }),
  );
});
