import { readdirSync, readFileSync } from 'node:fs';
import * as types from '@tinfoil/types';
import { describe, expect, it } from 'vitest';

const source = new URL('../../src/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, source), 'utf8');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

describe('exports', () => {
  // Adding a name is a reviewed act; removing one breaks somebody. `npx vitest run packages/types -u` writes the list anew.
  it('are those of the list, types included', async () => {
    const lists = [...read('index.ts').matchAll(/^export (type )?\{([^}]*)\}/gm)];
    const names = lists.flatMap(([, allTypes, list]) =>
      [...String(list).matchAll(/(type )?(\w+)/g)].map(
        ([, type, name]) => `${allTypes || type ? 'type' : 'value'} ${name}`,
      ),
    );
    await expect(`${names.sort().join('\n')}\n`).toMatchFileSnapshot('exports.txt');
    const values = names.filter((name) => name.startsWith('value ')).map((name) => name.slice('value '.length));
    expect(Object.keys(types).sort()).toEqual(values);
  });

  it('of the main entry load nothing of discord-api-types at run time', () => {
    const loading = files.filter((file) => /^(import|export) (?!type\b)[^;]*'discord-api-types/m.test(read(file)));
    expect(loading).toEqual(['v10.ts']);
  });
});

describe('the route tree', () => {
  it('has a sentence and a link to the documentation on every verb', () => {
    const verbs = files
      .filter((file) => file.startsWith('routes'))
      .flatMap((file) =>
        [...read(file).matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\n {2}(get|post|put|patch|delete)\(/g)].map(
          ([, comment = '', verb]) => ({ file, verb, comment }),
        ),
      );
    const bare = verbs.filter(
      ({ comment }) =>
        !/^\/\*\*\n {3}\* [A-Z].*[.;]/.test(comment) || !comment.includes('@see {@link https://docs.discord.com/'),
    );
    expect(bare).toEqual([]);
    expect(verbs.length).toBeGreaterThanOrEqual(252);
  });
});
