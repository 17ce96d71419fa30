/** What goes to Discord: when, how fast, and what it answers. */
import { describe, it } from 'vitest';
import { createGateway, startDiscord, until } from './bot.ts';

const members = ['Guilds', 'GuildMembers'] as const;

describe.concurrent('commands', () => {
  it('keeps what is sent while the session resumes, and delivers it after RESUMED, once and in order', async ({
    expect,
  }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.next({ hello: 100 });
    discord.faults.close(4000);
    await until(() => gateway.shards[0]?.status !== 'ready', 'lost');
    const sent = Promise.all(
      [1, 2, 3].map((number) => gateway.send(0, { op: 4, d: { guild_id: String(number), channel_id: null } })),
    );
    const resumed = await discord.ledger.waitFor('resumed');
    await sent;
    const commands = [
      await discord.ledger.waitFor('command', undefined, { count: 3 }),
      ...discord.ledger.filter('command'),
    ].slice(1);
    expect(commands.map(({ data }) => (data as { guild_id: string }).guild_id)).toEqual(['1', '2', '3']);
    for (const command of commands) {
      expect(command.index).toBeGreaterThan(resumed.index);
      expect(command.connectionId).toBe(resumed.connectionId);
    }
    expect(discord.ledger.count('command')).toBe(3);
  });

  it('refuses more than 4,096 bytes before they leave', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(() => gateway.send(0, { op: 3, d: { text: '\u00e9'.repeat(2_100) } })).toThrow(RangeError);
    expect(() => gateway.send(7, { op: 3, d: {} })).toThrow('gateway: this process does not hold shard 7');
    expect(discord.ledger.count('command')).toBe(0);
  });

  it('never exceeds the send limit, heartbeats included, and sends everything in the end', async ({ expect }) => {
    await using discord = await startDiscord({
      heartbeatIntervalMs: 41_250,
      sendLimit: { count: 120, windowMs: 1_000 },
    });
    await using gateway = createGateway(discord, { timing: { sendWindowMs: 1_500 } });
    await gateway.connect();
    const commands = Array.from({ length: 200 }, (_, index) =>
      gateway.send(0, { op: 4, d: { guild_id: String(index) } }),
    );
    await Promise.all(commands);
    await discord.ledger.waitFor('command', undefined, { count: 200 });
    expect(discord.ledger.count('close')).toBe(0);
    const times = discord.ledger.filter('command').map(({ atMs }) => atMs);
    for (const [index, time] of times.entries())
      if (index >= 116) expect(time - times[index - 116]!).toBeGreaterThan(1_000);
    expect(discord.ledger.filter('command').map(({ data }) => Number((data as { guild_id: string }).guild_id))).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  it('is alive with a queue full of commands: heartbeats have their reserve', async ({ expect }) => {
    await using discord = await startDiscord({ heartbeatIntervalMs: 300, sendLimit: false });
    await using gateway = createGateway(discord, { timing: { sendWindowMs: 60_000 } });
    await gateway.connect();
    for (let index = 0; index < 500; index++) void gateway.send(0, { op: 4, d: { guild_id: String(index) } });
    await discord.ledger.waitFor('heartbeat', undefined, { count: 4 });
    expect(gateway.shards[0]?.status).toBe('ready');
    await expect(gateway.close()).resolves.toBeUndefined();
  });

  it('sets presence now and at every later IDENTIFY, and voice state', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 2 });
    const guild = discord.createGuild({ shardId: 1, totalShards: 2 });
    const first = { since: null, activities: [], status: 'idle', afk: false } as const;
    await using gateway = createGateway(discord, { presence: first as never });
    await gateway.connect();
    expect(discord.ledger.filter('identify')[0]?.presence).toEqual(first);
    await gateway.setPresence({ ...first, status: 'dnd' } as never);
    const commands = await Promise.all(
      [0, 1].map((shardId) => discord.ledger.waitFor('command', (entry) => entry.shardId === shardId)),
    );
    expect(commands.map(({ op, data }) => [op, (data as { status: string }).status])).toEqual([
      [3, 'dnd'],
      [3, 'dnd'],
    ]);
    const from = discord.ledger.mark();
    discord.faults.invalidateSession(false, { shardId: 0 });
    const identify = await discord.ledger.waitFor('identify', undefined, { from });
    expect(identify.presence).toMatchObject({ status: 'dnd' });
    const state = { guild_id: guild.id, channel_id: null, self_mute: false, self_deaf: true };
    await gateway.updateVoiceState(state);
    expect(await discord.ledger.waitFor('command', ({ op }) => op === 4)).toMatchObject({ shardId: 1, data: state });
    expect(() =>
      gateway.setPresence({ ...first, activities: [{ name: 'x'.repeat(5_000), type: 0 }] } as never),
    ).toThrow(RangeError);
  });
});

describe.concurrent('requests', () => {
  it('yields all members of a guild, chunk by chunk', async ({ expect }) => {
    await using discord = await startDiscord({ requestMembers: { chunkSize: 10 } });
    const guild = discord.createGuild({ members: 34 });
    await using gateway = createGateway(discord, { intents: members });
    await gateway.connect();
    const ids: string[] = [];
    const indexes: number[] = [];
    for await (const chunk of gateway.requestGuildMembers({ guildId: guild.id })) {
      indexes.push(chunk.chunk_index);
      ids.push(...chunk.members.map(({ user }) => user.id));
    }
    expect(indexes).toEqual([0, 1, 2, 3]);
    expect(ids.sort()).toEqual(guild.members.map(({ user }) => user.id).sort());
  });

  it('throws when the reader of the chunks falls behind, instead of growing', async ({ expect }) => {
    await using discord = await startDiscord({ requestMembers: { chunkSize: 2 } });
    const guild = discord.createGuild({ members: 20 });
    await using gateway = createGateway(discord, { intents: members });
    await gateway.connect();
    const chunks = gateway.requestGuildMembers({ guildId: guild.id }, { maxBuffered: 3 });
    const readAll = async () => {
      for await (const chunk of chunks)
        await gateway.waitFor('GUILD_MEMBERS_CHUNK', () => chunk.chunk_index < 0, { timeoutMs: 30 }).catch(() => {});
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_OVERFLOW' });
  });

  it('tells concurrent requests apart, and names ids that are no members', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild({ members: 5 });
    await using gateway = createGateway(discord, { intents: members });
    await gateway.connect();
    const wanted = guild.members.map(({ user }) => user.id);
    const found = await Promise.all(
      wanted.map(async (id) => {
        const answer = await gateway.requestGuildMembers({ guildId: guild.id, userIds: [id] }).next();
        return answer.value?.members[0]?.user.id;
      }),
    );
    expect(found).toEqual(wanted);
    for await (const chunk of gateway.requestGuildMembers({ guildId: guild.id, userIds: ['123456789012345678'] }))
      expect(chunk.not_found).toEqual(['123456789012345678']);
  });

  it('spaces full lists of one guild, and asks again after RATE_LIMITED', async ({ expect }) => {
    await using discord = await startDiscord({ requestMembers: { gapMs: 400 } });
    const guild = discord.createGuild({ members: 3 });
    await using gateway = createGateway(discord, { intents: members, timing: { memberRequestGapMs: 200 } });
    await gateway.connect();
    const list = async () => {
      let count = 0;
      for await (const chunk of gateway.requestGuildMembers({ guildId: guild.id })) count += chunk.members.length;
      return count;
    };
    expect(await Promise.all([list(), list()])).toEqual([4, 4]);
    const times = discord.ledger.filter('command', ({ op }) => op === 8).map(({ atMs }) => atMs);
    // Asked once, held back by the gateway's own gap, limited by Discord, asked again.
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThan(150);
    expect(times[2]! - times[0]!).toBeGreaterThan(390);
  });

  it('asks again when the answer was lost with its session', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild({ members: 3 });
    await using gateway = createGateway(discord, { intents: members, timing: { memberRequestGapMs: 0 } });
    await gateway.connect();
    discord.faults.silence();
    const answer = gateway.requestGuildMembers({ guildId: guild.id, query: '', limit: 1 }).next();
    await discord.ledger.waitFor('command');
    discord.faults.invalidateSession(false);
    expect((await answer).value?.members).toHaveLength(1);
  });

  it('gives up on silence, on abort and on close, and leaves no listener', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const gateway = createGateway(discord, { intents: members });
    await gateway.connect();
    discord.faults.silence();
    const ask = (options: object) => gateway.requestGuildMembers({ guildId: guild.id, userIds: ['1'] }, options).next();
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_TIMEOUT' });
    const abort = new AbortController();
    const aborted = ask({ signal: abort.signal });
    await discord.ledger.waitFor('command', undefined, { count: 2 });
    abort.abort(new Error('no longer'));
    await expect(aborted).rejects.toThrow('no longer');
    const open = expect(ask({})).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
    await discord.ledger.waitFor('command', undefined, { count: 3 });
    await gateway.close();
    await open;
  });

  it('asks for soundboard sounds and channel info', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(await gateway.requestSoundboardSounds(guild.id)).toMatchObject({
      guild_id: guild.id,
      soundboard_sounds: [],
    });
    expect(await gateway.requestChannelInfo(guild.id, { fields: ['status'] })).toMatchObject({ guild_id: guild.id });
    expect(discord.ledger.filter('command').map(({ op, data }) => [op, data])).toEqual([
      [31, { guild_ids: [guild.id] }],
      [43, { guild_id: guild.id, fields: ['status'] }],
    ]);
  });
});
