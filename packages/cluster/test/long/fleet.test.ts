/** Larger fleets, longer trouble. Judged by the Simulator's ledger. */
import { expect, it } from 'vitest';
import { chatter, eventually, type Fleet, identifyGapMs, smallestGap, startFleet } from '../process/fleet.ts';

async function allHandled(fleet: Fleet, ids: ReadonlySet<string>): Promise<void> {
  await eventually(
    () => {
      const handled = new Set(fleet.handled().map(({ id }) => id));
      return [...ids].every((id) => handled.has(id));
    },
    'every message handled',
    30_000,
  );
}

it('kills each of eight pods in turn under load: no IDENTIFY, nothing lost', async () => {
  await using fleet = await startFleet({ totalShards: 16, shardsPerPod: 2, discord: { maxConcurrency: 16 } });
  await fleet.up();
  await eventually(() => fleet.savedSessions() === 16, 'every session saved once');
  const talk = chatter(fleet, 5);
  for (const pod of fleet.pods) {
    await pod.end('SIGKILL');
    pod.restart();
    await pod.told('up');
  }
  await allHandled(fleet, talk.stop());
  expect(fleet.discord.ledger.count('identify')).toBe(16);
});

it('rolls eight pods twice, one after the other: no IDENTIFY, nothing lost, the same totals', async () => {
  await using fleet = await startFleet({ totalShards: 16, shardsPerPod: 2, discord: { maxConcurrency: 16 } });
  await fleet.up();
  await eventually(async () => (await fleet.state(0)).guilds.value === fleet.guilds.length, 'all guilds counted');
  const before = await fleet.state(0);
  const talk = chatter(fleet, 5);
  for (let round = 0; round < 2; round++)
    for (const [ordinal, pod] of fleet.pods.entries()) {
      await pod.end('SIGTERM');
      if (round === 1) fleet.loseFiles(ordinal);
      pod.restart();
      await pod.told('up');
    }
  await allHandled(fleet, talk.stop());
  expect(fleet.discord.ledger.count('identify')).toBe(16);
  await eventually(async () => (await fleet.state(0)).shards.ready === 16, 'all shards ready');
  expect((await fleet.state(0)).users.value).toBe(before.users.value);
});

it('restarts the manager twenty times during a cold start: at most one IDENTIFY lost a restart', async () => {
  await using fleet = await startFleet({ totalShards: 16, shardsPerPod: 4 });
  await fleet.startManager();
  const up = fleet.startPods(150_000);
  for (let restart = 0; restart < 20; restart++) {
    await fleet.manager?.end('SIGKILL');
    await fleet.startManager(200);
    await new Promise((resolve) => setTimeout(resolve, 900));
  }
  await up;
  const failed = fleet.discord.ledger.filter('identify', ({ outcome }) => outcome !== 'ready');
  expect(failed.length).toBeLessThanOrEqual(20);
  expect(fleet.discord.ledger.filter('identify', ({ outcome }) => outcome === 'ready')).toHaveLength(16);
});

it('brings a fleet of four buckets up by the calendar, and keeps the gap in each', async () => {
  await using fleet = await startFleet({
    totalShards: 16,
    shardsPerPod: 4,
    manager: false,
    discord: { maxConcurrency: 4 },
  });
  await fleet.startPods(60_000);
  expect(fleet.discord.ledger.count('identify')).toBe(16);
  expect(smallestGap(fleet, 4)).toBeGreaterThanOrEqual(identifyGapMs);
});

it('keeps its sessions when the resume host goes dark for all shards', async () => {
  await using fleet = await startFleet({
    totalShards: 4,
    shardsPerPod: 2,
    discord: { maxConcurrency: 4, resumeHost: true },
  });
  await fleet.up();
  await eventually(() => fleet.savedSessions() === 4, 'every session saved once');
  await fleet.discord.faults.killResumeHost('refuse');
  const talk = chatter(fleet, 10);
  for (const pod of fleet.pods) {
    await pod.end('SIGKILL');
    pod.restart();
  }
  await Promise.all(fleet.pods.map((pod) => pod.told('up', 30_000)));
  await allHandled(fleet, talk.stop());
  expect(fleet.discord.ledger.count('identify')).toBe(4);
});

it('never spends the day on a pod that crashes as soon as it is up, and its neighbours notice nothing', async () => {
  await using fleet = await startFleet({
    totalShards: 4,
    shardsPerPod: 2,
    discord: { maxConcurrency: 4, sessionStart: { total: 30, remaining: 30, resetAfterMs: 3_600_000 } },
  });
  await fleet.up();
  const crashing = fleet.pod(1);
  // The worst case: its files are lost each time, and the manager's copy is made useless.
  for (let round = 0; round < 15; round++) {
    await crashing.end('SIGKILL');
    fleet.loseFiles(1);
    fleet.discord.faults.dropSessions({ shardId: 2 });
    fleet.discord.faults.dropSessions({ shardId: 3 });
    crashing.restart();
    await crashing.told('listening');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(fleet.discord.ledger.count('tokenRevoked')).toBe(0);
  expect(fleet.discord.ledger.count('identify')).toBeLessThanOrEqual(30);
  expect(await fleet.pod(0).ask('shard', { shardId: 0, name: 'echo', args: 1 })).toBe(1);
});

it('survives two minutes of random kills, stops and rolls', async () => {
  const seed = Number(process.env.TINFOIL_TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`seed ${seed} (TINFOIL_TEST_SEED)`);
  const random = mulberry32(seed);
  await using fleet = await startFleet({ totalShards: 12, shardsPerPod: 2, discord: { maxConcurrency: 12 } });
  await fleet.up();
  await eventually(() => fleet.savedSessions() === 12, 'every session saved once');
  const talk = chatter(fleet, 10);
  const endsAtMs = performance.now() + 120_000;
  while (performance.now() < endsAtMs) {
    const ordinal = Math.floor(random() * fleet.pods.length);
    const pod = fleet.pod(ordinal);
    const what = random();
    if (what < 0.35) await pod.end('SIGKILL');
    else if (what < 0.6) {
      await pod.end('SIGTERM');
      if (random() < 0.5) fleet.loseFiles(ordinal);
    } else if (what < 0.8) {
      pod.process.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 1_000 * random()));
      pod.process.kill('SIGCONT');
      continue;
    } else {
      await fleet.manager?.end('SIGKILL');
      await fleet.startManager();
      // The mirror fills again within a poll and a write.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      continue;
    }
    pod.restart();
    await pod.told('up', 30_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  await allHandled(fleet, talk.stop());
  expect(fleet.discord.ledger.count('identify')).toBe(12);
  expect(fleet.discord.ledger.count('tokenRevoked')).toBe(0);
});

/** Small seeded generator, so that a run can be had again. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
