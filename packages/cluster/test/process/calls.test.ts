/** Calls between real pods, of which some hang, are gone, or hold other keys. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type Fleet, startFleet } from './fleet.ts';

const timeout = 30_000;
let fleet: Fleet;

interface Answer {
  readonly ok: number;
  readonly failed: number;
  readonly complete: boolean;
  readonly tookMs: number;
  readonly results: { readonly pod: string; readonly ok: boolean; readonly error?: string; readonly value?: unknown }[];
}

beforeAll(async () => {
  fleet = await startFleet({ totalShards: 6, discord: { maxConcurrency: 6 } });
  await fleet.up();
}, 30_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

const failures = ({ results }: Answer) => results.flatMap(({ pod, ok, error }) => (ok ? [] : [`${pod} ${error}`]));

it('sends a call for shard 0, and for a guild of it, to its owner alone', { timeout }, async () => {
  const guild = fleet.guilds.find((_, index) => index % 6 === 0);
  expect(await fleet.pod(3).ask('shard', { shardId: 0, name: 'who' })).toMatchObject({ ordinal: 0 });
  expect(await fleet.pod(3).ask('guild', { guildId: guild?.id, name: 'shard', args: {} })).toBe(0);
});

it('answers 500 calls at once, none lost and none mixed up', { timeout }, async () => {
  const answers = await fleet
    .pod(0)
    .ask<number[]>('many', { shardId: 1, name: 'echo', args: { text: 'ä€😀' }, count: 500 });
  expect(answers).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

it('holds up nobody behind a slow handler', { timeout }, async () => {
  const measure = () => fleet.pod(0).ask<number[]>('latencies', { shardId: 1, forMs: 1_500 });
  const p99 = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length * 0.99)] ?? Number.NaN;
  await measure();
  const before = p99(await measure());
  const slow = fleet
    .pod(0)
    .ask('shard', { shardId: 1, name: 'slow', args: { ms: 2_500 }, options: { timeoutMs: 5_000 } });
  const during = p99(await measure());
  expect(await slow).toBe('late');
  expect(during - before).toBeLessThan(20);
});

it('names a call that fails: unknown handler, deadline', { timeout }, async () => {
  await expect(fleet.pod(0).ask('shard', { shardId: 1, name: 'nothing' })).rejects.toMatchObject({ reason: 'unknown' });
  const slow = { shardId: 1, name: 'slow', args: { ms: 3_000 }, options: { timeoutMs: 200 } };
  await expect(fleet.pod(0).ask('shard', slow)).rejects.toMatchObject({ reason: /timeout|deadline/ });
});

it('names the hung, the refusing, the unauthorised and the slow pod of a broadcast, within its deadline', {
  timeout,
}, async () => {
  const [, hung, refusing, stranger] = fleet.pods;
  hung?.process.kill('SIGSTOP');
  await refusing?.end('SIGKILL');
  await stranger?.end('SIGTERM');
  const otherKeys = join(fleet.directory, 'other-keys');
  writeFileSync(otherKeys, `one ${'x'.repeat(40)}\n`);
  fleet.change({ TINFOIL_KEYS_FILE: otherKeys });
  stranger?.restart();
  await stranger?.told('listening');
  const ask = (args: object) =>
    fleet.pod(0).ask<Answer>('broadcast', {
      name: 'slow',
      args: { ms: 1 },
      options: { timeoutMs: 500, deadlineMs: 800, ...args },
    });
  const answer = await ask({});
  expect(failures(answer)).toEqual(['bot-1 timeout', 'bot-2 refused', 'bot-3 unauthorized']);
  expect(answer.tookMs).toBeLessThan(900);
  const slow = await fleet
    .pod(0)
    .ask<Answer>('broadcast', { name: 'slow', args: { ms: 2_000 }, options: { timeoutMs: 300, deadlineMs: 800 } });
  expect(slow.tookMs).toBeLessThan(900);
  expect(slow.ok).toBe(0);
  hung?.process.kill('SIGCONT');
  await eventually(async () => failures(await ask({})).length === 2, 'the hung pod answers again');
  // The next broadcast is untouched by the ones before.
  expect(failures(await ask({}))).toEqual(['bot-2 refused', 'bot-3 unauthorized']);
});

it('says what of the cluster its state covers when pods are away, and does not fall', { timeout }, async () => {
  await eventually(async () => (await fleet.state(0)).coverage < 1, 'a poll that missed them');
  const state = await fleet.state(0);
  expect(state.missing).toEqual(['bot-2', 'bot-3']);
  expect(state.coverage).toBeCloseTo(4 / 6);
  expect(state.guilds.value).toBe(fleet.guilds.length);
  expect(state.guilds.stale).toBe(4);
});
