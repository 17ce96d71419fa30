import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measureTypeCost } from '../src/type-cost.mjs';

const budget = JSON.parse(readFileSync(new URL('../budget.json', import.meta.url), 'utf8'));

it('keeps what the route tree costs the compiler within its budget', () => {
  const { tree, tenRoutes } = measureTypeCost();
  expect(tree.instantiations).toBeLessThanOrEqual(budget.tree.instantiations);
  expect(tree.types).toBeLessThanOrEqual(budget.tree.types);
  expect(tenRoutes.instantiations - tree.instantiations).toBeLessThanOrEqual(budget.tenRoutes.instantiations);
  expect(tenRoutes.types - tree.types).toBeLessThanOrEqual(budget.tenRoutes.types);
  expect(tenRoutes.checkMs).toBeLessThanOrEqual(budget.checkMs);
});
