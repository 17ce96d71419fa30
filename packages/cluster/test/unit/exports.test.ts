import { readFileSync } from 'node:fs';
import * as cluster from '@tinfoil/cluster';
import { expect, it } from 'vitest';

// Adding a name is a reviewed act; removing one breaks somebody. `npx vitest run packages/cluster -u` writes the list anew.
it('exports the names of the list, types included', async () => {
  const index = readFileSync(new URL('../../src/index.ts', import.meta.url), 'utf8');
  const names = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, allTypes, list]) =>
    [...String(list).matchAll(/(type )?(\w+)/g)].map(
      ([, type, name]) => `${allTypes || type ? 'type' : 'value'} ${name}`,
    ),
  );
  await expect(`${names.sort().join('\n')}\n`).toMatchFileSnapshot('exports.txt');
  const values = names.filter((name) => name.startsWith('value ')).map((name) => name.slice('value '.length));
  expect(Object.keys(cluster).sort()).toEqual(values);
});
