/** IDENTIFY: in its buckets, within its budget. And the shards of one process, one by one. */
import { describe, it } from 'vitest';
import { createIdentifyLimiter, fetchGatewayBot, type Gateway } from '../../src/index.ts';
import { createGateway, startDiscord, until } from './bot.ts';

const ready = (gateway: Gateway) => gateway.shards.filter(({ status }) => status === 'ready').length;

describe.concurrent('identify', () => {
  it('starts buckets of max_concurrency shards in order, with the gap between, and no op 9', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 7, maxConcurrency: 3, identifyGapMs: 150 });
    const getGatewayBot = () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl });
    await using gateway = createGateway(discord, {
      identifyLimiter: createIdentifyLimiter({ getGatewayBot, gapMs: 400 }),
    });
    await gateway.connect();
    const identifies = discord.ledger.filter('identify');
    expect(identifies.map(({ outcome }) => outcome)).toEqual(Array(7).fill('ready'));
    const rounds = [identifies.slice(0, 3), identifies.slice(3, 6), identifies.slice(6)];
    expect(rounds.map((round) => round.map(({ shardId }) => shardId).sort())).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  it('waits for the day to end instead of using it up, counting what shards identify again', async ({ expect }) => {
    await using discord = await startDiscord({
      shards: 1,
      sessionStart: { total: 3, remaining: 3, resetAfterMs: 3_000 },
    });
    const getGatewayBot = () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl });
    const identifyLimiter = createIdentifyLimiter({ getGatewayBot, gapMs: 0, reserve: 1, budgetRetryMs: 50 });
    await using gateway = createGateway(discord, { identifyLimiter });
    await gateway.connect();
    discord.faults.invalidateSession(false);
    await discord.ledger.waitFor('identify', undefined, { count: 2 });
    await until(() => ready(gateway) === 1, 'ready');
    discord.faults.invalidateSession(false);
    const third = await discord.ledger.waitFor('identify', undefined, { count: 3, timeoutMs: 10_000 });
    // The reserve was never touched: the third came after the reset.
    expect(third.remaining).toBe(2);
    expect(discord.ledger.count('tokenRevoked')).toBe(0);
  });

  it('brings up every shard though each is answered by op 9 first', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 4 });
    discord.faults.next({ identify: 'invalidSession' }, 4);
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(ready(gateway)).toBe(4);
    expect(discord.ledger.count('identify')).toBe(8);
  });

  it('gives the permit back when a shard is stopped while it waits or connects', async ({ expect }) => {
    await using discord = await startDiscord({ maxConcurrency: 1 });
    discord.faults.next({ hello: 'missing' });
    await using gateway = createGateway(discord, { shards: { ids: [0, 1, 2], total: 3 } });
    const connecting = gateway.connect().catch((error: unknown) => error);
    await discord.ledger.waitFor('connect');
    await gateway.stopShard(1);
    await gateway.stopShard(0);
    expect(await connecting).toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
    await until(() => ready(gateway) === 1, 'shard 2');
    expect(gateway.shards.map(({ id }) => id)).toEqual([2]);
  });
});

describe.concurrent('single shards', () => {
  it('start, stop and start again with their session', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild({ shardId: 1, totalShards: 2 });
    await using gateway = createGateway(discord, { shards: { ids: [0], total: 2 } });
    await gateway.connect();
    expect(gateway.hasGuild(guild.id)).toBe(false);
    await gateway.startShard(1);
    await until(() => gateway.hasGuild(guild.id), 'guild');
    await gateway.stopShard(1, { resumable: true });
    expect(gateway.shards.map(({ id }) => id)).toEqual([0]);
    await gateway.startShard(1);
    expect(gateway.hasGuild(guild.id)).toBe(true);
    expect(discord.ledger.count('identify')).toBe(2);
    expect(discord.ledger.filter('resume')).toMatchObject([{ shardId: 1, outcome: 'resumed' }]);
    await gateway.stopShard(1);
    await gateway.startShard(1);
    expect(discord.ledger.count('identify')).toBe(3);
    await expect(gateway.startShard(2)).rejects.toThrow(
      new RangeError('gateway: shard id must be a whole number below 2, got 2'),
    );
    await expect(gateway.stopShard(9)).rejects.toThrow('gateway: this process does not hold shard 9');
  });

  it('restart with or without their session', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    await gateway.restartShard(0, { mode: 'resume' });
    expect([discord.ledger.count('identify'), discord.ledger.count('resume')]).toEqual([1, 1]);
    await gateway.restartShard(0, { mode: 'identify' });
    expect([discord.ledger.count('identify'), discord.ledger.count('resume')]).toEqual([2, 1]);
    expect(discord.sessions()).toHaveLength(1);
  });

  it('tell how they are', async ({ expect }) => {
    await using discord = await startDiscord({ heartbeatIntervalMs: 100 });
    discord.createGuild({ memberCount: 12 });
    await using gateway = createGateway(discord);
    expect([gateway.shards, gateway.totalShards, gateway.user, gateway.applicationId]).toEqual([
      [],
      0,
      undefined,
      undefined,
    ]);
    await gateway.connect();
    await until(() => gateway.shards[0]?.latencyMs !== undefined && gateway.totals.users === 12, 'figures');
    expect(gateway.shards[0]).toEqual({
      id: 0,
      status: 'ready',
      guilds: 1,
      unavailable: 0,
      users: 12,
      latencyMs: expect.any(Number),
      lastEventAgeMs: expect.any(Number),
      resumes: 0,
      identifies: 1,
      lastCloseCode: undefined,
      sequence: 2,
    });
  });
});
