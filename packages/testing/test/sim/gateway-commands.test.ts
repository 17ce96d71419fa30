import { describe, expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';
import { connectRaw, RawClient } from '../raw-client.ts';

describe('commands', () => {
  it('acknowledges heartbeats, also before IDENTIFY', async () => {
    await using discord = await Simulator.start();
    const client = new RawClient(discord.gatewayUrl);
    await client.op(10);
    client.send(1, null);
    await client.op(11);
    expect(discord.ledger.filter('heartbeat')).toMatchObject([{ sequence: null, acknowledged: true, shardId: null }]);
  });

  it.each([
    [4001, 'an unknown opcode', '{"op":99,"d":{}}'],
    [4002, 'what is no JSON', 'hello'],
    [4002, 'more than 4096 bytes', `{"op":3,"d":{"x":"${'é'.repeat(2040)}"}}`],
    [4005, 'a second IDENTIFY', '{"op":2,"d":{}}'],
  ])('closes with %i for %s', async (code, _what, text) => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    client.socket.send(text);
    expect(await client.close()).toBe(code);
  });

  it('closes with 4003 for a command before IDENTIFY', async () => {
    await using discord = await Simulator.start();
    const client = new RawClient(discord.gatewayUrl);
    await client.op(10);
    client.send(3, { status: 'online' });
    expect(await client.close()).toBe(4003);
  });

  it('closes with 4008 at the first command over the limit', async () => {
    await using discord = await Simulator.start({ sendLimit: { count: 5, windowMs: 60_000 } });
    const client = await connectRaw(discord);
    for (let count = 0; count < 5; count++) client.send(3, { status: 'online' });
    expect(await client.close()).toBe(4008);
    expect(discord.ledger.count('command')).toBe(4);
  });

  it('closes with 4009 when heartbeats stay away, and drops the session', async () => {
    await using discord = await Simulator.start({ heartbeatIntervalMs: 150, heartbeatTolerance: 2 });
    const client = await connectRaw(discord);
    expect(await client.close()).toBe(4009);
    expect(discord.sessions()).toEqual([]);
  });

  it('answers Request Guild Members in chunks with the nonce, once per guild in the gap', async () => {
    await using discord = await Simulator.start({ requestMembers: { chunkSize: 4, gapMs: 60_000 } });
    const guild = discord.createGuild({ members: 9 });
    const client = await connectRaw(discord);
    client.send(8, { guild_id: guild.id, query: '', limit: 0, nonce: 'first' });
    await client.payload(({ t, d }) => t === 'GUILD_MEMBERS_CHUNK' && d.chunk_index === 2);
    const chunks = client.payloads.filter(({ t }) => t === 'GUILD_MEMBERS_CHUNK').map(({ d }) => d);
    expect(chunks.map((chunk) => [chunk.members.length, chunk.chunk_index, chunk.chunk_count, chunk.nonce])).toEqual([
      [4, 0, 3, 'first'],
      [4, 1, 3, 'first'],
      [2, 2, 3, 'first'],
    ]);
    client.send(8, { guild_id: guild.id, query: '', limit: 0, nonce: 'second' });
    const limited = await client.event('RATE_LIMITED');
    expect(limited.d).toMatchObject({ opcode: 8, meta: { guild_id: guild.id, nonce: 'second' } });
    expect(limited.d.retry_after).toBeGreaterThan(50);
    client.send(8, { guild_id: guild.id, user_ids: [discord.applicationId, '1'], limit: 0, nonce: 'x'.repeat(33) });
    const byId = await client.payload(({ t, d }) => t === 'GUILD_MEMBERS_CHUNK' && d.not_found !== undefined);
    expect(byId.d).toMatchObject({ members: [{ user: { id: discord.applicationId } }], not_found: ['1'] });
    expect(byId.d.nonce).toBeUndefined();
  });

  it('answers voice state, soundboard and channel info', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const voice = discord.createChannel(guild.id, { type: 2 });
    const client = await connectRaw(discord, { intents: 1 | 128 });
    client.send(4, { guild_id: guild.id, channel_id: voice.id, self_mute: false, self_deaf: true });
    expect((await client.event('VOICE_STATE_UPDATE')).d).toMatchObject({ channel_id: voice.id, self_deaf: true });
    await client.event('VOICE_SERVER_UPDATE');
    client.send(31, { guild_ids: [guild.id] });
    expect((await client.event('SOUNDBOARD_SOUNDS')).d.guild_id).toBe(guild.id);
    client.send(43, { guild_id: guild.id, fields: ['status'] });
    expect((await client.event('CHANNEL_INFO')).d.channels).toEqual([{ id: voice.id, status: null }]);
  });
});

describe('dispatch', () => {
  it('goes by intents, guild and shard; direct messages go to shard 0', async () => {
    await using discord = await Simulator.start({ maxConcurrency: 2 });
    const guild = discord.createGuild({ shardId: 1, totalShards: 2 });
    const zero = await connectRaw(discord, { shard: [0, 2], intents: 1 | 512 | 4096 });
    const one = await connectRaw(discord, { shard: [1, 2], intents: 1 | 512 | 4096 });
    discord.createMessage(guild.channels[0]!.id, { content: 'in the guild' });
    discord.createMessage(discord.createDirectChannel().id, { content: 'direct' });
    discord.dispatch('TYPING_START', { guild_id: guild.id }, { guildId: guild.id });
    discord.dispatch('LAST', {});
    await Promise.all([zero.event('LAST'), one.event('LAST')]);
    expect(zero.events).toEqual(['READY', 'MESSAGE_CREATE', 'LAST']);
    expect(zero.payloads.find(({ t }) => t === 'MESSAGE_CREATE')?.d.content).toBe('direct');
    expect(one.events).toEqual(['READY', 'GUILD_CREATE', 'MESSAGE_CREATE', 'LAST']);
    // Without the message content intent a guild message comes without its content.
    expect(one.payloads.find(({ t }) => t === 'MESSAGE_CREATE')?.d).toMatchObject({ content: '', guild_id: guild.id });
  });
});
