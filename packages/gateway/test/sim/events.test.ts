/** The ways to receive: listeners, streams, bytes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect as expectAlone, it } from 'vitest';
import { createGateway, startDiscord, until } from './bot.ts';

describe.concurrent('listeners', () => {
  it('report what they throw or reject with, and cannot stop the shard or each other', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    const errors: unknown[] = [];
    const seen: string[] = [];
    gateway.on('error', (error) => {
      errors.push(error);
      throw new Error('the error listener fails too');
    });
    gateway.on('MESSAGE_CREATE', () => {
      throw new Error('thrown');
    });
    gateway.on('MESSAGE_CREATE', async () => {
      throw new Error('rejected');
    });
    gateway.on('MESSAGE_CREATE', ({ content }) => {
      seen.push(content);
    });
    gateway.on('ready', () => {
      throw new Error('ready');
    });
    await gateway.connect();
    for (const content of ['one', 'two']) discord.createMessage(guild.channels[0]!.id, { content });
    await until(() => errors.length === 5, 'errors');
    expect(seen).toEqual(['one', 'two']);
    expect(errors).toContainEqual({ cause: new Error('thrown'), event: 'MESSAGE_CREATE', shardId: 0 });
    expect(errors).toContainEqual({ cause: new Error('rejected'), event: 'MESSAGE_CREATE', shardId: 0 });
    expect(errors).toContainEqual({ cause: new Error('ready'), event: 'ready', shardId: 0 });
    expect(discord.ledger.count('connect')).toBe(1);
  });

  it('come and go: once, off, a signal', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    const seen: string[] = [];
    const abort = new AbortController();
    const off = () => seen.push('off');
    gateway.once('MESSAGE_CREATE', () => seen.push('once'));
    gateway.on('MESSAGE_CREATE', off).off('MESSAGE_CREATE', off);
    gateway.on('MESSAGE_CREATE', () => seen.push('signal'), { signal: abort.signal });
    await gateway.connect();
    for (let count = 1; count <= 3; count++) {
      discord.createMessage(guild.channels[0]!.id);
      const arrived = gateway.waitFor('MESSAGE_CREATE');
      await arrived;
      if (count === 2) abort.abort();
    }
    expect(seen).toEqual(['once', 'signal', 'signal']);
  });

  it('get every event as one object from `dispatch`, READY and RESUMED among them', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    const types: string[] = [];
    gateway.on('dispatch', ({ type, shardId, sequence }) => types.push(`${shardId} ${sequence} ${type}`));
    await gateway.connect();
    discord.createGuild();
    await until(() => types.length === 2, 'guild');
    discord.faults.close(4000);
    await until(() => types.length === 3, 'resumed');
    expect(types).toEqual(['0 1 READY', '0 2 GUILD_CREATE', '0 3 RESUMED']);
  });

  it('are not fooled by events that bear the names of the gateway itself', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    let ready = 0;
    gateway.on('ready', () => ready++);
    gateway.on('error', () => ready++);
    const seen: string[] = [];
    gateway.on('dispatch', ({ type }) => seen.push(type));
    await gateway.connect();
    for (const name of ['ready', 'error', 'fatal', 'raw', 'dispatch', 'shardStatus', 'last'])
      discord.dispatch(name, {}, { shardId: 0 });
    await until(() => seen.includes('last'), 'last');
    expect(ready).toBe(1);
    expect(seen).toHaveLength(8);
  });

  it('get the bytes of each payload from `raw`, as Discord sent them', async ({ expect }) => {
    for (const compression of ['none', 'zlib-stream'] as const) {
      await using discord = await startDiscord();
      const guild = discord.createGuild();
      await using gateway = createGateway(discord, { compression });
      const payloads: unknown[] = [];
      gateway.on('raw', ({ type, sequence, shardId, bytes }) => {
        payloads.push([type, sequence, shardId, JSON.parse(bytes.toString())]);
      });
      await gateway.connect();
      discord.createMessage(guild.channels[0]!.id, { content: 'caf\u00e9 \u{1f600}' });
      await until(() => payloads.length === 3, 'payloads');
      expect(payloads[2]).toMatchObject([
        'MESSAGE_CREATE',
        3,
        0,
        { op: 0, s: 3, t: 'MESSAGE_CREATE', d: { content: 'caf\u00e9 \u{1f600}' } },
      ]);
    }
  });

  it('are told each change of status, in order', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    const statuses: string[] = [];
    gateway.on('shardStatus', ({ previous, status }) => statuses.push(`${previous} > ${status}`));
    await gateway.connect();
    discord.faults.close(4000);
    await discord.ledger.waitFor('resumed');
    await until(() => gateway.shards[0]?.status === 'ready', 'ready');
    expect(statuses).toEqual([
      'idle > queued',
      'queued > connecting',
      'connecting > greeting',
      'greeting > identifying',
      'identifying > ready',
      'ready > waiting',
      'waiting > queued',
      'queued > connecting',
      'connecting > greeting',
      'greeting > resuming',
      'resuming > ready',
    ]);
  });
});

describe.concurrent('events()', () => {
  it('yields the named events in order, of every shard', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 2 });
    const guilds = [0, 1].map((shardId) => discord.createGuild({ shardId, totalShards: 2 }));
    await using gateway = createGateway(discord);
    const stream = gateway.events(['MESSAGE_CREATE', 'CHANNEL_CREATE']);
    await gateway.connect();
    for (const guild of guilds) {
      discord.createMessage(guild.channels[0]!.id, { content: 'hi' });
      discord.createChannel(guild.id, { name: 'new' });
    }
    const seen: string[] = [];
    for await (const event of stream) {
      seen.push(
        event.type === 'MESSAGE_CREATE'
          ? `${event.shardId} ${event.data.content}`
          : `${event.shardId} ${event.data.name}`,
      );
      if (seen.length === 4) break;
    }
    expect(seen.filter((text) => text.startsWith('0'))).toEqual(['0 hi', '0 new']);
    expect(seen.filter((text) => text.startsWith('1'))).toEqual(['1 hi', '1 new']);
    await gateway.idle();
  });

  it('throws when the reader falls behind, instead of growing', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    const stream = gateway.events(['MESSAGE_CREATE'], { maxBuffered: 3 });
    await gateway.connect();
    const last = gateway.waitFor('MESSAGE_CREATE', ({ content }) => content === '4');
    for (const content of ['1', '2', '3', '4']) discord.createMessage(guild.channels[0]!.id, { content });
    await last;
    await expect(stream.next()).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_OVERFLOW' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await gateway.idle();
  });

  it('ends with the reason of its signal, and with the gateway', async ({ expect }) => {
    await using discord = await startDiscord();
    const gateway = createGateway(discord);
    await gateway.connect();
    const abort = new AbortController();
    const aborted = expect(gateway.events(['MESSAGE_CREATE'], { signal: abort.signal }).next()).rejects.toThrow(
      'enough',
    );
    abort.abort(new Error('enough'));
    await aborted;
    const open = gateway.events(['MESSAGE_CREATE']).next();
    await gateway.close();
    expect(await open).toEqual({ done: true, value: undefined });
    expect(await gateway.events(['MESSAGE_CREATE']).next()).toEqual({ done: true, value: undefined });
  });

  it('holds the session back until the reader asks for the next event', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    const stream = gateway.events(['MESSAGE_CREATE']);
    await gateway.connect();
    discord.createMessage(guild.channels[0]!.id);
    await stream.next();
    let idle = false;
    void gateway.idle().then(() => {
      idle = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(idle).toBe(false);
    void stream.next();
    await until(() => idle, 'idle');
  });
});

describe.concurrent('waitFor()', () => {
  it('gives the first event that fits, its own events too', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    await using gateway = createGateway(discord);
    const ready = gateway.waitFor('ready');
    await gateway.connect();
    expect(await ready).toMatchObject({ shardId: 0, resumed: false });
    const waiting = gateway.waitFor(
      'MESSAGE_CREATE',
      (message, { shardId }) => shardId === 0 && message.content === 'b',
    );
    for (const content of ['a', 'b', 'c']) discord.createMessage(guild.channels[0]!.id, { content });
    expect((await waiting).content).toBe('b');
  });

  it('gives up after its time, on abort, on close, and on a predicate that throws', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const gateway = createGateway(discord);
    await gateway.connect();
    const never = () => false;
    await expect(gateway.waitFor('MESSAGE_CREATE', never, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TINFOIL_GATEWAY_TIMEOUT',
    });
    const abort = new AbortController();
    const aborted = gateway.waitFor('MESSAGE_CREATE', never, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(gateway.waitFor('MESSAGE_CREATE', never, { signal: abort.signal })).rejects.toThrow('enough');
    const throwing = gateway.waitFor('MESSAGE_CREATE', () => {
      throw new Error('predicate');
    });
    discord.createMessage(guild.channels[0]!.id);
    await expect(throwing).rejects.toThrow('predicate');
    const open = gateway.waitFor('MESSAGE_CREATE', never);
    await gateway.close();
    await expect(open).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
    await expect(gateway.waitFor('MESSAGE_CREATE')).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
  });
});

it('errors that nobody listens for go to the diagnostics channel, and to nobody else', async () => {
  const published: unknown[] = [];
  const listen = (message: unknown) => published.push(message);
  subscribe('tinfoil:gateway:error', listen);
  await using discord = await startDiscord();
  await using gateway = createGateway(discord);
  gateway.on('ready', () => {
    throw new Error('unheard');
  });
  await gateway.connect();
  unsubscribe('tinfoil:gateway:error', listen);
  expectAlone(published).toEqual([{ cause: new Error('unheard'), event: 'ready', shardId: 0 }]);
});
