/** Two gateways of different totals at one Simulator: the second waits in standby and takes over. */
import { describe, it } from 'vitest';
import type { Gateway } from '../../src/index.ts';
import { createGateway, startDiscord, until } from './bot.ts';

const ids = (total: number) => Array.from({ length: total }, (_, id) => id);

function note(gateway: Gateway) {
  const seen = new Map<string, boolean>();
  gateway.on('MESSAGE_CREATE', ({ id }, { replayed }) => void seen.set(id, replayed));
  return seen;
}

describe.concurrent('standby', () => {
  it('hands out nothing, knows its guilds, takes over without a gap, and marks what may be double', async ({
    expect,
  }) => {
    await using discord = await startDiscord({ shards: 2 });
    const channels = Array.from({ length: 6 }, () => discord.createGuild({}).channels[0]?.id ?? '');
    await using old = createGateway(discord, { shards: { ids: ids(2), total: 2 } });
    await using young = createGateway(discord, { shards: { ids: ids(3), total: 3 }, standby: true });
    const [before, after] = [note(old), note(young)];
    await Promise.all([old.connect(), young.connect()]);
    await until(() => young.totals.guilds === 6, 'guilds of the one in standby');
    const said: string[] = [];
    const talk = setInterval(() => {
      const channel = channels[said.length % channels.length] ?? '';
      said.push(discord.createMessage(channel, { content: 'x' }).id);
    }, 5);
    await until(() => young.cutover.kept > 100, 'kept events');
    expect(after.size).toBe(0);
    const times = { atMs: Date.now() + 200, overlapMs: 100 };
    expect([young.takeOver(times), old.handOver(times)]).toEqual([true, true]);
    await until(() => old.cutover.phase === 'retired' && young.cutover.phase === 'active', 'cut over');
    const last = said.length;
    await until(() => said.length > last + 20, 'more said');
    clearInterval(talk);
    await until(() => said.slice(last).every((id) => after.has(id)), 'all of the rest handled');
    expect(said.filter((id) => !before.has(id) && !after.has(id))).toEqual([]);
    const both = said.filter((id) => before.has(id) && after.has(id));
    expect(both.length).toBeGreaterThan(0);
    expect(both.filter((id) => after.get(id) !== true)).toEqual([]);
    expect(young.cutover.doubted).toBeGreaterThanOrEqual(both.length);
    expect([old.takeOver(times), old.handOver(times), old.cancelHandOver()]).toEqual([false, false, false]);
  });

  it('is given up again without a trace, and its end leaves what it kept for the next process', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 1 });
    const channel = discord.createGuild({}).channels[0]?.id ?? '';
    const saved: (number | undefined)[] = [];
    const sessionStore = {
      load: async () => [],
      save: async (records: readonly { sequence: number }[]) => void saved.push(records[0]?.sequence),
      drop: async () => undefined,
    };
    await using gateway = createGateway(discord, { shards: { ids: [0], total: 1 }, standby: true, sessionStore });
    const seen = note(gateway);
    await gateway.connect();
    discord.createMessage(channel, { content: 'x' });
    await until(() => gateway.cutover.kept > 0, 'kept events');
    expect(gateway.takeOver({ atMs: Date.now() + 60_000 })).toBe(true);
    expect(gateway.cancelTakeOver()).toBe(true);
    expect([gateway.cutover.phase, seen.size]).toEqual(['standby', 0]);
    await gateway.close({ resumable: true });
    // READY alone is done with.
    expect(saved.at(-1)).toBe(1);
  });

  it('lets through what it was told to', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 1 });
    discord.createGuild({});
    await using gateway = createGateway(discord, {
      shards: { ids: [0], total: 1 },
      standby: { events: ['GUILD_CREATE'] },
    });
    const guild = gateway.waitFor('GUILD_CREATE');
    await gateway.connect();
    await expect(guild).resolves.toBeDefined();
  });

  it('keeps a shard that was away at the common time until Discord has replayed to it', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 1 });
    const channel = discord.createGuild({}).channels[0]?.id ?? '';
    await using gateway = createGateway(discord, { shards: { ids: [0], total: 1 }, timing: { reconnectBaseMs: 300 } });
    const seen = note(gateway);
    await gateway.connect();
    discord.faults.close(4000, { shardId: 0 });
    await until(() => gateway.shards[0]?.status !== 'ready', 'away');
    gateway.handOver({ atMs: Date.now() - 1_000 });
    const missed = discord.createMessage(channel, { content: 'x' }).id;
    await until(() => gateway.shards[0]?.status === 'ready', 'back');
    const late = discord.createMessage(channel, { content: 'y' }).id;
    await discord.ledger.waitFor('dispatch', (entry) => entry.id === late);
    expect(gateway.cutover.phase).toBe('retired');
    await until(() => seen.has(missed), 'what it missed');
    expect(seen.has(late)).toBe(false);
  });
});
