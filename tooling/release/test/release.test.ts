import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { published } from '../../checks/pack.mjs';
import { forbidden, licencesFile, renderLicences, runtimeDependencies } from '../licences.mjs';
import { staleVersions } from '../versions.mjs';

describe('licences of the runtime dependencies', () => {
  it('are all on the list of those that may be installed', () => {
    expect(forbidden(runtimeDependencies())).toEqual([]);
    expect(forbidden([{ id: 'x 1.0.0', licence: 'GPL-3.0', users: new Set() }])).toHaveLength(1);
  });

  it('are those of licences.md (node tooling/release/licences.mjs --write)', () => {
    expect(readFileSync(licencesFile, 'utf8')).toBe(renderLicences(runtimeDependencies()));
  });
});

it('states the version of the REST client as its package does (node tooling/release/versions.mjs)', () => {
  expect(staleVersions()).toEqual([]);
});

it('has a size budget for every published package, and no other', () => {
  const budgets: object = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url), 'utf8'));
  expect(Object.keys(budgets).sort()).toEqual(
    published()
      .map(({ manifest }) => manifest.name)
      .sort(),
  );
});
