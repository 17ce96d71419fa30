import { describe, expect, it } from 'vitest';
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
