import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifests, root } from '../repository.mjs';

/** Published entry point: its name, and the source behind it. */
interface Entry {
  readonly name: string;
  readonly path: string;
}

const entries: Entry[] = manifests()
  .filter(({ folder, manifest }) => folder.startsWith('packages/') && manifest.private !== true)
  .flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports as Record<string, Record<string, string> | string>).flatMap(([subpath, target]) => {
      const source = typeof target === 'string' ? undefined : target['@tinfoil/source'];
      // Values of Discord's API are re-exported whole: discord-api-types keeps that list.
      if (source === undefined || manifest.name + subpath.slice(1) === '@tinfoil/types/v10') return [];
      return [{ name: manifest.name + subpath.slice(1), path: join(root, folder, source) }];
    }),
  );

// Adding a name is a reviewed act; removing one breaks somebody. `npx vitest run tooling/checks -u` writes the lists anew.
it.each(entries)('$name exports the names of its list, types included', async ({ name, path }) => {
  expect(existsSync(path)).toBe(true);
  const names = exportedNames(readFileSync(path, 'utf8'));
  await expect(`${names.join('\n')}\n`).toMatchFileSnapshot(
    `../exports/${name.replace('@tinfoil/', '').replace('/', '-')}.txt`,
  );
  const values = names.filter((entry) => entry.startsWith('value ')).map((entry) => entry.slice('value '.length));
  expect(Object.keys(await import(path)).sort()).toEqual(values.sort());
});

/** `value Name` or `type Name` for each export of a source, sorted. */
function exportedNames(source: string): string[] {
  const lists = [...source.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, allTypes, list]) =>
    [...String(list).matchAll(/(type )?(?:\w+ as )?(\w+)/g)].map(
      ([, type, name]) => `${allTypes || type ? 'type' : 'value'} ${name}`,
    ),
  );
  const declared = [...source.matchAll(/^export (?:async )?(function|const|class|interface|type) (\w+)/gm)].map(
    ([, kind, name]) => `${kind === 'interface' || kind === 'type' ? 'type' : 'value'} ${name}`,
  );
  return [...lists, ...declared].sort();
}
