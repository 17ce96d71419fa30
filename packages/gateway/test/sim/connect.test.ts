import { describe, expect, it } from 'vitest';
import { createGateway, startDiscord, until } from './bot.ts';

describe.each(['none', 'payload', 'zlib-stream'] as const)('connect with compression %s', (compression) => {
  it('brings up the recommended number of shards, receives guilds and messages', async () => {
    await using discord = await startDiscord({ shards: 3 });
    const guilds = [0, 1, 2].map((shardId) => discord.createGuild({ shardId, totalShards: 3 }));
    await using gateway = createGateway(discord, { compression });
    const created: string[] = [];
    const messages: string[] = [];
    gateway.on('GUILD_CREATE', (guild, { shardId }) => {
      created.push(`${guild.id} ${shardId}`);
    });
    gateway.on('MESSAGE_CREATE', (message) => {
      messages.push(message.content);
    });
    await gateway.connect();
    expect(gateway.totalShards).toBe(3);
    expect(gateway.user?.id).toBe(discord.user.id);
    expect(gateway.shards.map(({ id, status }) => `${id} ${status}`)).toEqual(['0 ready', '1 ready', '2 ready']);
    await until(() => created.length === 3, 'guilds');
    expect(created.sort()).toEqual(guilds.map((guild, shardId) => `${guild.id} ${shardId}`).sort());
    for (const guild of guilds) discord.createMessage(guild.channels[0]!.id, { content: `hi ${guild.id}` });
    await until(() => messages.length === 3, 'messages');
    expect(messages.sort()).toEqual(guilds.map((guild) => `hi ${guild.id}`).sort());
    expect(gateway.hasGuild(guilds[0]!.id)).toBe(true);
    expect(gateway.totals).toMatchObject({ guilds: 3, unavailable: 0 });
  });

  it('resumes after op 7, close 4000, a reset and op 9 true, and identifies after op 9 false', async () => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord, { compression });
    await gateway.connect();
    const { ledger, faults } = discord;
    for (const fault of [
      () => faults.reconnect(),
      () => faults.close(4000),
      () => faults.reset(),
      () => faults.invalidateSession(true),
      () => faults.close(1000),
      () => faults.close(1001),
      () => faults.badZlib(),
      () => faults.sendRaw('{"op":'),
    ]) {
      const from = ledger.mark();
      fault();
      const resumed = await ledger.waitFor('resume', undefined, { from });
      expect(resumed.outcome).toBe('resumed');
      await until(() => gateway.shards[0]?.status === 'ready', 'ready');
    }
    expect(ledger.count('identify')).toBe(1);
    faults.invalidateSession(false);
    await ledger.waitFor('identify', undefined, { count: 2 });
    await until(() => gateway.shards[0]?.status === 'ready', 'ready');
  });
});
