/**
 * The packages as a user gets them: packed, checked by publint and attw, installed from their tarballs into empty directories and
 * run there. One project takes `tinfoil`, the others one subpackage each with no more than what that needs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, published } from './pack.mjs';
import { root } from './repository.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'tinfoil-packed-'));
let failed = 0;

/** What each project installs (the closure is written out: a lone tarball would look for its siblings in the registry) and runs. */
const projects = {
  tinfoil: ['types', 'rest', 'gateway', 'interactions', 'cluster', 'tinfoil'],
  rest: ['types', 'rest'],
  gateway: ['types', 'gateway'],
  interactions: ['types', 'interactions'],
  cluster: ['types', 'gateway', 'cluster'],
  testing: ['types', 'testing'],
};

try {
  const tarballs = packAll();
  for (const [name, packages] of Object.entries(projects))
    step(`${name} installs and works alone`, () => tryProject(name, packages, tarballs));
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

function packAll() {
  const tarballs = {};
  for (const { folder, manifest } of published()) {
    const file = pack(folder, join(work, 'tarballs'));
    tarballs[folder.split('/')[1]] = file;
    step(`${manifest.name}: publint`, () =>
      run(join(here, 'node_modules/.bin/publint'), ['run', file, '--strict'], root),
    );
    step(`${manifest.name}: attw`, () =>
      run(join(here, 'node_modules/.bin/attw'), [file, '--profile', 'esm-only', '--no-color', '--no-emoji'], root),
    );
  }
  return tarballs;
}

function tryProject(name, packages, tarballs) {
  const project = join(work, 'projects', name);
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: `try-${name}`, private: true, type: 'module' }));
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages.map((pkg) => tarballs[pkg])],
    project,
  );
  cpSync(join(here, 'packed', `${name}.mjs`), join(project, 'main.mjs'));
  // The Simulator runs from the workspace and in a process of its own: the project has only what its user would have.
  const output = run(
    process.execPath,
    [join(here, 'packed', 'with-simulator.mjs'), join(project, 'main.mjs')],
    project,
  );
  process.stdout.write(output.replace(/^/gm, '     '));
}

function step(name, act) {
  try {
    act();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(
      `FAIL ${name}\n${String(error.stdout ?? '')}${String(error.stderr ?? '')}${error.stdout === undefined ? error.stack : ''}`,
    );
  }
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 180_000 });
}
