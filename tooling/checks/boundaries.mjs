/**
 * Import boundaries: who may import whom. Anything not in the table fails, in sources and in manifests.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { manifests, root, sources } from './repository.mjs';

/** Workspace packages each package's `src` may import. */
const allowed = {
  'packages/types': [],
  'packages/rest': ['@tinfoil/types'],
  'packages/gateway': ['@tinfoil/types'],
  'packages/interactions': ['@tinfoil/types'],
  'packages/testing': ['@tinfoil/types'],
  'packages/cluster': ['@tinfoil/types', '@tinfoil/gateway'],
  'packages/tinfoil': [
    '@tinfoil/types',
    '@tinfoil/rest',
    '@tinfoil/gateway',
    '@tinfoil/interactions',
    '@tinfoil/cluster',
  ],
  'packages/create-tinfoil': [],
  'apps/bot': ['tinfoil', '@tinfoil/testing'],
  'apps/gateway-proxy': ['@tinfoil/types', '@tinfoil/gateway', '@tinfoil/cluster'],
};

/** Third parties each package's `src` may import; Node's own modules are allowed everywhere but on web paths. */
const thirdParties = {
  'packages/types': ['discord-api-types'],
  'packages/rest': ['undici'],
  'packages/gateway': ['ws', 'zlib-sync'],
  'packages/interactions': ['tweetnacl'],
  'packages/testing': ['ws'],
  'packages/cluster': ['undici', 'prom-client', 'ioredis', 'redis', 'iovalkey'],
  'packages/tinfoil': [],
  'packages/create-tinfoil': [],
  'apps/bot': [],
  'apps/gateway-proxy': ['ws', 'undici', 'prom-client', 'ioredis', '@nats-io/jetstream', '@nats-io/transport-node'],
};

/** The one place in the bot that may know the Simulator. */
const simulatorOnly = 'apps/bot/src/dev/';

export function checkBoundaries() {
  return manifests().flatMap(({ folder, manifest }) => {
    const files = sources(join(folder, 'src')).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    return violations(folder, manifest, files);
  });
}

/** Edges of one workspace package that are not allowed: in its manifest, and in its sources (`path` relative to the root). */
export function violations(folder, manifest, files) {
  const edges = allowed[folder];
  if (edges === undefined) return [];
  const problems = [];
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    if (isOurs(name) && !edges.includes(name)) problems.push(`${folder}/package.json depends on ${name}`);
  if (folder === 'packages/types' && manifest.devDependencies?.['@tinfoil/testing'] !== undefined)
    problems.push(`${folder}/package.json: types must not depend on testing, not even for its tests`);
  for (const { path, text } of files)
    for (const name of importsOf(text)) {
      const fault = faultOf(folder, edges, path, name);
      if (fault !== undefined) problems.push(`${path} imports ${name}, ${fault}`);
    }
  return problems;
}

function faultOf(folder, edges, path, name) {
  if (name.startsWith('node:') || name.startsWith('#')) return undefined;
  if (name.startsWith('.'))
    return posix.join(posix.dirname(path), name).startsWith(`${folder}/`) ? undefined : 'which is outside its package';
  const owner = packageOf(name);
  if (!isOurs(name))
    return (thirdParties[folder] ?? []).includes(owner) ? undefined : 'which is not an allowed third party';
  if (!edges.includes(owner)) return 'which is not an allowed edge';
  if (folder === 'apps/bot' && owner === '@tinfoil/testing' && !path.startsWith(simulatorOnly))
    return `which only ${simulatorOnly} may`;
  return undefined;
}

function importsOf(source) {
  const text = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]);
}

function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function isOurs(name) {
  return name === 'tinfoil' || name.startsWith('@tinfoil/');
}
