/** Items 19-23: which shard, identify buckets, the daily limit, several sessions. */
import { message } from '../lib/events.mjs';
import { expect } from '../lib/harness.mjs';

export default [
  {
    item: '19',
    name: 'knows the shard of a guild from all 64 bits of its id',
    async run(t) {
      const { client } = await t.up();
      const total = 5;
      for (const id of ['81384788765712384', '1143277617234231327', '18446744073709551615']) {
        const expected = Number((BigInt(id) >> 22n) % BigInt(total));
        const shard = await client.call('shardOf', id, total);
        expect(shard === expected, `shard ${shard} for ${id}, not ${expected}`);
      }
    },
  },
  {
    item: '19',
    name: 'opens each shard with its id and the total',
    async run(t) {
      const { discord } = await t.up(
        { sessionStart: () => ({ max_concurrency: 16 }) },
        { shards: { ids: [0, 1, 2], total: 3 } },
      );
      await discord.wait('identify', { count: 3, withinMs: 25_000 });
      const shards = discord
        .all('identify')
        .map(({ d }) => JSON.stringify(d.shard))
        .sort()
        .join(' ');
      expect(shards === '[0,3] [1,3] [2,3]', `identified as ${shards}`);
    },
  },
  {
    item: '20',
    name: 'max_concurrency 1: one IDENTIFY in 5 s',
    limitMs: 60_000,
    async run(t) {
      const { discord } = await t.up({}, { shards: { ids: [0, 1, 2], total: 3 } });
      await discord.wait('identify', { count: 3, withinMs: 35_000 });
      const times = discord.all('identify').map(({ atMs }) => atMs);
      for (let turn = 1; turn < 3; turn++)
        expect(
          times[turn] - times[turn - 1] > 4900,
          `two within ${((times[turn] - times[turn - 1]) / 1000).toFixed(2)} s`,
        );
    },
  },
  {
    item: '20',
    name: 'max_concurrency 2: two shards in each 5 s, one of each bucket',
    limitMs: 60_000,
    async run(t) {
      const { discord } = await t.up(
        { sessionStart: () => ({ max_concurrency: 2 }) },
        { shards: { ids: [0, 1, 2, 3], total: 4 } },
      );
      await discord.wait('identify', { count: 4, withinMs: 35_000 });
      const identifies = discord.all('identify');
      for (const bucket of [0, 1]) {
        const times = identifies.filter(({ d }) => d.shard[0] % 2 === bucket).map(({ atMs }) => atMs);
        expect(
          times[1] - times[0] > 4900,
          `bucket ${bucket}: two within ${((times[1] - times[0]) / 1000).toFixed(2)} s`,
        );
      }
      const spanMs = identifies[3].atMs - identifies[0].atMs;
      expect(spanMs < 9500, `four shards took ${(spanMs / 1000).toFixed(1)} s`);
    },
  },
  {
    item: '21',
    name: 'no IDENTIFY while remaining is 0, and one after reset_after',
    limitMs: 60_000,
    async run(t) {
      const endsAt = performance.now() + 9000;
      const left = () => Math.max(0, Math.round(endsAt - performance.now()));
      const discord = await t.discord({
        sessionStart: () =>
          left() > 0 ? { remaining: 0, reset_after: left() } : { remaining: 1000, reset_after: 86_400_000 },
      });
      t.client(discord);
      await t.never(
        () => discord.all('identify').length > 0 && left() > 300,
        8600,
        'identified with nothing remaining',
      );
      await discord.wait('ready', { withinMs: 30_000, what: 'not READY 30 s after the reset' });
    },
  },
  {
    item: '21',
    name: 'counts every IDENTIFY: none beyond the remaining ones when sessions are lost over and over',
    limitMs: 60_000,
    async run(t) {
      let used = 0;
      const remaining = () => Math.max(0, 3 - used);
      const discord = await t.discord({
        sessionStart: () => ({ remaining: remaining(), reset_after: 3_600_000 }),
        on: {
          identify(connection, d) {
            used++;
            connection.ready(d);
            setTimeout(() => connection.isOpen && connection.invalid(false), 100);
            return true;
          },
        },
      });
      t.client(discord);
      await t.never(() => used > 3, 40_000, `a 4th IDENTIFY with 3 remaining`);
      expect(used >= 2, `${used} IDENTIFYs in 40 s`);
    },
  },
  {
    item: '22',
    name: 'takes the number of shards that /gateway/bot recommends',
    async run(t) {
      const { discord } = await t.up({ shards: 4, sessionStart: () => ({ max_concurrency: 16 }) });
      await discord.wait('identify', { count: 4, withinMs: 30_000 });
      expect(
        discord.all('identify').every(({ d }) => d.shard?.[1] === 4),
        'another total',
      );
    },
  },
  {
    item: '23',
    name: 'two processes with the same shard both get every event',
    async run(t) {
      const { discord, client } = await t.up();
      const second = t.client(discord);
      await t.until(() => second.readies.length > 0, 15_000, 'the second is not READY');
      for (let id = 1; id <= 20; id++) discord.dispatch('MESSAGE_CREATE', message(id));
      const count = (which) => which.dispatches.filter(({ type }) => type === 'MESSAGE_CREATE').length;
      await t.until(
        () => count(client) === 20 && count(second) === 20,
        5000,
        `${count(client)} and ${count(second)} of 20 events`,
      );
    },
  },
];
