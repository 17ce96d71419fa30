/**
 * Licences of what users install with Tinfoil: every runtime dependency of the published packages, theirs included.
 *
 *   node tooling/release/licences.mjs --write     writes licences.md; a test compares it with what is installed
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { published } from '../checks/pack.mjs';
import { root } from '../checks/repository.mjs';

/** Licences that may be installed with an MIT library without asking anybody. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];

export const licencesFile = fileURLToPath(new URL('licences.md', import.meta.url));

/** Third parties in the runtime closure: name, version, licence, and our packages that bring each. */
export function runtimeDependencies() {
  const found = new Map();
  for (const { folder, manifest } of published())
    visit(realpathSync(join(root, folder)), manifest, manifest.name, found);
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Those whose licence is not on the list. */
export function forbidden(dependencies) {
  return dependencies.filter(({ licence }) => !allowed.includes(licence));
}

/** The list as a file. */
export function renderLicences(dependencies) {
  const rows = dependencies.map(({ id, licence, users }) => `| ${id} | ${licence} | ${[...users].sort().join(', ')} |`);
  return [
    '# Licences of the runtime dependencies',
    '',
    'Everything that an install of the published packages brings beside them. Written by `node tooling/release/licences.mjs --write`.',
    '',
    '| package | licence | comes with |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function visit(folder, manifest, user, found) {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const target = resolvePackage(folder, name);
    const own = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
    if (published().some((entry) => entry.manifest.name === name)) continue; // Visited as itself.
    const id = `${own.name} ${own.version}`;
    const known = found.get(id);
    if (known?.users.has(user)) continue;
    if (known === undefined) found.set(id, { id, licence: String(own.license), users: new Set([user]) });
    else known.users.add(user);
    visit(target, own, user, found);
  }
}

/** Folder of a dependency, as Node would find it from another's. */
function resolvePackage(from, name) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  throw new Error(`${name}, which ${from} depends on, is not installed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dependencies = runtimeDependencies();
  for (const { id, licence } of forbidden(dependencies)) {
    console.error(`licences: ${id} is under ${licence}, which is not on the list`);
    process.exitCode = 1;
  }
  if (process.argv.includes('--write')) writeFileSync(licencesFile, renderLicences(dependencies));
  else process.stdout.write(renderLicences(dependencies));
}
