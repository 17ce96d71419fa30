import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let discord: Simulator;
let children: ChildProcess[];

beforeEach(async () => {
  discord = await Simulator.start({ identifyGapMs: 10 });
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await discord.close();
});

/** Starts a built example; `said` waits for its output, `ended` for its exit code. */
function start(name: string, env: Record<string, string> = {}, args: string[] = []) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url)), ...args], {
    env: { PATH: process.env.PATH ?? '', BOT_TOKEN: discord.token, TINFOIL_API_URL: discord.restUrl, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let changed = () => {};
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
      changed();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      changed = () => output.includes(text) && resolve();
      changed();
      void ended.then(() => reject(new Error(`ended without saying ${JSON.stringify(text)}:\n${output}`)));
    });
  return { child, said, ended, output: () => output };
}

describe('examples', () => {
  it('rest-script greets every server, and ends by itself', async () => {
    const guilds = ['One', 'Two'].map((name) => discord.createGuild({ name, channels: 1 }));
    const script = start('rest-script', {}, ['Good morning']);
    expect(await script.ended, script.output()).toBe(0);
    for (const { channels } of guilds)
      expect(discord.messages(channels[0]?.id ?? '')).toEqual([expect.objectContaining({ content: 'Good morning' })]);
  });

  it('gateway-logger prints a line per event', async () => {
    const guild = discord.createGuild({ channels: 1 });
    const logger = start('gateway-logger');
    await logger.said('GUILD_CREATE');
    discord.createMessage(guild.channels[0]?.id ?? '', { content: 'hi' });
    await logger.said('MESSAGE_CREATE');
  });

  it('slash-bot asks by a button, a modal, and answers', async () => {
    const guild = discord.createGuild({ channels: 1 });
    const bot = start('slash-bot');
    await bot.said('ready');
    expect(discord.commands().map(({ name }) => name)).toEqual(['survey']);
    const where = { guildId: guild.id, channelId: guild.channels[0]?.id };
    const asked = await discord.interact(null, {
      ...where,
      data: { name: 'survey', options: [{ type: 3, name: 'topic', value: 'tea' }] },
    });
    expect(asked.callback).toMatchObject({ type: 4, data: { content: 'Tell us about tea' } });
    const pressed = await discord.interact(null, {
      ...where,
      type: 3,
      data: { component_type: 2, custom_id: 'answer/tea' },
    });
    expect(pressed.callback).toMatchObject({ type: 9, data: { custom_id: 'survey/tea' } });
    const components = [{ type: 1, components: [{ type: 4, custom_id: 'text', value: 'green' }] }];
    const sent = await discord.interact(null, { ...where, type: 5, data: { custom_id: 'survey/tea', components } });
    expect(sent.callback).toMatchObject({ type: 4, data: { content: 'On tea: green', flags: 64 } });
  });

  it('worker answers signed interactions, and refuses others', async () => {
    const { default: worker } = await import('../src/worker.ts');
    const server: Server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const headers = incoming.headers as Record<string, string>;
      const request = new Request('http://worker/', { method: 'POST', headers, body: Buffer.concat(chunks) });
      const response = await worker.fetch(request, { DISCORD_PUBLIC_KEY: discord.publicKey }, { waitUntil: () => {} });
      outgoing
        .writeHead(response.status, Object.fromEntries(response.headers))
        .end(Buffer.from(await response.arrayBuffer()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect((await discord.interact(url, { data: { name: 'ping' } })).callback).toMatchObject({
      type: 4,
      data: { content: 'pong' },
    });
    expect((await discord.interact(url, { data: { name: 'ping' }, badSignature: true })).status).toBe(401);
    server.close();
  });

  it('sharded-bot counts over both pods', async () => {
    const ports = await freePorts(6);
    const peers = [ports[0], ports[3]].map((port) => `http://127.0.0.1:${port}`).join(',');
    const pods = [0, 1].map((ordinal) =>
      start('sharded-bot', {
        POD_NAME: `bot-${ordinal}`,
        TINFOIL_TOTAL_SHARDS: '2',
        TINFOIL_PEERS: peers,
        TINFOIL_HOST: '127.0.0.1',
        TINFOIL_INTERNAL_PORT: String(ports[3 * ordinal]),
        TINFOIL_PUBLIC_PORT: String(ports[3 * ordinal + 1]),
        TINFOIL_OPS_PORT: String(ports[3 * ordinal + 2]),
        DISCORD_PUBLIC_KEY: discord.publicKey,
        // No manager here: identifies follow the clock, in slots short enough for a test.
        TINFOIL_TIMING: JSON.stringify({
          fallbackAfterMs: 100,
          discoverJitterMs: 0,
          calendarSlotMs: 700,
          calendarWindowMs: 300,
        }),
      }),
    );
    const guilds = [0, 1].map((shardId) => discord.createGuild({ shardId, totalShards: 2, channels: 1 }));
    await Promise.all(pods.map((pod) => pod.said('ready')));
    for (const { channels } of guilds) discord.createMessage(channels[0]?.id ?? '', { content: 'one' });
    await discord.ledger.waitFor('dispatch', ({ event }) => event === 'MESSAGE_CREATE', { count: 2 });
    discord.createMessage(guilds[0]?.channels[0]?.id ?? '', { content: '!count' });
    await pods[0]?.said('3 messages in all');
    discord.createMessage(guilds[1]?.channels[0]?.id ?? '', { content: '!announce' });
    await pods[0]?.said('heard: from shard 1');
  });

  it('migrated-bot answers, names the server and reacts', async () => {
    const guild = discord.createGuild({ name: 'Home', channels: 1 });
    const channelId = guild.channels[0]?.id ?? '';
    const bot = start('migrated-bot');
    await bot.said('ready');
    for (const content of ['!ping', '!server', '!like']) discord.createMessage(channelId, { content });
    await discord.ledger.waitFor('message', ({ by }) => by === 'bot', { count: 2 });
    await discord.ledger.waitFor('request', ({ method, route }) => method === 'PUT' && route.includes('reactions'));
    const contents = discord
      .messages(channelId)
      .filter(({ author }) => author.id === discord.user.id)
      .map(({ content }) => content);
    expect(contents.sort()).toEqual(['Home', 'pong']);
  });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Server>((resolve) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
