/** The lists that the check keeps, as its tests read them. */
import { readFileSync } from 'node:fs';
import type { Operation } from '../src/operations.mjs';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

export const operations: readonly Operation[] = read('operations.json');
export const documented: readonly Operation[] = read('documented.json').operations;
export const reasons: ReadonlySet<string> = new Set(read('documented.json').reasons);
export const names: ReadonlySet<string> = new Set(
  [...operations, ...documented].map(({ method, path }) => `${method} ${path}`),
);
