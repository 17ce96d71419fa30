/** Events into brokers, with real servers: what arrives, and what becomes of it when a server is killed and comes back. */
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNatsJetStreamSink } from '../../src/sinks/nats-jetstream.ts';
import { BrokerProcess, isInstalled, natsJetStream, redisStreams, type Stored } from '../brokers.ts';
import { eventually, gatewayTiming, startProxy, temporaryDirectory } from '../support.ts';

// Servers are started, killed and waited for.
vi.setConfig({ testTimeout: 30_000 });

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const timing = { retry: { baseMs: 20, maxMs: 100 }, startRetryMs: 50, closeTimeoutMs: 500 };
const messages = (stored: readonly Stored[]) => stored.filter(({ type }) => type === 'MESSAGE_CREATE');
const contents = (stored: readonly Stored[]) => messages(stored).map(({ payload }) => payload.d.content as string);
const unique = <Value>(values: readonly Value[]) => [...new Set(values)];
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);

for (const kind of [redisStreams, natsJetStream])
  describe.skipIf(!isInstalled(kind))(kind.name, () => {
    it('gets every event in order, each with its id and as Discord sent it', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild({ name: 'Kitchen' });
      await using _proxy = await startProxy(discord, directory.path, { sinks: [kind.sink(broker.port, { timing })] });
      const sent = numbers(200).map((content) => discord.createMessage(guild.channels[0]!.id, { content }));
      // READY and GUILD_CREATE come first.
      const stored = await broker.readAtLeast(202);
      expect(messages(stored).map(({ payload }) => payload.d.id)).toEqual(sent.map(({ id }) => id));
      expect(stored.slice(0, 2).map(({ type }) => type)).toEqual(['READY', 'GUILD_CREATE']);
      for (const { id, shard, type, payload } of stored) {
        expect(id).toMatch(new RegExp(`^0:[\\w-]{16}:${payload.s}$`));
        expect([shard, payload.t]).toEqual(['0', type]);
      }
    });

    it('does not tell the session that could be taken over', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      await using _proxy = await startProxy(discord, directory.path, { sinks: [kind.sink(broker.port, { timing })] });
      const [ready] = await broker.readAtLeast(1);
      const [session] = discord.sessions();
      expect(JSON.stringify(ready)).not.toContain(session!.id);
      expect(ready!.payload.d).not.toHaveProperty('resume_gateway_url');
      expect(ready!.id.split(':')[1]).toBe(ready!.payload.d.session_id);
    });

    it('waits for a broker that is away at the start, and goes on by itself', async () => {
      await using broker = await BrokerProcess.start(kind);
      await broker.kill();
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      await using test = await startProxy(discord, directory.path, { sinks: [kind.sink(broker.port, { timing })] });
      discord.createMessage(guild.channels[0]!.id, { content: 'early' });
      await told(test, new RegExp(`^error: ${kind.name}: connect`));
      await broker.start();
      await eventually(async () => contents(await broker.read()).includes('early'));
    });

    it('loses nothing with `block` when the broker is killed: shards stop at the bound, and Discord replays', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start({ shards: 2, maxConcurrency: 2 });
      const guilds = [0, 1].map((shardId) => discord.createGuild({ shardId, totalShards: 2 }));
      const sink = kind.sink(broker.port, { timing, whenFull: 'block', maxBytes: 128 * 1024 });
      await using test = await startProxy(discord, directory.path, { sinks: [sink], timing: { trailMs: 0 } });
      const all = numbers(600);
      // The even ones on shard 0, the odd ones on shard 1.
      const say = (from: number, to: number) => {
        for (let index = from; index < to; index++)
          discord.createMessage(guilds[index % 2]!.channels[0]!.id, { content: all[index]! });
      };
      say(0, 100);
      await broker.readAtLeast(104);
      for (const content of ['message 98', 'message 99']) await broker.wrote(content);
      await broker.kill();
      say(100, 400);
      for (const shardId of [0, 1]) await discord.ledger.waitFor('close', (entry) => entry.shardId === shardId);
      say(400, 500);
      await broker.start();
      for (const shardId of [0, 1])
        await discord.ledger.waitFor('resume', (entry) => entry.shardId === shardId && entry.outcome === 'resumed', {
          timeoutMs: 10_000,
        });
      say(500, 600);
      await broker.readAtLeast(604);
      await eventually(async () => unique(contents(await broker.read())).length === 600);
      const stored = messages(await broker.read());
      for (const shard of [0, 1])
        expect(unique(contents(stored.filter((event) => event.shard === String(shard))))).toEqual(
          all.filter((_, index) => index % 2 === shard),
        );
      expect(unique(stored.map(({ id }) => id))).toHaveLength(600);
      expect(discord.ledger.filter('identify')).toHaveLength(2);
      expect(await droppedOf(test.proxy.metrics, kind.name)).toBe(0);
    });

    it('says so when Discord gave up the session of a shard that was stopped', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start({ identifyGapMs: 10 });
      const guild = discord.createGuild();
      const sink = kind.sink(broker.port, { timing, whenFull: 'block', maxBytes: 8 * 1024 });
      await using test = await startProxy(discord, directory.path, {
        sinks: [sink],
        gatewayTiming: { ...gatewayTiming, identifyGapMs: 10 },
      });
      await broker.kill();
      for (const content of numbers(50)) discord.createMessage(guild.channels[0]!.id, { content });
      await discord.ledger.waitFor('close', ({ shardId }) => shardId === 0);
      discord.faults.dropSessions();
      await broker.start();
      await told(test, /gave up the session of shard 0/);
      discord.createMessage(guild.channels[0]!.id, { content: 'after' });
      await eventually(async () => contents(await broker.read()).includes('after'));
    });

    it('does not wait without end for a broker that hangs', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      const sink = kind.sink(broker.port, { timing: { ...timing, publishTimeoutMs: 100, openTimeoutMs: 200 } });
      await using test = await startProxy(discord, directory.path, { sinks: [sink] });
      await broker.readAtLeast(2);
      broker.freeze();
      discord.createMessage(guild.channels[0]!.id, { content: 'while it hangs' });
      await told(test, /did not answer in 100 ms; events wait/);
      await told(test, /time/i);
      broker.thaw();
      await eventually(async () => contents(await broker.read()).includes('while it hangs'));
    });

    it('counts what it drops with `drop-oldest`, and drops nothing else', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      const sink = kind.sink(broker.port, { timing, maxBytes: 64 * 1024 });
      await using test = await startProxy(discord, directory.path, { sinks: [sink] });
      const say = (content: string) => discord.createMessage(guild.channels[0]!.id, { content });
      const all = numbers(400);
      for (const content of all.slice(0, 50)) say(content);
      await broker.readAtLeast(52);
      await broker.wrote('message 49');
      await broker.kill();
      for (const content of all.slice(50)) say(content);
      await eventually(() => test.proxy.feeds.get(0)!.counters.events >= 401);
      await broker.start();
      await eventually(async () => contents(await broker.read()).includes('message 399'));
      const kept = unique(contents(await broker.read()));
      const dropped = await droppedOf(test.proxy.metrics, kind.name);
      expect(dropped).toBeGreaterThan(0);
      expect(kept).toHaveLength(400 - dropped);
      expect(kept).toEqual([...all.slice(0, 50), ...all.slice(50 + dropped)]);
      expect(discord.ledger.filter('close')).toHaveLength(0);
    });

    it('is given again after a restart what it had not acknowledged', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      const say = (content: string) => discord.createMessage(guild.channels[0]!.id, { content });
      // Without a trail nothing but the pending promise holds back the sequence.
      const start = () =>
        startProxy(discord, directory.path, { sinks: [kind.sink(broker.port, { timing })], timing: { trailMs: 0 } });
      {
        await using first = await start();
        const feed = first.proxy.feeds.get(0)!;
        say('before');
        await eventually(async () => contents(await broker.read()).includes('before'));
        await broker.wrote('before');
        await broker.kill();
        say('unacknowledged');
        await eventually(() => feed.counters.events === 3 && feed.trail(feed.sequence) === feed.sequence);
      }
      await broker.start();
      await using _second = await start();
      await eventually(async () => contents(await broker.read()).includes('unacknowledged'));
      expect(unique(contents(await broker.read()))).toEqual(['before', 'unacknowledged']);
      expect(discord.ledger.filter('identify')).toHaveLength(1);
    });
  });

it.skipIf(!isInstalled(natsJetStream))('counts an event that is larger than NATS takes, and goes on', async () => {
  await using broker = await BrokerProcess.start(natsJetStream);
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  const sink = natsJetStream.sink(broker.port, { timing });
  await using test = await startProxy(discord, directory.path, { sinks: [sink] });
  discord.dispatch('GUILD_UPDATE', { id: guild.id, description: 'x'.repeat(1_100_000) }, { guildId: guild.id });
  discord.createMessage(guild.channels[0]!.id, { content: 'after' });
  await eventually(async () => contents(await broker.read()).includes('after'));
  expect((await broker.read()).map(({ type }) => type)).not.toContain('GUILD_UPDATE');
  expect(await droppedOf(test.proxy.metrics, natsJetStream.name)).toBe(1);
  expect(test.lines.some((line) => /GUILD_UPDATE of \d+ bytes is larger/.test(line))).toBe(true);
});

it('ends with one line when the operator has something to mend, before any port is open', async () => {
  await using discord = await Simulator.start();
  const sink = createNatsJetStreamSink({ url: 'nats://127.0.0.1', credentialsFile: '/nowhere' });
  const proxy = startProxy(discord, directory.path, { sinks: [sink] });
  await expect(proxy).rejects.toThrow('nats-jetstream: credentialsFile must be a file that can be read');
  expect(discord.ledger.filter('connect')).toHaveLength(0);
});

/** Waits for a line in the log. */
async function told({ lines }: { readonly lines: readonly string[] }, pattern: RegExp): Promise<void> {
  await eventually(() => lines.some((line) => pattern.test(line)), 12_000).catch(() =>
    expect(lines).toContain(pattern),
  );
}

async function droppedOf(metrics: { render(): Promise<{ readonly text: string }> }, sink: string): Promise<number> {
  const { text } = await metrics.render();
  return Number(new RegExp(`sink_dropped_total\\{sink="${sink}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
