/** Starts programs on other runtimes, reads the port they print, and ends them with the run. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
export const program = (name) => join(here, 'programs', `${name}.mjs`);

/** File of an installed package, or `undefined` when this platform has none. */
export function binary(packageName, ...path) {
  try {
    return join(dirname(require.resolve(`${packageName}/package.json`)), ...path);
  } catch {
    return undefined;
  }
}

/** Bundles a program into one module, as a Workers project does. */
export async function bundle(name, outfile) {
  await build({
    entryPoints: [program(name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker'],
    logLevel: 'error',
  });
}

/** Runs a command until `stop()`. Resolves to its URL once it printed `port N`, or answers at a port given to it. */
export async function start(command, args, { env = {}, port } = {}) {
  const child = spawn(command, args, {
    cwd: here,
    env: { ...process.env, ...env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const printed = new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const match = /port (\d+)/.exec(output);
      if (match !== null) resolve(Number(match[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    ended.then((code) => reject(new Error(`ended with ${code}: ${output.slice(-2000)}`)));
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no server within 20 s: ${output.slice(-2000)}`)), 20_000).unref();
  });
  printed.catch(() => {});
  late.catch(() => {});
  try {
    const url = `http://127.0.0.1:${await Promise.race([port === undefined ? printed : answering(port, printed), late])}/`;
    return { url, stop, output: () => output };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until something answers at the port; `ended` rejects when it never will. */
async function answering(port, ended) {
  for (;;) {
    const up = fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (await Promise.race([up, ended])) return port;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A port nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Folder that is removed with the run. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tinfoil-runtimes-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Configuration of workerd for one worker; it may reach the Simulator on this machine. */
export function writeWorkerdConfig(folder, { port, env }) {
  const bindings = Object.entries(env).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`);
  const path = join(folder, 'config.capnp');
  writeFileSync(
    path,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .bot),
    (name = "internet", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const bot :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [${bindings.join(', ')}],
);
`,
  );
  return path;
}
