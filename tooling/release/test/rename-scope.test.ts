import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../checks/repository.mjs';
import { renameIn } from '../rename-scope.mjs';

const names = { scope: '@other', meta: '@other/all', newUrl: 'https://host.example/other' };

describe('renameIn', () => {
  it.each([
    ["import { Rest } from '@tinfoil/rest';", "import { Rest } from '@other/rest';"],
    ["import { Client } from 'tinfoil';", "import { Client } from '@other/all';"],
    ["await import('tinfoil')", "await import('@other/all')"],
    ['"tinfoil": "workspace:^"', '"@other/all": "workspace:^"'],
    ['  "name": "tinfoil",', '  "name": "@other/all",'],
    ["'tinfoil': minor", "'@other/all': minor"],
    ["'@tinfoil/source'", "'@other/source'"],
    ['  "name": "create-tinfoil",', '  "name": "@other/create-all",'],
    ["'create-tinfoil': minor", "'@other/create-all': minor"],
    ['npm create tinfoil my-bot', 'npm create @other/all my-bot'],
    ['"directory": "packages/create-tinfoil"', '"directory": "packages/create-tinfoil"'],
    ["import '../bin/create-tinfoil.js';", "import '../bin/create-tinfoil.js';"],
    ['https://example.com/tinfoil', 'https://host.example/other'],
  ])('%s', (before, after) => {
    expect(renameIn(before, names)).toBe(after);
  });

  it("leaves the product's own name alone", () => {
    const text =
      'Tinfoil keeps sessions; metrics begin with tinfoil_ and variables with TINFOIL_. channel tinfoil:rest:request';
    expect(renameIn(text, names)).toBe(text);
  });
});

it('renames what the templates of npm create import', () => {
  const templates = execFileSync('git', ['ls-files', 'packages/create-tinfoil/templates'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => renameIn(readFileSync(join(root, path), 'utf8'), names));
  expect(templates.join('\n')).not.toMatch(/['"](?:@tinfoil\/|tinfoil['"])/);
  expect(templates.join('\n')).toContain("from '@other/all'");
});
