import { describe, expect, it } from 'vitest';
import { violations } from '../boundaries.mjs';

const file = (path: string, text: string) => [{ path, text }];

describe('violations', () => {
  it.each([
    ['rest', 'packages/rest', "import { Gateway } from '@tinfoil/gateway';", 'which is not an allowed edge'],
    ['cluster', 'packages/cluster', "import type { Rest } from '@tinfoil/rest';", 'which is not an allowed edge'],
    ['testing', 'packages/testing', "const { Rest } = await import('@tinfoil/rest');", 'which is not an allowed edge'],
    ['gateway', 'packages/gateway', "export { Pool } from 'undici';", 'which is not an allowed third party'],
    ['types', 'packages/types', "import '../../rest/src/index.ts';", 'which is outside its package'],
    [
      'the bot outside its dev role',
      'apps/bot',
      "import { Simulator } from '@tinfoil/testing';",
      'which only apps/bot/src/dev/ may',
    ],
  ])('finds what %s must not import', (_, folder, text, fault) => {
    expect(violations(folder, {}, file(`${folder}/src/a.ts`, text))).toEqual([expect.stringContaining(fault)]);
  });

  it('finds a dependency that no source uses', () => {
    expect(violations('packages/rest', { dependencies: { '@tinfoil/cluster': 'workspace:^' } }, [])).toEqual([
      'packages/rest/package.json depends on @tinfoil/cluster',
    ]);
    expect(violations('packages/types', { devDependencies: { '@tinfoil/testing': 'workspace:^' } }, [])).toHaveLength(
      1,
    );
  });

  it('lets allowed edges, neighbours and comments pass', () => {
    const text = [
      "import { sleep } from '@tinfoil/types';",
      "import { a } from './a.ts';",
      "import { Pool } from 'undici';",
      "// import { Gateway } from '@tinfoil/gateway';",
    ].join('\n');
    expect(
      violations(
        'packages/rest',
        { dependencies: { '@tinfoil/types': 'workspace:^' } },
        file('packages/rest/src/b.ts', text),
      ),
    ).toEqual([]);
    expect(
      violations('apps/bot', {}, file('apps/bot/src/dev/dev.ts', "import { Simulator } from '@tinfoil/testing';")),
    ).toEqual([]);
  });
});
