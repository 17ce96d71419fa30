/** Sessions of clients: a start from live state, numbers without a gap, and a RESUME that replays exactly what was missed. */
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessToken, allIntents, eventually, RawClient, startProxy, temporaryDirectory } from '../support.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const wsOf = (url: string) => `${url.replace('http', 'ws')}/?v=10&encoding=json`;
const ids = (client: RawClient) => client.dispatches.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d.id);

describe('a client that identifies', () => {
  it('gets READY, its guilds and then what happens, numbered from 1 without a gap', async () => {
    await using discord = await Simulator.start();
    const kitchen = discord.createGuild({ name: 'Kitchen', memberCount: 42, channels: 3 });
    discord.createGuild({ name: 'Cellar' });
    await using test = await startProxy(discord, directory.path);
    await eventually(() =>
      test.proxy.feeds
        .get(0)!
        .state.guilds()
        .every(({ available }) => available),
    );
    const client = new RawClient(wsOf(test.proxy.url));
    const ready = await client.identify();
    expect(ready.d).toMatchObject({ v: 10, user: { id: discord.user.id }, shard: [0, 1] });
    expect(ready.d.resume_gateway_url).toBe(test.proxy.url.replace('http', 'ws'));
    await client.until(() => client.dispatches.length === 3);
    const guild = client.dispatches.find(({ d }) => d.id === kitchen.id);
    expect(guild?.d).toMatchObject({ name: 'Kitchen', member_count: 42 });
    expect(guild?.d.channels).toHaveLength(3);
    const message = discord.createMessage(kitchen.channels[0]!.id, { content: 'hello' });
    await client.next(({ t, d }) => t === 'MESSAGE_CREATE' && d.id === message.id);
    expect(client.dispatches.map(({ s }) => s)).toEqual([1, 2, 3, 4]);
    client.socket.close(1000);
  });

  it('sees the guild as it is now, not as it was', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild({ name: 'Kitchen', memberCount: 5, channels: 1 });
    await using test = await startProxy(discord, directory.path);
    const state = test.proxy.feeds.get(0)!;
    const channel = discord.createChannel(guild.id, { name: 'new' });
    discord.addMember(guild.id);
    discord.dispatch('GUILD_UPDATE', { id: guild.id, name: 'Parlour' }, { guildId: guild.id });
    discord.dispatch('GUILD_ROLE_DELETE', { guild_id: guild.id, role_id: guild.id }, { guildId: guild.id });
    await discord.ledger.waitFor('dispatch', ({ event }) => event === 'GUILD_ROLE_DELETE');
    await eventually(() => state.sequence >= 6);
    const client = new RawClient(wsOf(test.proxy.url));
    await client.identify();
    const created = await client.next(({ t }) => t === 'GUILD_CREATE');
    expect(created.d).toMatchObject({ name: 'Parlour', member_count: 6, roles: [] });
    expect(created.d.channels.map(({ id }: { id: string }) => id)).toContain(channel.id);
    client.socket.close(1000);
  });

  it.each([
    [4004, { token: 'somebody else’s token' }],
    [4010, { shard: [0, 2] }],
    [4010, { shard: [1, 1] }],
    [4014, { intents: allIntents | (1 << 27) | 0x100 | 2 }],
  ])('is closed with %i for %j', async (code, extra) => {
    await using discord = await Simulator.start();
    await using test = await startProxy(discord, directory.path, { intents: allIntents & ~0x102 });
    const client = new RawClient(wsOf(test.proxy.url));
    await expect(client.identify(extra)).rejects.toThrow();
    expect(await client.closed()).toBe(code);
  });
});

describe('a client that resumes', () => {
  it('gets exactly what it missed, then RESUMED, then goes on', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const say = (content: string) => discord.createMessage(guild.channels[0]!.id, { content }).id;
    const first = new RawClient(wsOf(test.proxy.url));
    const ready = await first.identify();
    const sent = [say('a'), say('b')];
    await first.until(() => ids(first).length === 2);
    const at = first.sequence;
    first.socket.terminate();
    sent.push(say('c'), say('d'), say('e'));
    const second = new RawClient(wsOf(test.proxy.url));
    await second.resume(ready.d.session_id, at);
    await second.next(({ t }) => t === 'RESUMED');
    sent.push(say('f'));
    await second.until(() => ids(second).length === 4);
    expect([...ids(first), ...ids(second)]).toEqual(sent);
    expect(second.dispatches.filter(({ t }) => t !== 'RESUMED').map(({ s }) => s)).toEqual([
      at + 1,
      at + 2,
      at + 3,
      at + 4,
    ]);
    second.socket.close(1000);
  });

  it('gets again what was on its way when it left', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const first = new RawClient(wsOf(test.proxy.url));
    const ready = await first.identify();
    for (let count = 0; count < 20; count++) discord.createMessage(guild.channels[0]!.id, { content: String(count) });
    await first.until(() => ids(first).length === 20);
    const at = first.sequence - 15;
    first.socket.terminate();
    const second = new RawClient(wsOf(test.proxy.url));
    await second.resume(ready.d.session_id, at);
    await second.next(({ t }) => t === 'RESUMED');
    expect(ids(second)).toEqual(ids(first).slice(5));
    second.socket.close(1000);
  });

  it('is told that its session is over when the buffer no longer holds what it missed', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path, { bufferBytes: 4_000 });
    const first = new RawClient(wsOf(test.proxy.url));
    const ready = await first.identify();
    await first.next(({ t }) => t === 'GUILD_CREATE');
    const at = first.sequence;
    first.socket.terminate();
    for (let count = 0; count < 50; count++) discord.createMessage(guild.channels[0]!.id, { content: 'x'.repeat(100) });
    await discord.ledger.waitFor('dispatch', ({ event }) => event === 'MESSAGE_CREATE', { count: 50 });
    await eventually(() => test.proxy.feeds.get(0)!.ring.end > 49);
    const second = new RawClient(wsOf(test.proxy.url));
    await second.resume(ready.d.session_id, at);
    expect((await second.next(({ op }) => op === 9)).d).toBe(false);
    // On the same connection, as some libraries do.
    await second.identify();
    second.socket.close(1000);
  });

  it('is told so when Discord ended the session above it', async () => {
    await using discord = await Simulator.start({ identifyGapMs: 0 });
    discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const client = new RawClient(wsOf(test.proxy.url));
    const { d } = await client.identify();
    discord.faults.invalidateSession(false);
    // Discord's five seconds between two IDENTIFYs pass before.
    expect((await client.next(({ op }) => op === 9, 10_000)).d).toBe(false);
    const other = new RawClient(wsOf(test.proxy.url));
    await other.resume(d.session_id, client.sequence);
    expect((await other.next(({ op }) => op === 9)).d).toBe(false);
    client.socket.close(1000);
    other.socket.close(1000);
  });

  it('misses nothing while the proxy itself is cut off from Discord', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const client = new RawClient(wsOf(test.proxy.url));
    await client.identify();
    const sent: string[] = [];
    for (let round = 0; round < 3; round++) {
      discord.faults.reset();
      for (let count = 0; count < 5; count++)
        sent.push(discord.createMessage(guild.channels[0]!.id, { content: 'x' }).id);
      await client.until(() => ids(client).length === sent.length);
    }
    expect(ids(client)).toEqual(sent);
    expect(client.payloads.filter(({ op }) => op === 9)).toEqual([]);
    client.socket.close(1000);
  });
});

describe('several clients of one shard', () => {
  it('each get what their intents and filters let through, with numbers of their own', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const everything = new RawClient(wsOf(test.proxy.url));
    const messages = new RawClient(`${wsOf(test.proxy.url)}&events=MESSAGE_CREATE`);
    const direct = new RawClient(wsOf(test.proxy.url));
    await everything.identify();
    await messages.identify();
    await direct.identify({ intents: 1 << 12 });
    const inGuild = discord.createMessage(guild.channels[0]!.id, { content: 'a' });
    discord.dispatch('TYPING_START', { guild_id: guild.id, channel_id: guild.channels[0]!.id }, { guildId: guild.id });
    const privately = discord.createMessage(discord.createDirectChannel(discord.createUser()).id, { content: 'b' });
    await everything.next(({ d }) => d?.id === privately.id);
    await messages.next(({ d }) => d?.id === privately.id);
    await direct.next(({ d }) => d?.id === privately.id);
    expect(ids(everything)).toEqual([inGuild.id, privately.id]);
    expect(everything.dispatches.map(({ t }) => t)).toContain('TYPING_START');
    expect(ids(messages)).toEqual([inGuild.id, privately.id]);
    expect(messages.dispatches.map(({ t }) => t)).not.toContain('TYPING_START');
    expect(ids(direct)).toEqual([privately.id]);
    for (const client of [everything, messages, direct]) {
      expect(client.dispatches.map(({ s }) => s)).toEqual(client.dispatches.map((_, index) => index + 1));
      client.socket.close(1000);
    }
    expect(discord.ledger.filter('identify')).toHaveLength(1);
  });

  it('get the members they asked for, and nobody else does', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild({ members: 3 });
    await using test = await startProxy(discord, directory.path);
    const asker = new RawClient(wsOf(test.proxy.url));
    const other = new RawClient(wsOf(test.proxy.url));
    await asker.identify();
    await other.identify();
    await asker.next(({ t }) => t === 'GUILD_CREATE');
    asker.send(8, { guild_id: guild.id, query: '', limit: 0, nonce: 'mine' });
    const chunk = await asker.next(({ t }) => t === 'GUILD_MEMBERS_CHUNK');
    expect(chunk.d).toMatchObject({ guild_id: guild.id, nonce: 'mine' });
    discord.createMessage(guild.channels[0]!.id, { content: 'after' });
    await other.until(() => ids(other).length === 1);
    expect(other.dispatches.map(({ t }) => t)).not.toContain('GUILD_MEMBERS_CHUNK');
    expect(other.dispatches.map(({ s }) => s)).toEqual(other.dispatches.map((_, index) => index + 1));
    const command = await discord.ledger.waitFor('command', ({ op }) => op === 8);
    expect(JSON.stringify(command)).not.toContain(accessToken);
    asker.socket.close(1000);
    other.socket.close(1000);
  });
});
