import { describe, expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';
import { connectRaw, identifyData, RawClient } from '../raw-client.ts';

const fast = { identifyGapMs: 0 };

describe('faults of living connections', () => {
  it('sends op 7, op 9 of both kinds and op 1', async () => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    expect(discord.faults.reconnect({ shardId: 0 })).toBe(1);
    expect(discord.faults.reconnect({ shardId: 5 })).toBe(0);
    await client.op(7);
    discord.faults.requestHeartbeat();
    await client.op(1);
    discord.faults.invalidateSession(true);
    expect((await client.op(9)).d).toBe(true);
    expect(discord.sessions()).toHaveLength(1);
    discord.faults.invalidateSession(false);
    expect(discord.sessions()).toEqual([]);
    await client.payload(({ op, d }) => op === 9 && d === false);
  });

  it.each([
    [4000, true],
    [4001, true],
    [1000, true],
    [1001, true],
    [4003, false],
    [4007, false],
    [4009, false],
    [4014, false],
  ])('closes with %i; the session is kept: %s', async (code, kept) => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    discord.faults.close(code);
    expect(await client.close()).toBe(code);
    expect(await discord.ledger.waitFor('close')).toMatchObject({ by: 'server', code, sessionKept: kept });
    expect(discord.sessions()).toHaveLength(kept ? 1 : 0);
  });

  it('resets the TCP connection and keeps the session', async () => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    discord.faults.reset();
    expect(await client.close()).toBe(1006);
    expect(await discord.ledger.waitFor('close')).toMatchObject({ by: 'network', sessionKept: true });
  });

  it('freezes: no ACK, no dispatch, no answer to a close frame; thawed it goes on', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const client = await connectRaw(discord);
    await client.event('GUILD_CREATE');
    discord.faults.freeze();
    client.send(1, 2);
    discord.createMessage(guild.channels[0]!.id);
    await discord.ledger.waitFor('dispatch', (entry) => entry.event === 'MESSAGE_CREATE' && !entry.delivered);
    // A round trip on another connection: whatever the frozen one were to send would have come by then.
    await new RawClient(discord.gatewayUrl).op(10);
    expect(client.payloads.some(({ op }) => op === 11)).toBe(false);
    expect(discord.ledger.count('heartbeat')).toBe(0);
    client.socket.close(4000);
    await new RawClient(discord.gatewayUrl).op(10);
    expect(client.closed).toBeNull();
    expect(discord.connections().map(({ connectionId }) => connectionId)).toContain(1);
    discord.faults.thaw();
    expect(await client.close()).toBe(4000);
    expect(discord.ledger.count('heartbeat')).toBe(1);
  });

  it('silences dispatches while heartbeats go on; a resume brings them', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const client = await connectRaw(discord);
    await client.event('GUILD_CREATE');
    discord.faults.silence();
    discord.createMessage(guild.channels[0]!.id);
    client.send(1, 2);
    await client.op(11);
    expect(client.events).not.toContain('MESSAGE_CREATE');
    client.socket.terminate();
    await discord.ledger.waitFor('close');
    const again = new RawClient(discord.resumeUrl);
    await again.op(10);
    again.send(6, { token: discord.token, session_id: client.payloads[1]!.d.session_id, seq: 2 });
    await again.event('RESUMED');
    expect(again.events).toEqual(['MESSAGE_CREATE', 'RESUMED']);
  });

  it('loses ACKs, and sends bytes as they are', async () => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    discord.faults.loseAcks();
    client.send(1, 1);
    await discord.ledger.waitFor('heartbeat', (entry) => !entry.acknowledged);
    discord.faults.restoreAcks();
    client.send(1, 1);
    await client.op(11);
    discord.faults.sendRaw('{"t":null,"s":null,"op":99,"d":null}');
    await client.op(99);
  });
});

describe('faults of connections to come', () => {
  it.each([503, 'reset', 'hang'] as const)('refuses the handshake: %s', async (how) => {
    await using discord = await Simulator.start();
    discord.faults.next({ handshake: how });
    const client = new RawClient(discord.gatewayUrl);
    await discord.ledger.waitFor('refused', (entry) => entry.how === how && entry.host === 'main');
    if (how !== 'hang') await client.until(() => client.failed !== null);
    await new RawClient(discord.gatewayUrl).op(10);
    client.socket.terminate();
  });

  it('has an outage until it is ended', async () => {
    await using discord = await Simulator.start();
    const end = discord.faults.outage('reset');
    for (let attempt = 0; attempt < 3; attempt++) {
      const client = new RawClient(discord.gatewayUrl);
      await client.until(() => client.failed !== null);
    }
    expect(discord.ledger.count('refused')).toBe(3);
    end();
    await new RawClient(discord.gatewayUrl).op(10);
  });

  it('sends op 7 in place of HELLO, a late HELLO, none', async () => {
    await using discord = await Simulator.start();
    discord.faults.next({ hello: 'op7' });
    const first = new RawClient(discord.gatewayUrl);
    await first.op(7);
    expect(first.payloads).toHaveLength(1);
    discord.faults.next({ hello: 30 });
    await new RawClient(discord.gatewayUrl).op(10);
    const [, late] = discord.ledger.filter('connect');
    expect(discord.ledger.filter('hello')[0]!.atMs - late!.atMs).toBeGreaterThanOrEqual(28);
    discord.faults.next({ hello: 'missing' });
    const silent = new RawClient(discord.gatewayUrl);
    await discord.ledger.waitFor('connect', undefined, { count: 3 });
    await new RawClient(discord.gatewayUrl).op(10);
    expect(silent.payloads).toEqual([]);
  });

  it('swallows IDENTIFY, answers op 9 or a close code', async () => {
    await using discord = await Simulator.start(fast);
    discord.faults.next({ identify: 'missing' });
    discord.faults.next({ identify: 'invalidSession' });
    discord.faults.next({ identify: 4000 });
    const clients: RawClient[] = [];
    for (let count = 0; count < 3; count++) {
      const client = new RawClient(discord.gatewayUrl);
      await client.op(10);
      client.send(2, identifyData(discord.token));
      clients.push(client);
    }
    expect((await clients[1]!.op(9)).d).toBe(false);
    expect(await clients[2]!.close()).toBe(4000);
    expect(discord.ledger.filter('identify').map(({ outcome }) => outcome)).toEqual([
      'ignored',
      'invalidSession',
      4000,
    ]);
    expect(clients[0]!.events).toEqual([]);
  });

  it.each([
    ['missing', 'ignored'],
    ['reset', 'reset'],
    ['missingResumed', 'resumed'],
    ['invalidSession', 'invalidSession'],
    ['invalidSessionResumable', 'invalidSession'],
    [4000, 4000],
  ] as const)('answers RESUME with %s', async (fault, outcome) => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    const sessionId = client.payloads[1]!.d.session_id;
    client.socket.terminate();
    await discord.ledger.waitFor('close');
    discord.faults.next({ resume: fault });
    const again = new RawClient(discord.gatewayUrl);
    await again.op(10);
    again.send(6, { token: discord.token, session_id: sessionId, seq: 0 });
    expect(await discord.ledger.waitFor('resume')).toMatchObject({ outcome });
    if (fault === 'missingResumed') await again.event('READY');
    if (fault === 'invalidSession') expect((await again.op(9)).d).toBe(false);
    if (fault === 'invalidSessionResumable') expect((await again.op(9)).d).toBe(true);
    if (fault === 4000) expect(await again.close()).toBe(4000);
    if (fault === 'reset') expect(await again.close()).toBe(1006);
    expect(discord.ledger.count('resumed')).toBe(0);
  });

  it('concerns one host when told, and starts a connection deaf', async () => {
    await using discord = await Simulator.start();
    discord.faults.next({ host: 'resume', handshake: 503 });
    discord.faults.next({ host: 'main', silent: true });
    discord.createGuild();
    const client = await connectRaw(discord);
    client.send(1, 1);
    await client.op(11);
    expect(client.events).toEqual(['READY', 'GUILD_CREATE']);
    discord.dispatch('TEST', {});
    expect(discord.ledger.filter('dispatch').at(-1)).toMatchObject({ event: 'TEST', delivered: false });
    const other = new RawClient(discord.resumeUrl);
    await other.until(() => other.failed !== null);
  });

  it('storms with op 7 after READY so many times', async () => {
    await using discord = await Simulator.start(fast);
    discord.faults.reconnectStorm(2);
    for (let count = 0; count < 3; count++) await connectRaw(discord);
    expect(discord.ledger.count('reconnect')).toBe(2);
  });

  it('lets the resume host die in every way and come back', async () => {
    await using discord = await Simulator.start();
    for (const how of ['refuse', 'reset', 503] as const) {
      await discord.faults.killResumeHost(how);
      const client = new RawClient(discord.resumeUrl);
      await client.until(() => client.failed !== null);
      await new RawClient(discord.gatewayUrl).op(10);
    }
    await discord.faults.reviveResumeHost();
    await new RawClient(discord.resumeUrl).op(10);
  });
});
