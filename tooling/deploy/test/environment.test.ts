import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { namesRead } from '../src/environment.ts';
import { root } from '../src/folders.ts';

it("the README's table has every variable that the programs read, and no other", () => {
  const [, section = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('## Environment');
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  // Names in the first column, and those that a row's text brings in.
  const told = new Set(
    rows.flatMap((row) => row.match(/\b(?:TINFOIL_[A-Z_]+|BOT_TOKEN|DISCORD_PUBLIC_KEY|POD_NAME)\b/g) ?? []),
  );
  const read = new Set([...namesRead('shard'), ...namesRead('manager')]);
  // Known to the manifests alone.
  read.delete('POD_NAMESPACE');
  // Read only where no role is given as an argument.
  read.add('TINFOIL_ROLE');
  expect([...told].sort()).toEqual([...read].sort());
});
