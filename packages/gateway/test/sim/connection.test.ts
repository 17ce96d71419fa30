/** One connection after the other, over every way a connection can end. The Simulator's ledger says what happened. */
import { describe, it } from 'vitest';
import type { GatewayFatalError } from '../../src/index.ts';
import { createGateway, startDiscord, until } from './bot.ts';

const compressions = ['none', 'zlib-stream'] as const;

describe.concurrent('a ready shard', () => {
  it.for([4000, 4001, 4002, 4005, 4008, 1000, 1001, 1011, 4999])('resumes after close %i', async (code, { expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.close(code);
    const resume = await discord.ledger.waitFor('resume');
    expect(resume).toMatchObject({ outcome: 'resumed', host: 'resume' });
    await until(() => gateway.shards[0]?.status === 'ready', 'ready');
    expect(discord.ledger.count('identify')).toBe(1);
    expect(gateway.shards[0]).toMatchObject({ resumes: 1, identifies: 1, lastCloseCode: code });
  });

  it.for([4003, 4007, 4009])('identifies after close %i, at the main URL', async (code, { expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    const from = discord.ledger.mark();
    discord.faults.close(code);
    const { connectionId } = await discord.ledger.waitFor('identify', undefined, { from });
    expect(discord.ledger.filter('connect', (entry) => entry.connectionId === connectionId)[0]?.host).toBe('main');
    expect(discord.ledger.count('resume')).toBe(0);
  });

  it('resumes after a reset without a close frame', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.reset();
    expect((await discord.ledger.waitFor('resume')).outcome).toBe('resumed');
    expect(gateway.shards[0]?.lastCloseCode).toBe(1006);
  });

  it('closes with 4900 on op 7 and resumes', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.reconnect();
    expect((await discord.ledger.waitFor('resume')).outcome).toBe('resumed');
    expect(discord.ledger.filter('close')[0]).toMatchObject({ by: 'client', code: 4900, sessionKept: true });
  });

  it('survives a storm of op 7 without an IDENTIFY', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.reconnectStorm(6);
    discord.faults.reconnect();
    await discord.ledger.waitFor('resumed', undefined, { count: 7 });
    await until(() => gateway.shards[0]?.status === 'ready', 'ready');
    expect(discord.ledger.count('identify')).toBe(1);
  });

  it('resumes on a new connection after op 9 true', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.invalidateSession(true);
    const resume = await discord.ledger.waitFor('resume');
    expect(resume.outcome).toBe('resumed');
    expect(resume.connectionId).not.toBe(discord.ledger.filter('identify')[0]?.connectionId);
  });

  it('drops the session after op 9 false and identifies at the main URL', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.invalidateSession(false);
    const identify = await discord.ledger.waitFor('identify', undefined, { count: 2 });
    expect(identify.outcome).toBe('ready');
    expect(discord.ledger.count('resume')).toBe(0);
    expect(discord.ledger.filter('connect').map(({ host }) => host)).toEqual(['main', 'main']);
  });

  it.for(compressions)(
    'cuts a frozen connection within two heartbeats, one socket, and resumes (%s)',
    async (compression, { expect }) => {
      await using discord = await startDiscord({ heartbeatIntervalMs: 200, heartbeatTolerance: false });
      await using gateway = createGateway(discord, { compression });
      await gateway.connect();
      const frozenAtMs = performance.now();
      discord.faults.freeze();
      const resume = await discord.ledger.waitFor('resume');
      expect(resume.outcome).toBe('resumed');
      // Two intervals at most, and the delay before the reconnect: no 30 s of waiting for a close frame.
      expect(resume.atMs - frozenAtMs).toBeLessThan(5_000);
      expect(discord.ledger.count('connect')).toBe(2);
    },
  );

  it('takes lost ACKs for a dead connection though events still come', async ({ expect }) => {
    await using discord = await startDiscord({ heartbeatIntervalMs: 200 });
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.loseAcks();
    expect((await discord.ledger.waitFor('resume')).outcome).toBe('resumed');
  });

  it('answers op 1 at once with the last sequence', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.createGuild();
    await until(() => gateway.totals.guilds === 1, 'guild');
    discord.faults.requestHeartbeat();
    const heartbeat = await discord.ledger.waitFor('heartbeat');
    expect(heartbeat.sequence).toBe(gateway.shards[0]?.sequence);
  });

  it('beats first within the interval, then every interval, and measures the round trip', async ({ expect }) => {
    await using discord = await startDiscord({ heartbeatIntervalMs: 150 });
    await using gateway = createGateway(discord);
    await gateway.connect();
    const [hello] = discord.ledger.filter('hello');
    const beats = [1, 2, 3, 4].map((count) => discord.ledger.waitFor('heartbeat', undefined, { count }));
    const times = (await Promise.all(beats)).map(({ atMs }) => atMs - hello!.atMs);
    // Late is the machine's doing, early would be ours: beat n is due n intervals after the first, which is due after HELLO.
    expect(times[0]).toBeLessThan(1_000);
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThan(index * 150 - 5);
    await until(() => gateway.shards[0]?.latencyMs !== undefined, 'latency');
    expect(gateway.shards[0]?.latencyMs).toBeGreaterThan(0);
  });

  it.for(compressions)(
    'replaces a connection on which garbage came, and goes on (%s)',
    async (compression, { expect }) => {
      await using discord = await startDiscord();
      await using gateway = createGateway(discord, { compression });
      const errors: unknown[] = [];
      gateway.on('error', ({ cause }) => errors.push(cause));
      await gateway.connect();
      for (const garbage of [
        '{"op":',
        '[]',
        '"x"',
        'null',
        '{"op":"0"}',
        Uint8Array.of(0xde, 0xad, 0, 0, 0xff, 0xff),
      ]) {
        const from = discord.ledger.mark();
        discord.faults.sendRaw(garbage);
        expect((await discord.ledger.waitFor('resume', undefined, { from })).outcome).toBe('resumed');
        await until(() => gateway.shards[0]?.status === 'ready', 'ready');
      }
      expect(errors.length).toBeGreaterThanOrEqual(6);
      for (const error of errors) expect(error).toMatchObject({ code: 'TINFOIL_GATEWAY_BAD_PAYLOAD', shardId: 0 });
    },
  );

  it('ignores opcodes it does not know, and delivers events it does not know', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    const seen: unknown[] = [];
    gateway.on('BRAND_NEW_EVENT', (data, context) => seen.push([data, context]));
    discord.faults.sendRaw('{"op":77,"d":{"any":"thing"}}');
    discord.dispatch('BRAND_NEW_EVENT', { answer: 42 }, { shardId: 0 });
    await until(() => seen.length === 1, 'event');
    expect(seen[0]).toEqual([{ answer: 42 }, { shardId: 0, sequence: gateway.shards[0]?.sequence, replayed: false }]);
    expect(discord.ledger.count('connect')).toBe(1);
  });
});

describe.concurrent('a shard on its way up', () => {
  it('takes op 7 in place of HELLO', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.next({ hello: 'op7' }, 2);
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(discord.ledger.count('connect')).toBe(3);
    expect(discord.ledger.count('identify')).toBe(1);
  });

  it.for([
    ['HELLO', { hello: 'missing' }],
    ['an answer to IDENTIFY', { identify: 'missing' }],
    ['the handshake', { handshake: 'hang' }],
  ] as const)('does not wait for ever for %s', async ([, fault], { expect }) => {
    await using discord = await startDiscord();
    discord.faults.next(fault);
    await using gateway = createGateway(discord, {
      timing: { helloTimeoutMs: 150, readyTimeoutMs: 150, handshakeTimeoutMs: 150 },
    });
    await gateway.connect();
    expect(gateway.shards[0]?.status).toBe('ready');
  });

  it('waits for a slow HELLO', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.next({ hello: 300 });
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(discord.ledger.count('connect')).toBe(1);
  });

  it('does not wait for ever for RESUMED, but as long as events are replayed', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord, { timing: { resumedTimeoutMs: 150 } });
    await gateway.connect();
    discord.faults.next({ resume: 'missingResumed' });
    discord.faults.close(4000);
    await discord.ledger.waitFor('resume', ({ outcome }) => outcome === 'resumed', { count: 2 });
    await until(() => gateway.shards[0]?.status === 'ready', 'ready');
    expect(discord.ledger.count('identify')).toBe(1);
  });

  it.for([503, 'reset', 'refuse', 'hang'] as const)(
    'keeps its session when the resume host is dead (%s)',
    async (how, { expect }) => {
      await using discord = await startDiscord();
      await using gateway = createGateway(discord, { timing: { handshakeTimeoutMs: 200 } });
      const ready: boolean[] = [];
      gateway.on('ready', ({ resumed }) => ready.push(resumed));
      await gateway.connect();
      await discord.faults.killResumeHost(how);
      discord.faults.close(4000);
      const resume = await discord.ledger.waitFor('resume', ({ outcome }) => outcome === 'resumed');
      expect(resume.host).toBe('main');
      await until(() => ready.length === 2, 'ready');
      expect(ready).toEqual([false, true]);
      expect(discord.ledger.count('identify')).toBe(1);
    },
  );

  it('gives up a session that no RESUME brings back, after five', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.next({ resume: 4000 }, 100);
    discord.faults.close(4000);
    await discord.ledger.waitFor('identify', undefined, { count: 2 });
    expect(discord.ledger.count('resume')).toBe(5);
  });

  it('identifies when a RESUME is answered by op 9 false, resumes again after op 9 true', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.next({ resume: 'invalidSessionResumable' });
    discord.faults.next({ resume: 'invalidSession' });
    discord.faults.close(4000);
    await discord.ledger.waitFor('identify', undefined, { count: 2 });
    expect(discord.ledger.filter('resume')).toHaveLength(2);
  });

  it('backs off in an outage instead of hammering, and keeps its session', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord, { timing: { reconnectBaseMs: 20, reconnectMaxMs: 2_000 } });
    await gateway.connect();
    const end = discord.faults.outage('reset');
    discord.faults.reset();
    const atMs = performance.now();
    await discord.ledger.waitFor('refused', undefined, { count: 6, timeoutMs: 10_000 });
    // Delays of at least 10, 20, 40, 80, 160, 320 ms.
    expect(performance.now() - atMs).toBeGreaterThan(600);
    end();
    expect((await discord.ledger.waitFor('resume')).outcome).toBe('resumed');
    expect(discord.ledger.count('identify')).toBe(1);
  });

  it('carries version, encoding and compression on every URL', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord, { compression: 'zlib-stream' });
    await gateway.connect();
    discord.faults.close(4000);
    await discord.ledger.waitFor('resume');
    for (const connect of discord.ledger.filter('connect'))
      expect(connect).toMatchObject({ version: 10, encoding: 'json', compress: 'zlib-stream' });
  });

  it('takes plain text though it asked for compression, and messages cut into several', async ({ expect }) => {
    for (const options of [{ compression: [] }, { splitBytes: 7 }]) {
      await using discord = await startDiscord(options);
      const guild = discord.createGuild({ members: 20 });
      await using gateway = createGateway(discord, { compression: 'zlib-stream' });
      const names: string[] = [];
      gateway.on('GUILD_CREATE', (created) => names.push(created.id));
      await gateway.connect();
      await until(() => names.length === 1, 'guild');
      expect(names).toEqual([guild.id]);
    }
  });
});

describe.concurrent('fatal ends', () => {
  it.for([4004, 4010, 4011, 4012, 4013, 4014])(
    'close %i settles connect() with a typed error, once, and stops',
    async (code, { expect }) => {
      await using discord = await startDiscord({ shards: 3 });
      discord.faults.next({ identify: code }, 3);
      await using gateway = createGateway(discord);
      const fatal: GatewayFatalError[] = [];
      gateway.on('fatal', ({ error }) => fatal.push(error));
      const failure = await gateway.connect().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'TINFOIL_GATEWAY_FATAL', name: 'GatewayFatalError', closeCode: code });
      expect((failure as Error).message).toMatch(/^shard \d cannot connect: .* \(close code \d{4}\)$/);
      expect((failure as Error).message).not.toContain(discord.token);
      expect(fatal.length).toBeGreaterThanOrEqual(1);
      await until(() => gateway.shards.every(({ status }) => status === 'fatal'), 'all ended');
      await expect(gateway.send(0, { op: 3, d: null })).rejects.toBe(fatal[0]);
      const connections = discord.ledger.count('connect');
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(discord.ledger.count('connect')).toBe(connections);
    },
  );

  it('a refused token is fatal before any socket, with and without auto sharding', async ({ expect }) => {
    for (const shards of ['auto', { ids: [0], total: 1 }] as const) {
      await using discord = await startDiscord();
      await using gateway = createGateway(discord, { shards, token: 'Wrong.Bot.Token', identifyLimiter: undefined });
      const fatal = gateway.waitFor('fatal');
      await expect(gateway.connect()).rejects.toMatchObject({
        code: 'TINFOIL_GATEWAY_FATAL',
        message: 'shard 0 cannot connect: the token is not valid (/gateway/bot answered 401)',
      });
      expect((await fatal).error.closeCode).toBeUndefined();
      expect(discord.ledger.count('connect')).toBe(0);
    }
  });

  it('tells `error` listeners when nobody listens for `fatal`', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.next({ identify: 4013 });
    await using gateway = createGateway(discord);
    const error = gateway.waitFor(
      'error',
      ({ cause }) => (cause as { code?: string }).code === 'TINFOIL_GATEWAY_FATAL',
    );
    const failure = await gateway.connect().catch((cause: unknown) => cause);
    expect(await error).toEqual({ cause: failure, shardId: 0 });
  });

  it('can be started again when what was wrong is mended', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.next({ identify: 4014 });
    await using gateway = createGateway(discord);
    await expect(gateway.connect()).rejects.toMatchObject({ closeCode: 4014 });
    await gateway.connect();
    expect(gateway.shards[0]?.status).toBe('ready');
  });

  it('leaves the shards alone that are up', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 2 });
    await using gateway = createGateway(discord);
    await gateway.connect();
    discord.faults.close(4014, { shardId: 1 });
    await until(() => gateway.shards[1]?.status === 'fatal', 'fatal');
    expect(gateway.shards[0]?.status).toBe('ready');
  });
});

describe.concurrent('aborting and closing', () => {
  it('aborts connect() at any moment, leaves no socket, and can connect again', async ({ expect }) => {
    await using discord = await startDiscord();
    await using gateway = createGateway(discord);
    const reason = new Error('enough');
    const already = AbortSignal.abort(reason);
    await expect(gateway.connect({ signal: already })).rejects.toBe(reason);
    discord.faults.next({ hello: 'missing' });
    const abort = new AbortController();
    const connecting = gateway.connect({ signal: abort.signal });
    await discord.ledger.waitFor('connect');
    abort.abort(reason);
    await expect(connecting).rejects.toBe(reason);
    await until(() => discord.connections().length === 0, 'no connection');
    await gateway.connect();
    // A wait that is given up ends nothing that it did not start.
    discord.faults.next({ hello: 'missing' });
    discord.faults.close(4000);
    await until(() => gateway.shards[0]?.status === 'greeting', 'greeting');
    await expect(gateway.connect({ signal: AbortSignal.timeout(20) })).rejects.toThrow();
    expect(gateway.shards[0]?.status).toBe('greeting');
  });

  it('close() ends a connect() that never would, and is idempotent', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.rest('GET /gateway/bot', { type: 'hang', times: Number.POSITIVE_INFINITY });
    const gateway = createGateway(discord);
    const connecting = gateway.connect();
    await discord.ledger.waitFor('request');
    await Promise.all([gateway.close(), gateway.close()]);
    await expect(connecting).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
    await expect(gateway.connect()).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
    await expect(gateway.send(0, { op: 3, d: {} })).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_CLOSED' });
  });

  it('close() ends the session with 1000, close({ resumable: true }) keeps it with 4900', async ({ expect }) => {
    await using discord = await startDiscord();
    for (const [resumable, code, sessions] of [
      [false, 1000, 0],
      [true, 4900, 1],
    ] as const) {
      const from = discord.ledger.mark();
      const gateway = createGateway(discord);
      await gateway.connect();
      await gateway.close({ resumable });
      const close = await discord.ledger.waitFor('close', undefined, { from });
      expect(close).toMatchObject({ by: 'client', code });
      expect(discord.sessions()).toHaveLength(sessions);
    }
  });

  it('close() does not wait for a frozen peer', async ({ expect }) => {
    await using discord = await startDiscord();
    const gateway = createGateway(discord, { timing: { closeTimeoutMs: 100 } });
    await gateway.connect();
    discord.faults.freeze();
    const atMs = performance.now();
    await gateway.close();
    expect(performance.now() - atMs).toBeLessThan(5_000);
  });

  it('waits out a failing /gateway/bot at start', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.rest('GET /gateway/bot', { type: 'status', status: 500, times: 2 });
    discord.faults.rest('GET /gateway/bot', { type: 'reset' });
    await using gateway = createGateway(discord);
    await gateway.connect();
    expect(gateway.shards[0]?.status).toBe('ready');
  });
});
