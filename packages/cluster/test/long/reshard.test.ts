/**
 * From 4 shards to 6 while 200 messages a second are written: a second generation in standby, one cut-over, nothing lost. Judged by the
 * Simulator's ledger and by the files in which the pods note every message they handled.
 */
import { Simulator } from '@tinfoil/testing';
import { expect, it } from 'vitest';
import { eventually, Fleet, identifyGapMs, smallestGap } from '../process/fleet.ts';
import { freePorts, post } from '../sim/pod.ts';

const timeout = 120_000;
const overlapMs = 1_000;
const skewsMs = { old: 200, young: -250 };

interface Progress {
  readonly state: string;
  readonly atMs: number | null;
  readonly blockers: readonly string[];
}

/** Two generations around one Simulator and one manager; the pods' clocks differ. */
async function generations() {
  const discord = await Simulator.start({ shards: 4, identifyGapMs });
  // A process of 200 messages a second on a busy machine is late now and then.
  const timing = {
    identifyGapMs: identifyGapMs + 300,
    cutoverLeadMs: 1_500,
    cutoverOverlapMs: overlapMs,
    retireAfterMs: 1_000,
  };
  const ports = await freePorts(7);
  const skew = (ms: number) => () => ({ TEST_SKEW_MS: String(ms) });
  const common = { shardsPerPod: 2, timing };
  const old = new Fleet({ ...common, totalShards: 4, env: skew(skewsMs.old) }, discord, ports.slice(0, 3));
  const young = new Fleet(
    { ...common, totalShards: 6, guildsPerShard: 0, env: skew(skewsMs.young) },
    discord,
    ports.slice(3),
  );
  old.change({
    TINFOIL_STANDBY_GENERATION: '2',
    TINFOIL_STANDBY_TOTAL_SHARDS: '6',
    TINFOIL_STANDBY_SHARDS_PER_POD: '2',
    TINFOIL_STANDBY_PEERS: young.urls.join(','),
  });
  young.change({
    TINFOIL_MODE: 'standby',
    TINFOIL_GENERATION: '2',
    TINFOIL_MANAGER_URL: old.managerUrl,
    TINFOIL_KEYS_FILE: old.keysFile,
  });
  return {
    discord,
    old,
    young,
    async [Symbol.asyncDispose]() {
      await young[Symbol.asyncDispose]();
      await old[Symbol.asyncDispose]();
    },
  };
}

async function order<Result>(fleet: Fleet, method: 'GET' | 'POST' | 'DELETE', body?: object) {
  const { status, text } = await post(fleet.managerUrl, '/v1/cutover', {
    to: 'manager',
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status, value: JSON.parse(text) as Result };
}

async function progressIs(fleet: Fleet, state: string, timeoutMs = 30_000): Promise<Progress> {
  let last: Progress | undefined;
  await eventually(
    async () => {
      last = (await order<Progress>(fleet, 'GET')).value;
      return last.state === state;
    },
    `cut-over is ${state}`,
    timeoutMs,
  ).catch((cause: Error) => {
    throw new Error(`${cause.message}: ${JSON.stringify(last)}`);
  });
  return last as Progress;
}

/** 200 messages a second to every guild in turn; when each was written. */
function talk({ discord, old }: { readonly discord: Simulator; readonly old: Fleet }) {
  const written = new Map<string, number>();
  const startedAtMs = performance.now();
  const timer = setInterval(() => {
    while (written.size < (performance.now() - startedAtMs) / 5) {
      const channel = old.guilds[written.size % old.guilds.length]?.channels[0];
      written.set(discord.createMessage(channel?.id ?? '', { content: 'message' }).id, Date.now());
    }
  }, 5);
  return { written, stop: () => clearInterval(timer) };
}

const idsOf = (fleet: Fleet) => new Set(fleet.handled().map(({ id }) => id));

it('reshards from 4 to 6: no message lost, the double ones named', { timeout }, async () => {
  await using both = await generations();
  const { discord, old, young } = both;
  await old.up();
  const { written, stop } = talk(both);
  await young.startPods(40_000);
  await progressIs(old, 'ready');
  expect(young.handled()).toEqual([]);
  const outcomes = discord.ledger
    .filter('identify', ({ totalShards }) => totalShards === 6)
    .map((entry) => entry.outcome);
  expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'ready'));
  expect(smallestGap(both)).toBeGreaterThanOrEqual(identifyGapMs);

  const { status, value } = await order<{ outcome: string; atMs: number; reasons: string[] }>(old, 'POST');
  expect([status, value.outcome, value.reasons]).toEqual([200, 'going', []]);
  await progressIs(old, 'done');
  await discord.ledger.waitFor('close', ({ code, totalShards }) => code === 1000 && totalShards === 4, {
    count: 4,
    timeoutMs: 20_000,
  });
  const after = written.size;
  await eventually(() => written.size > after + 200, 'a second more');
  stop();
  await eventually(() => {
    const seen = [idsOf(old), idsOf(young)];
    return [...written.keys()].every((id) => seen.some((ids) => ids.has(id)));
  }, 'every message handled');

  const [before, since] = [idsOf(old), idsOf(young)];
  const double = [...written].filter(([id]) => before.has(id) && since.has(id));
  expect(double.length).toBeGreaterThan(0);
  // Both clocks are off, and a busy machine delivers late.
  const slackMs = skewsMs.old - skewsMs.young + 500;
  const far = double.filter(([, atMs]) => Math.abs(atMs - value.atMs) > overlapMs + slackMs);
  expect(far).toEqual([]);
  const named = new Set(
    young
      .handled()
      .filter(({ replayed }) => replayed)
      .map(({ id }) => id),
  );
  expect(double.filter(([id]) => !named.has(id))).toEqual([]);
  console.log(`${written.size} messages, ${double.length} double, 0 lost`);

  await eventually(async () => (await young.state(0)).generation === 2, 'the state is that of the new generation');
  await expect(
    old.pod(0).ask('shard', { shardId: 3, name: 'echo', args: 1, options: { timeoutMs: 5_000 } }),
  ).rejects.toMatchObject({ reason: 'misdirected', topology: { generation: 2, totalShards: 6 } });
});

it('is refused by one pod, and taken back before its time, and the running fleet never notices', {
  timeout,
}, async () => {
  await using both = await generations();
  const { discord, old, young } = both;
  await old.up();
  const { written, stop } = talk(both);
  await young.startPods(40_000);
  await progressIs(old, 'ready');
  const closes = discord.ledger.count('close');

  young.pod(1).process.kill('SIGSTOP');
  const refused = await order<{ outcome: string; reasons: string[] }>(old, 'POST');
  expect([refused.status, refused.value.outcome]).toEqual([409, 'refused']);
  expect(refused.value.reasons.join()).toMatch(/bot-1|pod-1/);
  young.pod(1).process.kill('SIGCONT');
  await progressIs(old, 'ready');

  const going = await order<{ outcome: string; reasons: string[] }>(old, 'POST', { leadMs: 4_000 });
  expect([going.value.outcome, going.value.reasons]).toEqual(['going', []]);
  const aborted = await order<{ outcome: string; reasons: string[] }>(old, 'DELETE');
  expect([aborted.status, aborted.value]).toEqual([200, { outcome: 'aborted', reasons: [] }]);
  // Past the time at which it would have been.
  const count = written.size;
  await eventually(() => written.size > count + 1_200, 'six seconds more');
  await Promise.all(young.pods.map((pod) => pod.end('SIGKILL')));
  stop();
  await eventually(() => [...written.keys()].every(has(idsOf(old))), 'every message handled by the old fleet');
  expect(young.handled()).toEqual([]);
  expect(discord.ledger.filter('identify', ({ totalShards }) => totalShards === 4)).toHaveLength(4);
  expect(discord.ledger.filter('close', ({ totalShards }) => totalShards === 4)).toEqual([]);
  expect(closes).toBe(0);
});

it('goes through though manager and pods are killed between the decision and its time', { timeout }, async () => {
  await using both = await generations();
  const { discord, old, young } = both;
  await old.up();
  const { written, stop } = talk(both);
  await young.startPods(40_000);
  await progressIs(old, 'ready');
  const going = await order<{ outcome: string; reasons: string[] }>(old, 'POST');
  expect([going.value.outcome, going.value.reasons]).toEqual(['going', []]);
  const killed = [old.pod(1), young.pod(0), young.pod(2)];
  await Promise.all([old.manager?.end('SIGKILL'), ...killed.map((pod) => pod.end('SIGKILL'))]);
  for (const pod of killed) pod.restart();
  await old.startManager();
  await progressIs(old, 'done');
  await eventually(
    () => discord.ledger.filter('close', ({ code, totalShards }) => code === 1000 && totalShards === 4).length === 4,
    'the old shards closed for good',
  );
  // Nobody has anything to remember it by but the manager.
  await young.pod(1).end('SIGTERM');
  young.loseFiles(1);
  young.pod(1).restart();
  await young.pod(1).told('up');
  const after = written.size;
  await eventually(() => written.size > after + 400, 'two seconds more');
  stop();
  await eventually(() => {
    const seen = [idsOf(old), idsOf(young)];
    return [...written.keys()].every((id) => seen.some((ids) => ids.has(id)));
  }, 'every message handled').catch((cause: Error) => {
    const seen = [idsOf(old), idsOf(young)];
    const lost = [...written].filter(([id]) => !seen.some((ids) => ids.has(id)));
    throw new Error(`${cause.message}: ${lost.length} of ${written.size} lost, ${JSON.stringify(lost.slice(0, 3))}`);
  });
  expect(discord.ledger.filter('identify', ({ totalShards }) => totalShards === 6)).toHaveLength(6);
});

function has(ids: ReadonlySet<string>): (id: string) => boolean {
  return (id) => ids.has(id);
}
