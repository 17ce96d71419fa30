/**
 * An operator's day on loopback: what the guide tells to do, done to processes, and judged by the Simulator's ledger.
 * `node tooling/deploy/rehearsal/run.mjs`; Linux, because only there all of 127.0.0.0/8 is ours.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { endWithAncestors } from '../../setup/lifeline.mjs';
import { build, checkNode, install } from '../../setup/set-up.mjs';
import { Fleet } from './pods.mjs';

checkNode();
if (process.platform !== 'linux') {
  console.log('skipped: pods at 127.0.0.10 and above need Linux');
  process.exit(0);
}
endWithAncestors();
await install('test');
await build('--filter=@tinfoil/bot...');
const { Simulator } = await import('@tinfoil/testing');

const work = mkdtempSync(join(tmpdir(), 'tinfoil-rehearsal-'));
const discord = await Simulator.start({ shards: 3 });
const fleet = new Fleet(work, discord);
const channels = Array.from({ length: 12 }, (_, index) => {
  const guild = discord.createGuild({ shardId: index % 3, totalShards: 3, memberCount: 10 + index });
  return { guildId: guild.id, channelId: guild.channels[0].id };
});
const sent = new Set();
/** Pods that take interactions: those that were ready at the last look, as an endpoints list has them. */
let endpoints = [];
const timers = [];
process.once('exit', () => fleet.kill());

try {
  await rehearse();
} catch (error) {
  console.error(error.stack, `\n${fleet.logs()}`);
  process.exitCode = 1;
} finally {
  for (const timer of timers) clearInterval(timer);
  await Promise.race([fleet.stop(), sleep(60_000)]);
  fleet.kill();
  await discord.close();
  rmSync(work, { recursive: true, force: true });
}
process.exit();

async function rehearse() {
  await step('first deploy', { identifies: 3, resumes: 0 }, async () => {
    fleet.startManager();
    for (let ordinal = 0; ordinal < fleet.size; ordinal++) fleet.startPod(ordinal);
    await allReady();
    const times = discord.ledger.filter('identify').map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((time, index) => time - times[index]);
    assert(Math.min(...gaps) >= 5000, `5 s between identifies, got ${gaps}`);
  });
  startTraffic();
  await sameTotals();

  await step('rolling update to version 2', { identifies: 0, resumes: 3 }, async () => {
    await roll('2');
    await sameTotals();
  });

  await step('bad version that never gets ready, and its roll-back', { identifies: 0, resumes: 1 }, async () => {
    const last = fleet.size - 1;
    await fleet.pods[last].delete();
    const bad = fleet.startPod(last, '3', { DISCORD_PUBLIC_KEY: 'not a key' });
    await until('the bad container was started anew', () => bad.restarts >= 2);
    assert(!(await bad.isReady()), 'the bad pod never gets ready, so the update goes no further');
    assert.deepEqual(await Promise.all(fleet.pods.slice(0, last).map((pod) => pod.isReady())), [true, true]);
    await bad.delete();
    fleet.startPod(last, '2');
    await allReady();
  });

  await step('container crashes', { identifies: 0, resumes: 1 }, async () => {
    const [pod] = fleet.pods;
    pod.crash();
    await until('it runs again', () => pod.restarts === 1);
    await allReady();
  });

  await step('node drained', { identifies: 0, resumes: 1 }, async () => {
    // One eviction at a time: the disruption budget allows no more.
    await fleet.pods[1].delete();
    fleet.startPod(1, '2');
    await allReady();
  });

  await step('pod force-deleted', { identifies: 0, resumes: 1 }, async () => {
    await sleep(6000);
    await fleet.pods[2].delete('SIGKILL');
    fleet.startPod(2, '2');
    await allReady();
  });

  await step('keys rotated', { identifies: 0, resumes: 0 }, async () => {
    const old = `first ${'k'.repeat(40)}\n`;
    // Readers look once a second, kubelets up to a minute apart: each stage stands until all have it.
    fleet.rotate('first', 'k', `second ${'n'.repeat(40)}\n`);
    await calls(8);
    fleet.rotate('second', 'n', old);
    await calls(8);
    fleet.rotate('second', 'n');
    await calls(8);
    const refused = await Promise.all(
      [...fleet.pods, fleet.manager].map((pod) => pod.metric('tinfoil_rpc_unauthorized_total')),
    );
    assert.deepEqual(refused, [0, 0, 0, 0], 'nobody was refused');
  });

  await step('manager moved', { identifies: 0, resumes: 0 }, async () => {
    await fleet.manager.delete();
    await calls(4);
    fleet.startManager('2');
    await sameTotals();
  });

  await step('rolling update right after the manager moved', { identifies: 0, resumes: 3 }, () => roll('4'));
}

/** From the highest ordinal down, one pod at a time, the next when the last is ready: what a StatefulSet does. */
async function roll(version) {
  for (let ordinal = fleet.size - 1; ordinal >= 0; ordinal--) {
    assert.equal(await fleet.pods[ordinal].delete(), 0, 'the pod ends with 0');
    fleet.startPod(ordinal, version);
    await allReady();
  }
}

/** Runs one part of the day and prints what the ledger says of it. */
async function step(name, expected, act) {
  const from = discord.ledger.mark();
  const startedAt = performance.now();
  await act();
  await until('all that was sent is handled', () => lost().length === 0, 20_000).catch(() => undefined);
  const since = (type, where = () => true) =>
    discord.ledger.filter(type, (entry) => entry.index >= from && where(entry));
  const identifies = since('identify').length;
  const resumes = since('resume', ({ outcome }) => outcome === 'resumed').length;
  const failures = since('interactionFailed');
  const duplicates = since('duplicate').length;
  const summary = [
    `${identifies} IDENTIFY`,
    `${resumes} RESUME`,
    `${since('message', ({ by }) => by === 'member').length} messages, ${lost().length} lost`,
    `${since('interactionAnswered').length} interactions answered, ${failures.length} failed`,
  ];
  console.log(
    `${name.padEnd(52)} ${Math.round((performance.now() - startedAt) / 1000)
      .toString()
      .padStart(3)} s   ledger: ${summary.join('; ')}`,
  );
  for (const { reason, detail } of failures) console.log(`    interaction failed: ${reason} ${detail}`);
  assert.deepEqual({ identifies, resumes }, expected, name);
  assert.equal(lost().length, 0, `${name}: every message was handled`);
  // Only what dies without a word may cut an interaction off.
  if (!/crash|force/.test(name)) assert.equal(failures.length, 0, `${name}: every interaction was answered`);
  assert.equal(duplicates, 0, `${name}: no shard was held twice`);
}

function startTraffic() {
  let turn = 0;
  const repeat = (everyMs, act) => timers.push(setInterval(act, everyMs));
  repeat(500, async () => {
    const ready = await Promise.all(
      fleet.pods.map(async (pod) => ((await pod.isReady()) ? pod.interactionsUrl : undefined)),
    );
    endpoints = ready.filter((url) => url !== undefined);
  });
  repeat(100, () => {
    const { channelId } = channels[turn++ % channels.length];
    sent.add(discord.createMessage(channelId, { content: 'hi' }).id);
  });
  // `where` asks the pod of the guild's shard: a call between pods in two cases of three.
  repeat(250, () => {
    const url = endpoints[turn % Math.max(1, endpoints.length)];
    const { guildId, channelId } = channels[turn % channels.length];
    if (url !== undefined)
      void discord.interact(url, { guildId, channelId, data: { name: turn % 2 ? 'where' : 'ping' } });
  });
}

/** Messages that no pod has handled. */
function lost() {
  const handled = new Set(
    fleet.handledFiles().flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])),
  );
  return [...sent].filter((id) => !handled.has(`message ${id}`));
}

/** Waits while interactions, and with them calls between pods, go on. */
async function calls(count) {
  const { ledger } = discord;
  await ledger.waitFor('interactionAnswered', undefined, { from: ledger.mark(), count, timeoutMs: 20_000 });
  await sleep(2000);
}

/** Waits until the manager knows every pod; then no guild and no member may be missing. */
async function sameTotals() {
  const members = channels.reduce((sum, _, index) => sum + 10 + index, 0);
  const expected = { coverage: 1, missing: [], guilds: channels.length, users: members };
  let seen;
  await until(
    'the totals are what they were',
    async () => {
      const { coverage, missing, guilds, users } = (await fleet.state()) ?? {};
      seen = { coverage, missing, guilds: guilds?.value, users: users?.value };
      return isDeepStrictEqual(seen, expected);
    },
    25_000,
  ).catch(() => assert.deepEqual(seen, expected, 'totals of the manager'));
}

function allReady() {
  return until('all pods are ready', async () =>
    (await Promise.all(fleet.pods.map((pod) => pod.isReady()))).every(Boolean),
  );
}

async function until(what, holds, timeoutMs = 90_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(100);
  }
}
