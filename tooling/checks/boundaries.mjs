/**
 * Import boundaries: who may import whom. Anything not in the table fails, in sources and in manifests.
 */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
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
  'apps/bot': [],
};

/** The one place in the bot that may know the Simulator. */
const simulatorOnly = 'apps/bot/src/dev/';

export function checkBoundaries() {
  const problems = [];
  for (const { folder, manifest } of manifests()) {
    const edges = allowed[folder];
    if (edges === undefined) continue;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
      if (isOurs(name) && !edges.includes(name)) problems.push(`${folder}/package.json depends on ${name}`);
    if (folder === 'packages/types' && JSON.stringify(manifest.devDependencies ?? {}).includes('@tinfoil/testing'))
      problems.push(`${folder}/package.json: types must not depend on testing, not even for its tests`);
    for (const file of sources(join(folder, 'src'))) {
      for (const name of importsOf(file)) {
        const where = `${file} imports ${name}`;
        if (name.startsWith('.')) {
          const target = relative(root, resolve(root, file, '..', name));
          if (!target.startsWith(`${folder}/`)) problems.push(`${where}, outside its package`);
        } else if (name.startsWith('node:') || name.startsWith('#')) {
          // Node's own modules and the package's internal imports.
        } else if (isOurs(name)) {
          const owner = packageOf(name);
          if (!edges.includes(owner)) problems.push(`${where}, which is not an allowed edge`);
          if (folder === 'apps/bot' && owner === '@tinfoil/testing' && !file.startsWith(simulatorOnly))
            problems.push(`${where}, which only ${simulatorOnly} may`);
        } else if (!(thirdParties[folder] ?? []).includes(packageOf(name))) {
          problems.push(`${where}, which is not an allowed third party`);
        }
      }
    }
  }
  return problems;
}

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
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
