/**
 * Soak: shards under random faults, with everything accounted for. `node soak.mjs --minutes 30 --seed 7 --shards 16`.
 *
 * Fails when a dispatched event is not delivered at least once, when events of a shard come out of order, on an unhandled
 * rejection, on a fatal end, or when the heap grows. Now and then the gateway itself is replaced, as by a rolling restart.
 * The seed is printed; the same seed makes the same faults, though not the same timing. Needs a build.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFileSessionStore, createIdentifyLimiter, fetchGatewayBot, Gateway } from '@tinfoil/gateway';
import { numbers } from './arguments.mjs';

const { minutes, seed, shards, faultMs, eventMs } = numbers({
  minutes: 2,
  seed: Math.floor(Math.random() * 2 ** 31),
  shards: 16,
  faultMs: 150,
  eventMs: 25,
});
console.log(`soak: seed ${seed}, ${shards} shards, ${minutes} min`);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const problems = [];
const problem = (text) => {
  if (problems.push(text) <= 20) console.error(`problem: ${text}`);
};
process.on('unhandledRejection', (cause) => problem(`unhandled rejection: ${cause?.stack ?? cause}`));
process.on('uncaughtException', (cause) => problem(`uncaught: ${cause?.stack ?? cause}`));

const last = Array(shards).fill(0);
let total = 0;
let duplicates = 0;
let errors = 0;
let restarts = 0;

const discord = fork(new URL('./soak-discord.mjs', import.meta.url), [seed, shards, faultMs, eventMs].map(String));
const answers = new Map();
discord.on('message', (message) => answers.get(message.type)?.(message));
const told = (type) => new Promise((resolve) => answers.set(type, resolve));
const { restUrl, token } = await told('up');

const directory = await mkdtemp(join(tmpdir(), 'tinfoil-soak-'));
const getGatewayBot = () => fetchGatewayBot({ token, baseUrl: restUrl });
const sessionStore = createFileSessionStore({ directory });
const identifyLimiter = createIdentifyLimiter({ getGatewayBot, gapMs: 0, reserve: 0 });

function createGateway() {
  const gateway = new Gateway({
    token,
    intents: 513,
    baseUrl: restUrl,
    shards: { ids: Array.from({ length: shards }, (_, id) => id), total: shards },
    sessionStore,
    identifyLimiter,
    getGatewayBot,
    compression: 'zlib-stream',
    timing: {
      handshakeTimeoutMs: 500,
      helloTimeoutMs: 500,
      readyTimeoutMs: 1_000,
      resumedTimeoutMs: 1_000,
      resumeJitterMs: 100,
      reconnectBaseMs: 50,
      reconnectMaxMs: 1_000,
      identifyBackoffBaseMs: 50,
      identifyBackoffMaxMs: 500,
      invalidSessionMinMs: 20,
      invalidSessionMaxMs: 100,
      stableMs: 2_000,
      saveIntervalMs: 200,
      drainTimeoutMs: 2_000,
      maxResumeFailures: 20,
    },
  });
  gateway.on('SOAK', ({ number, shardId: of }, { shardId }) => {
    if (of !== shardId) return problem(`event of shard ${of} came on shard ${shardId}`);
    total += 1;
    if (number > last[shardId] + 1) problem(`shard ${shardId}: ${number} came after ${last[shardId]}`);
    if (number <= last[shardId]) duplicates += 1;
    else last[shardId] = number;
    // Some listeners take their time: what is saved must wait for them.
    return number % 50 === 0 ? new Promise((resolve) => setTimeout(resolve, 20)) : undefined;
  });
  gateway.on('error', () => {
    errors += 1;
  });
  gateway.on('fatal', ({ error }) => problem(error.message));
  return gateway;
}

let gateway = createGateway();
await gateway.connect();

const progress = setInterval(() => {
  const ready = Array(shards).fill(false);
  for (const shard of gateway.shards) ready[shard.id] = shard.status === 'ready';
  discord.send({ type: 'progress', delivered: last, ready });
}, 20);

const heaps = [];
const endsAtMs = performance.now() + minutes * 60_000;
let nextRestartMs = performance.now() + 15_000;
let nextSampleMs = performance.now() + 5_000;
while (performance.now() < endsAtMs) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (performance.now() > nextSampleMs) {
    nextSampleMs += 5_000;
    collectGarbage();
    heaps.push(process.memoryUsage().heapUsed);
  }
  if (performance.now() > nextRestartMs && minutes > 0) {
    nextRestartMs += 15_000;
    restarts += 1;
    await gateway.close({ resumable: true });
    gateway = createGateway();
    await gateway.connect();
  }
}

discord.send({ type: 'calm' });
const { dispatched, counts, identifies, resumes } = await told('total');
const deadlineMs = performance.now() + 20_000;
while (performance.now() < deadlineMs && !last.every((number, id) => number >= dispatched[id]))
  await new Promise((resolve) => setTimeout(resolve, 50));
for (const [id, number] of dispatched.entries())
  if (last[id] < number)
    problem(`shard ${id}: ${number - last[id]} of ${number} events never came (${gateway.shards[id]?.status})`);

const third = Math.floor(heaps.length / 3);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const [early, late] = [median(heaps.slice(0, third)), median(heaps.slice(-third))];
const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
if (third >= 3 && late > early * 1.1 + 4 * 2 ** 20)
  problem(`heap grew from ${megabytes(early)} to ${megabytes(late)} MB`);

clearInterval(progress);
const ended = new Promise((resolve) => discord.once('exit', resolve));
await gateway.close();
discord.send({ type: 'end' });
await ended;
await rm(directory, { recursive: true, force: true });
console.log(
  `faults: ${Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}`,
);
console.log(
  `${total} events (${duplicates} again), ${resumes} resumes, ${identifies} identifies, ${restarts} restarts, ${errors} errors reported, ` +
    `heap ${megabytes(early)} to ${megabytes(late)} MB, rss ${megabytes(process.memoryUsage.rss())} MB`,
);
console.log(problems.length === 0 ? 'soak passed' : `soak FAILED with ${problems.length} problems, seed ${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;
