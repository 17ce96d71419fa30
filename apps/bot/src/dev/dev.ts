/**
 * Role `dev`: a simulated Discord, a manager and shard pods as processes of their own, members who write and use commands, and at
 * the end a balance of what the pods handled against what the Simulator sent.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Simulator } from '@tinfoil/testing';
import type { Config } from '../config.ts';
import { readHandled } from '../handled.ts';
import { fail, onStop } from '../process.ts';
import { type Fleet, portsNeeded, startFleet } from './fleet.ts';
import { type FleetState, readFleet } from './observe.ts';
import { Population } from './population.ts';
import { reservePorts } from './ports.ts';
import { summarize } from './summary.ts';
import { createDisplay } from './table.ts';

const pods = 3;
const onceMs = 10_000;
const readyTimeoutMs = 60_000;
const settleTimeoutMs = 20_000;

export async function runDev(config: Config): Promise<void> {
  const display = createDisplay(process.stdout);
  const directory = mkdtempSync(join(tmpdir(), 'tinfoil-bot-'));
  const block = await reservePorts(portsNeeded(pods), Math.random());
  // A small bot's protocol, only ten times faster where waiting would be all there is to see.
  const discord = await Simulator.start({
    shards: pods,
    maxConcurrency: 1,
    identifyGapMs: 500,
    heartbeatIntervalMs: 5000,
    bucketDefaults: false,
  });
  let state: FleetState = { ready: [], rows: [], header: [] };
  let deaths = 0;
  let ending: ((code: number, line?: string) => void) | undefined;
  const ended = new Promise<{ code: number; line?: string | undefined }>((resolve) => {
    ending = (code, line) => resolve({ code, line });
  });

  const population = new Population({
    discord,
    totalShards: pods,
    guildsPerShard: 4,
    commands: ['ping', 'stats', 'where'],
    readyUrls: () => state.ready,
    messageEveryMs: 40,
    interactionEveryMs: 150,
  });
  const fleet = startFleet({
    program: process.argv[1] ?? '',
    directory,
    ports: block.ports,
    pods,
    token: discord.token,
    publicKey: discord.publicKey,
    apiUrl: discord.restUrl,
    onLine: (name, line) => display.log(`[${name}] ${line}`),
    onStart: (name, pid) => display.log(`${name} is process ${pid}`),
    onFatal: (line) => ending?.(1, line),
    onDeath: (name, how) => {
      if (name !== 'manager') deaths += 1;
      display.log(`${name} died (${how}); starting it again`);
    },
  });
  onStop(async () => {
    ending?.(0);
    // The run ends the process itself, with its summary.
    await new Promise(() => {});
  });

  display.log(`Simulated Discord at ${discord.restUrl}`);
  display.log(`Status page at ${fleet.managerOpsUrl}/`);
  let observing = true;
  const observe = async () => {
    while (observing) {
      state = await readFleet(fleet, population.record);
      if (observing) display.update(state.header, state.rows);
      await sleep(250);
    }
  };
  const observed = observe();

  const outcome = await Promise.race([live(), ended]);
  await population.stop();
  if (outcome.line === undefined)
    await settled(() => handledMessages(fleet).size >= new Set(population.record.messages).size);
  observing = false;
  await observed;
  display.end();
  await fleet.stop();
  const summary = summarize({
    sentMessages: discord.ledger.filter('message', ({ by }) => by === 'member').map(({ messageId }) => messageId),
    handledMessages: readHandled(handledFiles(fleet), 'message'),
    answeredInteractions: population.record.answered,
    handledInteractions: readHandled(handledFiles(fleet), 'interaction'),
    cutInteractions: population.record.cut,
    deaths,
    identifies: discord.ledger.filter('identify').length,
    resumes: discord.ledger.filter('resume', ({ outcome }) => outcome === 'resumed').length,
    shards: pods,
  });
  await discord.close();
  await block.release();
  rmSync(directory, { recursive: true, force: true });
  if (outcome.line !== undefined) fail(new Error(outcome.line));
  console.log(`\n${summary.lines.join('\n')}`);
  process.exit(outcome.code === 0 && summary.balanced ? 0 : 1);

  async function live(): Promise<{ code: number; line?: string }> {
    const allReady = await settled(() => state.ready.length === pods, readyTimeoutMs);
    if (!allReady)
      return {
        code: 1,
        line: `only ${state.ready.length} of ${pods} pods were ready after ${readyTimeoutMs / 1000} s`,
      };
    population.start();
    if (!config.once) return await new Promise(() => {});
    await sleep(onceMs);
    return { code: 0 };
  }
}

/** Waits until something holds; false when it did not in time. */
async function settled(holds: () => boolean, timeoutMs = settleTimeoutMs): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function handledFiles(fleet: Fleet): string[] {
  return fleet.pods.map(({ handledFile }) => handledFile);
}

function handledMessages(fleet: Fleet): Set<string> {
  return new Set(readHandled(handledFiles(fleet), 'message'));
}
