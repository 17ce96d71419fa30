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
import { ConfigError } from '../config.ts';
import { fail, onStop } from '../process.ts';
import { Accounts } from './accounts.ts';
import { portsNeeded, startFleet } from './fleet.ts';
import { type FleetView, readFleet } from './observe.ts';
import { Population } from './population.ts';
import { reservePorts } from './ports.ts';
import { summarize } from './summary.ts';
import { createDisplay } from './table.ts';

const pods = 3;
const onceMs = 10_000;
const readyTimeoutMs = 60_000;
const settleTimeoutMs = 20_000;

/** Why a run ends: in order, or with the line that says what broke. */
type Ending = { readonly fatal?: string };

export async function runDev(config: Config): Promise<void> {
  const display = createDisplay(process.stdout);
  const directory = mkdtempSync(join(tmpdir(), 'tinfoil-bot-'));
  const block = await reservePorts(portsNeeded(pods), Math.random());
  // The protocol of a small bot, ten times faster where waiting would be all there is to see.
  const discord = await Simulator.start({
    shards: pods,
    maxConcurrency: 1,
    identifyGapMs: 500,
    heartbeatIntervalMs: 5000,
    ledgerLimit: 20_000,
  });
  let view: FleetView = { readyUrls: [], header: [], rows: [] };
  let deaths = 0;
  let end: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
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
    onFatal: (line) => end({ fatal: line }),
    onDeath: (name, how) => {
      if (name !== fleet.manager.name) deaths += 1;
      display.log(`${name} died (${how}); starting it again`);
    },
  });
  const accounts = new Accounts(
    discord,
    fleet.pods.map(({ handledFile }) => handledFile),
  );
  const population = new Population({
    discord,
    totalShards: pods,
    guildsPerShard: 4,
    commands: ['ping', 'stats', 'where'],
    readyUrls: () => view.readyUrls,
    messageEveryMs: 40,
    interactionEveryMs: 150,
    onInteraction: (id, answered) => accounts.interaction(id, answered),
  });
  onStop(async () => {
    end({});
    // The run itself ends the process, with its summary.
    await new Promise(() => {});
  });
  display.log(`Simulated Discord at ${discord.restUrl}`);
  display.log(`Status page at ${fleet.managerOpsUrl}/`);

  let observing = true;
  const observed = (async () => {
    while (observing) {
      accounts.read();
      view = await readFleet(fleet, accounts);
      display.update(view.header, view.rows);
      await sleep(250);
    }
  })();

  const { fatal } = await Promise.race([live(), ended]);
  await population.stop();
  // What is on its way arrives, also at a pod that is being started again.
  if (fatal === undefined) await holdsWithin(settleTimeoutMs, () => accounts.settled());
  observing = false;
  await observed;
  display.end();
  await fleet.stop();
  accounts.read();
  const summary = summarize({
    ...accounts.counts,
    deaths,
    identifies: discord.ledger.count('identify'),
    resumes: discord.ledger.count('resumed'),
    shards: pods,
  });
  accounts.close();
  await discord.close();
  await block.release();
  rmSync(directory, { recursive: true, force: true });
  if (fatal !== undefined) fail(new ConfigError(fatal));
  console.log(`\n${summary.lines.join('\n')}`);
  process.exit(summary.balanced ? 0 : 1);

  async function live(): Promise<Ending> {
    if (!(await holdsWithin(readyTimeoutMs, () => view.readyUrls.length === pods)))
      return { fatal: `only ${view.readyUrls.length} of ${pods} pods were ready after ${readyTimeoutMs / 1000} s` };
    population.start();
    if (!config.once) return new Promise(() => {});
    await sleep(onceMs);
    return {};
  }
}

async function holdsWithin(timeoutMs: number, holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
