/**
 * The folder that a container image holds: a built app with what it needs to run, and nothing that built it.
 * `node tooling/deploy/prune.mjs <folder> [package]`; the Dockerfiles and the tests run the same steps.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, checkNode, install, must, pnpm } from '../setup/set-up.mjs';

/** Copies the built bot, or another app, and its dependencies to `target`, which must not exist yet. */
export async function prune(target, output = ['--reporter=append-only', '--loglevel=warn'], name = '@tinfoil/bot') {
  await must(
    pnpm(['--filter', name, 'deploy', '--legacy', '--prod', '--prefer-offline', ...output, target]),
    'pnpm deploy',
  );
  dropUnreachable(target);
}

/**
 * Removes what no import of the app can reach. `pnpm deploy --legacy` brings the workspace root's own dependencies along, which
 * are the compiler and the build tool: nine tenths of the folder.
 */
function dropUnreachable(target) {
  const modules = join(target, 'node_modules');
  const store = join(modules, '.pnpm');
  const reached = new Set();
  const visit = (folder) => {
    const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
      // Whoever uses an optional peer depends on it.
      if (peerDependenciesMeta?.[name]?.optional === true) continue;
      const found = locate(name, folder, target);
      // Types are for compilers.
      if (found === undefined || name.startsWith('@types/') || reached.has(found)) continue;
      reached.add(found);
      visit(found);
    }
  };
  visit(target);
  const kept = new Set([...reached].map((folder) => relative(store, folder).split(/[\\/]/)[0]));
  for (const entry of readdirSync(store)) if (!kept.has(entry)) rmSync(join(store, entry), { recursive: true });
  for (const path of packageLinks(modules))
    if (!existsSync(join(modules, path))) rmSync(join(modules, path), { force: true });
  for (const path of ['.bin', '.modules.yaml']) rmSync(join(modules, path), { recursive: true, force: true });
  for (const path of ['src', 'test', 'deploy', 'Dockerfile', 'tsconfig.json', 'tsconfig.build.json'])
    rmSync(join(target, path), { recursive: true, force: true });
}

/** Real folder of a package as seen from another; `undefined` when it is not installed. */
function locate(name, from, end) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === end || folder === dirname(folder)) return undefined;
  }
}

function packageLinks(modules) {
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    return name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [target, name = '@tinfoil/bot'] = process.argv.slice(2);
  if (target === undefined || existsSync(target)) {
    console.error('usage: node tooling/deploy/prune.mjs <folder that does not exist yet> [package]');
    process.exit(1);
  }
  checkNode();
  await install('start');
  await build(`--filter=${name}...`);
  await prune(resolve(target), undefined, name);
}
