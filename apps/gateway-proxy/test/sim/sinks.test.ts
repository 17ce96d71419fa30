/** Events into brokers, with real servers: what arrives, and what becomes of it when a server is killed and comes back. */
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerProcess, isInstalled, natsJetStream, redisStreams, type Stored } from '../brokers.ts';
import { eventually, startProxy, temporaryDirectory } from '../support.ts';

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
      await eventually(async () => contents(await broker.read()).length === 200);
      const stored = await broker.read();
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
      await eventually(async () => (await broker.read()).length > 0);
      const [session] = discord.sessions();
      const [ready] = await broker.read();
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
      await eventually(() => test.lines.some((line) => line.startsWith(`error: ${kind.name}: connect`)));
      await broker.start();
      await eventually(async () => contents(await broker.read()).includes('early'));
    });

    it('loses nothing with `block` when the broker is killed: the shard stops at the bound, and Discord replays', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      const sink = kind.sink(broker.port, { timing, whenFull: 'block', maxBytes: 128 * 1024 });
      await using test = await startProxy(discord, directory.path, { sinks: [sink] });
      const all = numbers(600);
      const say = (content: string) => discord.createMessage(guild.channels[0]!.id, { content });
      for (const content of all.slice(0, 100)) say(content);
      await eventually(async () => contents(await broker.read()).length === 100);
      await broker.kill();
      for (const content of all.slice(100, 400)) say(content);
      await discord.ledger.waitFor('close', ({ shardId }) => shardId === 0);
      expect(test.lines.some((line) => line.includes('shard 0 is stopped'))).toBe(true);
      for (const content of all.slice(400, 500)) say(content);
      await broker.start();
      await discord.ledger.waitFor('resume', ({ outcome }) => outcome === 'resumed');
      for (const content of all.slice(500)) say(content);
      await eventually(async () => unique(contents(await broker.read())).length === 600, 12_000);
      const stored = await broker.read();
      expect(unique(contents(stored))).toEqual(all);
      expect(unique(messages(stored).map(({ id }) => id))).toHaveLength(600);
      expect(discord.ledger.filter('identify')).toHaveLength(1);
      expect((await test.proxy.metrics.render()).text).not.toMatch(/sink_dropped_total\{.*\} [1-9]/);
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
      await eventually(async () => contents(await broker.read()).length === 50);
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

    it('is given again after a crash what it had not acknowledged', async () => {
      await using broker = await BrokerProcess.start(kind);
      await using discord = await Simulator.start();
      const guild = discord.createGuild();
      const say = (content: string) => discord.createMessage(guild.channels[0]!.id, { content });
      {
        const sink = kind.sink(broker.port, { timing });
        await using _first = await startProxy(discord, directory.path, { sinks: [sink] });
        say('before');
        await eventually(async () => contents(await broker.read()).includes('before'));
        await broker.kill();
        say('unacknowledged');
        await discord.ledger.waitFor('dispatch', ({ event }) => event === 'MESSAGE_CREATE', { count: 2 });
      }
      await broker.start();
      await using _second = await startProxy(discord, directory.path, { sinks: [kind.sink(broker.port, { timing })] });
      await eventually(async () => contents(await broker.read()).includes('unacknowledged'));
      expect(unique(contents(await broker.read()))).toEqual(['before', 'unacknowledged']);
      expect(discord.ledger.filter('identify')).toHaveLength(1);
    });
  });

async function droppedOf(metrics: { render(): Promise<{ readonly text: string }> }, sink: string): Promise<number> {
  const { text } = await metrics.render();
  return Number(new RegExp(`sink_dropped_total\\{sink="${sink}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
