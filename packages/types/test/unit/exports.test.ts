import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const source = new URL('../../src/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, source), 'utf8');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

describe('exports', () => {
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
