/** The lists that the check keeps, as its tests read them. */
import { readFileSync } from 'node:fs';
import { nameOf, type Operation, withDocumented } from '../src/operations.mjs';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

const documented = read('documented.json');

/** Operations of the OpenAPI file. */
export const operations: readonly Operation[] = read('operations.json');
/** Those, and what the documentation adds. */
export const all: readonly Operation[] = withDocumented(operations, documented);
/** Names of the operations that write to the audit log. */
export const reasons: ReadonlySet<string> = new Set(documented.reasons);
export const names: readonly string[] = all.map(nameOf);
