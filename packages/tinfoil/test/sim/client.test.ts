import { spawn } from 'node:child_process';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../src/index.ts';

let discord: Simulator;

beforeEach(async () => {
  discord = await Simulator.start({ identifyGapMs: 50 });
});

afterEach(() => discord.close());

describe('Client', () => {
  it('gives the bot user in one line', async () => {
    await using bot = new Client(discord.token, { rest: { baseUrl: discord.restUrl } });
    expect(await bot.users.me.get()).toMatchObject({ id: discord.user.id, bot: true });
  });

  it.each([undefined, '', '  '])('names BOT_TOKEN when the token is %j', (token) => {
    expect(() => new Client(token)).toThrow(
      new TypeError('token must be the bot token, usually in the environment variable BOT_TOKEN; got none'),
    );
  });

  it('opens no socket before it is used', async () => {
    const bot = new Client(discord.token, { rest: { baseUrl: discord.restUrl } });
    await bot.close();
    expect(discord.ledger.entries).toEqual([]);
  });

  it('connects, hears events with their context, and answers in the channel', async () => {
    const guild = discord.createGuild({ channels: 1 });
    const channelId = guild.channels[0]?.id ?? '';
    await using bot = new Client(discord.token, {
      intents: ['Guilds', 'GuildMessages', 'MessageContent'],
      rest: { baseUrl: discord.restUrl },
    });
    bot.on('MESSAGE_CREATE', async (message, { shardId }) => {
      if (message.content === 'hi')
        await bot.channels(message.channel_id).messages.post({ content: `hi from shard ${shardId}` });
    });
    await bot.connect();
    const answer = bot.waitFor('MESSAGE_CREATE', (message) => message.author.id === discord.user.id, {
      timeoutMs: 5000,
    });
    discord.createMessage(channelId, { content: 'hi' });
    await answer;
    const [sent] = discord.ledger.filter('message', ({ by }) => by === 'bot');
    expect(sent).toMatchObject({ channelId });
  });

  it('hands INTERACTION_CREATE to its interactions, and answers by the callback', async () => {
    const guild = discord.createGuild({ channels: 1 });
    await using bot = new Client(discord.token, { intents: ['Guilds'], rest: { baseUrl: discord.restUrl } });
    bot.interactions.command('ping', (i) => i.reply({ content: 'pong' }));
    await bot.connect();
    const result = await discord.interact(null, { guildId: guild.id, data: { name: 'ping' } });
    expect(result.callback).toMatchObject({ type: 4, data: { content: 'pong' } });
  });

  it('leaves an interaction without a handler to whoever listens for it', async () => {
    const guild = discord.createGuild({ channels: 1 });
    await using bot = new Client(discord.token, { intents: ['Guilds'], rest: { baseUrl: discord.restUrl } });
    bot.on('INTERACTION_CREATE', ({ id, token }) =>
      bot.rest.api
        .interactions(id)(token)
        .callback.post({ type: 4, data: { content: 'mine' } }),
    );
    await bot.connect();
    const result = await discord.interact(null, { guildId: guild.id, data: { name: 'ping' } });
    expect(result.callback).toMatchObject({ type: 4, data: { content: 'mine' } });
  });

  it('closes twice without complaint', async () => {
    const bot = new Client(discord.token, { rest: { baseUrl: discord.restUrl } });
    await bot.connect();
    await bot.close();
    await bot.close();
    expect(discord.ledger.filter('close')).toHaveLength(1);
  });
});

describe('a program of the founding two lines', () => {
  it('prints the user and ends by itself within a second', async () => {
    const program = `
      import { Client } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const bot = new Client(process.env.BOT_TOKEN, { rest: { baseUrl: process.env.REST_URL } });
      const me = await bot.users.me.get();
      console.log(me.id, performance.now());
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, BOT_TOKEN: discord.token, REST_URL: discord.restUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let printedAtMs = 0;
    child.stdout.on('data', (chunk) => {
      output += chunk;
      printedAtMs = performance.now();
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    expect(output).toContain(discord.user.id);
    expect(performance.now() - printedAtMs).toBeLessThan(1000);
  });
});
