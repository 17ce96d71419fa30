/** Deploys and crashes of whole pods: what they cost, by the Simulator's ledger. */
import { expect, it } from 'vitest';
import { chatter, eventually, startFleet } from './fleet.ts';

const timeout = 60_000;

it('rolls all pods without one IDENTIFY, loses no event, and has the same totals after', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 4, shardsPerPod: 2 });
  await fleet.up();
  await eventually(async () => (await fleet.state(0)).guilds.value === fleet.guilds.length, 'all guilds counted');
  const before = await fleet.state(0);
  const identifies = fleet.discord.ledger.count('identify');
  const talk = chatter(fleet, 10);
  for (const pod of fleet.pods) {
    await pod.end('SIGTERM');
    pod.restart();
    await pod.told('up');
  }
  const ids = talk.stop();
  await eventually(() => [...ids].every(has(fleet.handled())), 'every message handled');
  expect(fleet.discord.ledger.count('identify')).toBe(identifies);
  await eventually(async () => (await fleet.state(0)).shards.ready === 4, 'all shards ready');
  const after = await fleet.state(0);
  expect(after.guilds.value).toBe(before.guilds.value);
  expect(after.users.value).toBe(before.users.value);
  expect(inOrder(fleet.handled())).toBe(true);
});

it('rolls manager and pods together, files lost, without one IDENTIFY', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 4, shardsPerPod: 2 });
  await fleet.up();
  await Promise.all([
    fleet.manager?.end('SIGKILL'),
    ...fleet.pods.map((pod) => pod.end('SIGTERM', 20_000)),
    fleet.startManager(800),
  ]);
  for (const [ordinal, pod] of fleet.pods.entries()) {
    fleet.loseFiles(ordinal);
    pod.restart();
  }
  await Promise.all(fleet.pods.map((pod) => pod.told('up')));
  expect(fleet.discord.ledger.count('identify')).toBe(4);
});

it('resumes from its files when each pod is killed in turn', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 4, shardsPerPod: 2 });
  await fleet.up();
  await eventually(() => fleet.savedSessions() === 4, 'every session saved once');
  const talk = chatter(fleet, 10);
  for (const pod of fleet.pods) {
    await pod.end('SIGKILL');
    pod.restart();
    await pod.told('up');
  }
  const ids = talk.stop();
  await eventually(() => [...ids].every(has(fleet.handled())), 'every message handled');
  await eventually(() => [...ids].every(has(fleet.handled())), 'every message handled');
  expect(fleet.discord.ledger.count('identify')).toBe(4);
});

it('resumes nothing of another total', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 2 });
  await fleet.up();
  await Promise.all(fleet.pods.map((pod) => pod.end('SIGTERM')));
  const resumes = fleet.discord.ledger.count('resume');
  fleet.change({ TINFOIL_TOTAL_SHARDS: '4', TINFOIL_SHARDS_PER_POD: '2' });
  await fleet.manager?.end('SIGTERM');
  await fleet.startManager();
  for (const pod of fleet.pods) pod.restart();
  await Promise.all(fleet.pods.map((pod) => pod.told('up')));
  expect(fleet.discord.ledger.count('resume')).toBe(resumes);
  expect(fleet.discord.ledger.filter('identify', ({ totalShards }) => totalShards === 4)).toHaveLength(4);
});

function has(handled: readonly { id: string }[]): (id: string) => boolean {
  const ids = new Set(handled.map(({ id }) => id));
  return (id) => ids.has(id);
}

/** True when the first time each message was handled comes in the order it was written, guild by guild. */
function inOrder(handled: readonly { id: string; guildId: string }[]): boolean {
  const seen = new Set<string>();
  const last = new Map<string, bigint>();
  return handled.every(({ id, guildId }) => {
    if (seen.has(id)) return true;
    seen.add(id);
    const ordered = BigInt(id) > (last.get(guildId) ?? 0n);
    last.set(guildId, BigInt(id));
    return ordered;
  });
}
