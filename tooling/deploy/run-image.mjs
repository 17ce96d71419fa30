/**
 * The image without a container engine: the pruned folder is made into the root of a file system that holds Node, its libraries
 * and nothing else, mounted read only; the bot starts there as process 1, as nobody, and works against a Simulator.
 * `node tooling/deploy/run-image.mjs`; needs Linux and root, and says so where they are missing.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithAncestors } from '../setup/lifeline.mjs';
import { build, checkNode, install } from '../setup/set-up.mjs';
import { prune } from './prune.mjs';

const nobody = 65_534;

checkNode();
const why = impossible();
if (why !== undefined) {
  console.log(`skipped: ${why}`);
  process.exit(0);
}
endWithAncestors();
await install('test');
await build('--filter=@tinfoil/bot...');
const { Simulator } = await import('@tinfoil/testing');

const work = mkdtempSync(join(tmpdir(), 'tinfoil-image-'));
const children = new Set();
try {
  await rehearse();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
process.exit(0);

async function rehearse() {
  const app = join(work, 'app');
  await prune(app);
  console.log(`pruned folder: ${Math.round(sizeOf(app) / 1e5) / 10} MB`);
  for (const name of ['typescript', 'turbo'])
    assert(!existsSync(join(app, 'node_modules', name)), `${name} is not pruned`);

  const state = join(work, 'state');
  mkdirSync(state);
  chownSync(state, nobody, nobody);
  const keys = join(work, 'keys');
  mkdirSync(keys);
  writeFileSync(join(keys, 'keys'), `1 ${'k'.repeat(40)}\n`, { mode: 0o440 });
  for (const path of [keys, join(keys, 'keys')]) chownSync(path, 0, nobody);

  const discord = await Simulator.start({ identifyGapMs: 100 });
  discord.createGuild({ memberCount: 5 });
  const first = await startPod(app, state, keys, discord);
  assert.equal(await first.inside('status', /^Uid:\s+(\d+)/m), String(nobody), 'runs as nobody');
  assert.equal(await first.inside('status', /^NSpid:.*\s(\d+)$/m), '1', 'is process 1');
  assert.throws(() => writeFileSync(`/proc/${first.pid}/root/app/x`, ''), { code: 'EROFS' });
  assert(!existsSync(`/proc/${first.pid}/root/bin/sh`), 'has no shell');
  await first.ready();
  console.log('ready, as process 1 and nobody, root read only, no shell');
  assert.equal(await first.stop(), 0, 'ends with 0 on SIGTERM');
  const [close] = discord.ledger.filter('close');
  assert(close.sessionKept, `the session outlives the pod (close code ${close.code})`);
  console.log(`drained on SIGTERM, close code ${close.code}, exit code 0`);

  const second = await startPod(app, state, keys, discord);
  await second.ready();
  assert.equal(discord.ledger.filter('identify').length, 1, 'one IDENTIFY in all');
  assert.equal(discord.ledger.filter('resume', ({ outcome }) => outcome === 'resumed').length, 1, 'one RESUME');
  console.log('started again from the files it left: resumed, 1 IDENTIFY in all');
  assert.equal(await second.stop(), 0, 'ends with 0 on SIGTERM');
  await discord.close();
}

/** Starts the bot in a mount and process namespace of its own. */
async function startPod(app, state, keys, discord) {
  const rootFolder = mkdtempSync(join(work, 'root-'));
  chmodSync(rootFolder, 0o755);
  const mounts = [
    [app, '/app', 'ro'],
    [state, '/var/lib/tinfoil', 'rw'],
    [keys, '/etc/tinfoil/keys', 'ro'],
    ...nodeFiles().map((path) => [path, path, 'ro']),
  ];
  for (const [, path] of mounts) mkdirSync(join(rootFolder, dirname(path)), { recursive: true });
  for (const [from, path] of mounts)
    if (statSync(from).isDirectory()) mkdirSync(join(rootFolder, path), { recursive: true });
    else writeFileSync(join(rootFolder, path), '');
  const script = [
    'set -e',
    `mount --bind "${rootFolder}" "${rootFolder}"`,
    ...mounts.flatMap(([from, path, how]) => [
      `mount --bind "${from}" "${rootFolder}${path}"`,
      ...(how === 'ro' ? [`mount -o remount,ro,bind "${rootFolder}${path}"`] : []),
    ]),
    `mount -o remount,ro,bind "${rootFolder}"`,
    `exec chroot --userspec=${nobody}:${nobody} "${rootFolder}" "${process.execPath}" /app/dist/main.js shard`,
  ].join('\n');
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      BOT_TOKEN: discord.token,
      DISCORD_PUBLIC_KEY: discord.publicKey,
      TINFOIL_API_URL: discord.restUrl,
      POD_NAME: 'bot-g1-0',
      TINFOIL_TOTAL_SHARDS: '1',
      TINFOIL_KEYS_FILE: '/etc/tinfoil/keys/keys',
      TINFOIL_STATE_DIR: '/var/lib/tinfoil',
      TINFOIL_HOST: '127.0.0.1',
      TINFOIL_PUBLIC_PORT: '0',
      TINFOIL_INTERNAL_PORT: '0',
      TINFOIL_OPS_PORT: '27190',
    },
  });
  children.add(child);
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  void ended.then(() => children.delete(child));
  const pid = await until('the bot runs', () => {
    if (child.exitCode !== null) return Number.NaN;
    const inner = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    return inner !== '' && readFileSync(`/proc/${inner}/cmdline`, 'utf8').startsWith(process.execPath)
      ? Number(inner)
      : undefined;
  });
  assert(!Number.isNaN(pid), 'the bot runs');
  return {
    pid,
    inside: async (file, pattern) => pattern.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1],
    ready: () =>
      until('the pod is ready', async () => {
        const response = await fetch('http://127.0.0.1:27190/readyz').catch(() => undefined);
        return response?.status === 200 ? true : undefined;
      }),
    stop: () => {
      process.kill(pid, 'SIGTERM');
      return ended;
    },
  };
}

/** Node and the libraries it is linked with. */
function nodeFiles() {
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  return [process.execPath, '/dev/null', '/dev/urandom', ...(libraries.match(/\/\S+/g) ?? [])];
}

function impossible() {
  if (process.platform !== 'linux') return 'mount namespaces are Linux';
  if (process.getuid() !== 0) return 'mount namespaces and other users need root';
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'unshare --mount --pid is not possible here';
  }
}

async function until(what, look) {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await Promise.resolve()
      .then(look)
      .catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(50);
  }
}

function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return sum;
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
