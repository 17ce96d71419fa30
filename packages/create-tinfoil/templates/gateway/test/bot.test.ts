/** The bot against a simulated Discord: real HTTP and WebSocket on 127.0.0.1, no token, no network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulator } from '@tinfoil/testing';
import { createBot } from '../src/bot.js';

test('answers /ping with pong', async (t) => {
  const discord = await Simulator.start();
  t.after(() => discord.close());
  const guild = discord.createGuild({ channels: 1 });
  const bot = createBot(discord.token, { rest: { baseUrl: discord.restUrl } });
  t.after(() => bot.close());
  await bot.interactions.register();
  await bot.connect();

  assert.deepEqual(
    discord.commands().map(({ name }) => name),
    ['ping'],
  );
  const { callback } = await discord.interact(null, { guildId: guild.id, data: { name: 'ping' } });
  assert.deepEqual(callback?.data, { content: 'pong' });
});

test('keeps its session when the connection is lost', async (t) => {
  const discord = await Simulator.start();
  t.after(() => discord.close());
  discord.createGuild({ channels: 1 });
  const bot = createBot(discord.token, { rest: { baseUrl: discord.restUrl } });
  t.after(() => bot.close());
  await bot.connect();

  discord.faults.close(4000);
  await discord.ledger.waitFor('resumed', () => true, { timeoutMs: 10_000 });
  assert.equal(discord.ledger.count('identify'), 1);
});
