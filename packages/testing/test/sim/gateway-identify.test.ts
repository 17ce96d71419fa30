import { describe, expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';
import { connectRaw, identifyData, RawClient } from '../raw-client.ts';

const fast = { identifyGapMs: 0 };

describe('identify', () => {
  it('answers HELLO, READY and a GUILD_CREATE for each guild of the shard, keys in the order t, s, op, d', async () => {
    await using discord = await Simulator.start();
    const mine = discord.createGuild({ name: 'mine', shardId: 1, totalShards: 2, memberCount: 7 });
    discord.createGuild({ name: 'other', shardId: 0, totalShards: 2 });
    const client = await connectRaw(discord, { shard: [1, 2] });
    await client.event('GUILD_CREATE');
    expect(client.payloads.map(({ op, t, s }) => [op, t, s])).toEqual([
      [10, null, null],
      [0, 'READY', 1],
      [0, 'GUILD_CREATE', 2],
    ]);
    expect(client.texts.map((text) => Object.keys(JSON.parse(text)))).toEqual(Array(3).fill(['t', 's', 'op', 'd']));
    const [, ready, guild] = client.payloads;
    expect(ready?.d).toMatchObject({
      v: 10,
      user: { id: discord.applicationId },
      application: { id: discord.applicationId },
      guilds: [{ id: mine.id, unavailable: true }],
      shard: [1, 2],
      resume_gateway_url: discord.resumeUrl,
    });
    expect(guild?.d).toMatchObject({ id: mine.id, name: 'mine', member_count: 7 });
    expect(discord.ledger.filter('identify')).toMatchObject([
      { shardId: 1, totalShards: 2, intents: 513, outcome: 'ready', bucket: 0, remaining: 999 },
    ]);
  });

  it('puts the keys into another order when told', async () => {
    await using discord = await Simulator.start({ keyOrder: ['d', 'op', 's', 't'] });
    const client = await connectRaw(discord);
    expect(Object.keys(JSON.parse(client.texts[1]!))).toEqual(['d', 'op', 's', 't']);
  });

  it.each([
    [4004, 'another token', { token: 'other' }],
    [4010, 'a shard outside its total', { shard: [2, 2] }],
    [4010, 'a shard that is no pair', { shard: [0] }],
    [4013, 'intents that do not exist', { intents: 1 << 30 }],
    [4013, 'intents that are no number', { intents: 'all' }],
    [4014, 'an intent that is not allowed', { intents: 2 }],
    [4002, 'no properties', { properties: undefined }],
    [4002, 'no token', { token: undefined }],
  ])('closes with %i for %s', async (code, _what, fields) => {
    await using discord = await Simulator.start({ allowedIntents: 513 });
    const client = new RawClient(discord.gatewayUrl);
    await client.op(10);
    client.send(2, identifyData(discord.token, fields));
    expect(await client.close()).toBe(code);
    expect(discord.ledger.filter('identify')).toMatchObject([{ outcome: code }]);
    expect(discord.ledger.filter('tokenRevoked')).toEqual([]);
  });

  it('closes with 4010 when the total is no multiple of the assigned number, 4011 when a shard has too many guilds', async () => {
    await using discord = await Simulator.start({ shardMultiple: 2, maxGuildsPerShard: 1 });
    const wrong = new RawClient(discord.gatewayUrl);
    await wrong.op(10);
    wrong.send(2, identifyData(discord.token, { shard: [0, 3] }));
    expect(await wrong.close()).toBe(4010);
    discord.createGuild({ shardId: 0, totalShards: 2 });
    discord.createGuild({ shardId: 0, totalShards: 2 });
    const crowded = new RawClient(discord.gatewayUrl);
    await crowded.op(10);
    crowded.send(2, identifyData(discord.token, { shard: [0, 2] }));
    expect(await crowded.close()).toBe(4011);
  });

  it('closes with 4012 for another version and 4002 for an encoding it does not speak', async () => {
    await using discord = await Simulator.start();
    expect(await new RawClient(discord.gatewayUrl, { query: 'v=6&encoding=json' }).close()).toBe(4012);
    expect(await new RawClient(discord.gatewayUrl, { query: 'v=10&encoding=etf' }).close()).toBe(4002);
  });

  it('answers op 9 to a second IDENTIFY of a bucket within the gap, and lets other buckets in', async () => {
    await using discord = await Simulator.start({ maxConcurrency: 2, identifyGapMs: 60_000 });
    await connectRaw(discord, { shard: [0, 4] });
    await connectRaw(discord, { shard: [1, 4] });
    const early = new RawClient(discord.gatewayUrl);
    await early.op(10);
    early.send(2, identifyData(discord.token, { shard: [2, 4] }));
    expect((await early.op(9)).d).toBe(false);
    expect(discord.ledger.filter('identify').map(({ bucket, outcome }) => [bucket, outcome])).toEqual([
      [0, 'ready'],
      [1, 'ready'],
      [0, 'invalidSession'],
    ]);
  });

  it('revokes the token when the daily limit is exceeded: all connections 4004, REST 401', async () => {
    await using discord = await Simulator.start({ ...fast, sessionStart: { remaining: 1 } });
    const good = await connectRaw(discord);
    const excess = new RawClient(discord.gatewayUrl);
    await excess.op(10);
    excess.send(2, identifyData(discord.token));
    expect(await good.close()).toBe(4004);
    expect(await excess.close()).toBe(4004);
    expect(discord.ledger.filter('tokenRevoked')).toMatchObject([{ identifies: 1 }]);
    const me = await fetch(`${discord.restUrl}/users/@me`, { headers: { authorization: `Bot ${discord.token}` } });
    expect(me.status).toBe(401);
    discord.restoreToken();
    await connectRaw(discord);
  });

  it('records a second connection of a shard that has a living one', async () => {
    await using discord = await Simulator.start(fast);
    await connectRaw(discord);
    await connectRaw(discord);
    expect(discord.ledger.filter('duplicate')).toMatchObject([
      { by: 'identify', shardId: 0, connectionId: 2, otherConnectionId: 1 },
    ]);
  });
});
