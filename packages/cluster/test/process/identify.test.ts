/** Identifies of whole fleets with the manager away, hung, or restarted again and again: what Discord saw of them. */
import { expect, it } from 'vitest';
import { identifyGapMs, smallestGap, startFleet } from './fleet.ts';

const timeout = 60_000;

it('brings the fleet up by the calendar when the manager is dead from the start', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 4, shardsPerPod: 2 });
  await fleet.startPods(30_000);
  expect(fleet.discord.ledger.filter('identify').map(({ outcome }) => outcome)).toEqual(Array(4).fill('ready'));
  expect(smallestGap(fleet)).toBeGreaterThanOrEqual(identifyGapMs);
  const state = await fleet.state(0);
  expect(state).toMatchObject({ source: 'sweep', coverage: 1, missing: [], shards: { ready: 4 } });
  expect(state.guilds.value).toBe(fleet.guilds.length);
  const answer = await fleet.pod(0).ask('broadcast', { name: 'echo', args: 'hello' });
  expect(answer).toMatchObject({ ok: 2, complete: true });
});

it('needs no manager at all', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 2, manager: false });
  await fleet.up();
  expect(fleet.discord.ledger.count('identify')).toBe(2);
  expect(smallestGap(fleet)).toBeGreaterThanOrEqual(identifyGapMs);
});

it('goes on when the manager hangs while permits are out', { timeout }, async () => {
  await using fleet = await startFleet({ totalShards: 4, shardsPerPod: 2 });
  const manager = await fleet.startManager();
  const up = fleet.startPods(30_000);
  await fleet.discord.ledger.waitFor('identify', undefined, { timeoutMs: 15_000 });
  manager.process.kill('SIGSTOP');
  await up;
  manager.process.kill('SIGCONT');
  expect(fleet.discord.ledger.filter('identify', ({ outcome }) => outcome === 'ready')).toHaveLength(4);
  // At most the one overlap of a grant under way with the calendar.
  expect(fleet.discord.ledger.count('identify')).toBeLessThanOrEqual(5);
});
