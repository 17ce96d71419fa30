/**
 * Brings a fresh clone to where a command can run: Node's version checked, pnpm fetched at its pinned version, dependencies of the
 * wanted level installed, packages built. What is in place already is left alone.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './lifeline.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Folders whose dependencies are heavy: only their own commands install them. */
const heavy = ['tooling/bench', 'tooling/browser', 'tooling/conformance', 'tooling/runtimes', 'apps/docs'];

/** Filters, for pnpm and turbo alike, that leave out the heavy folders. */
export const light = heavy.filter((folder) => existsSync(join(root, folder))).map((folder) => `--filter=!./${folder}`);

/** What each level installs; each holds those before it. */
const levels = {
  start: ['--prod', '--filter=@tinfoil/bot...'],
  test: light,
  all: [],
};
const order = Object.keys(levels);
const installArgs = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'];

/** Exits with one line when Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = /(\d+)\.(\d+)/.exec(manifest.engines.node).slice(1).map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  console.error(`Tinfoil needs Node ${needMajor}.${needMinor} or newer, this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs pnpm at its pinned version. */
export function pnpm(args, options) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_update_notifier: 'false' };
  return run('npx', ['--yes', manifest.packageManager, ...args], { cwd: root, env, ...options });
}

/** Installs the dependencies of a level, unless the lock file has not changed since that was done. */
export async function install(wanted) {
  const lock = lockHash();
  const stampPath = join(root, 'node_modules', '.tinfoil', 'setup.json');
  const stamp = existsSync(stampPath) ? JSON.parse(readFileSync(stampPath, 'utf8')) : undefined;
  // Modules that somebody installed by hand are at least kept at the level of the tests, never pruned below.
  const present = stamp?.level ?? (existsSync(join(root, 'node_modules', '.modules.yaml')) ? 'test' : 'start');
  const level = order[Math.max(order.indexOf(wanted), order.indexOf(present))];
  if (stamp?.lock === lock && stamp.level === level) return;
  console.log(`Installing what "${level}" needs with ${manifest.packageManager} (once) ...`);
  await must(pnpm([...installArgs, ...levels[level]]), 'install');
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, JSON.stringify({ level, lock }));
}

/** Installs what a heavy folder needs beside the tests' dependencies. */
export async function installFolder(folder) {
  await install('test');
  const lock = lockHash();
  const stampPath = join(root, folder, 'node_modules', '.tinfoil-setup');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === lock) return;
  console.log(`Installing what ${folder} needs (once) ...`);
  await must(pnpm([...installArgs, `--filter=./${folder}`]), 'install');
  writeFileSync(stampPath, lock);
}

/** Builds packages, with those they stand on. Unchanged ones come from turbo's cache. */
export async function build(...filters) {
  await must(
    pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--log-order=grouped', ...filters]),
    'build',
  );
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
}

/** Exits when a step did not succeed; the step has said why. */
export async function must(step, name) {
  const code = await step;
  if (code === 0) return;
  console.error(`${name} failed (exit code ${code})`);
  process.exit(code);
}
