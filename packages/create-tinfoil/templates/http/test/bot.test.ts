/** The bot against a simulated Discord: real requests with real signatures on 127.0.0.1, no token, no network. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Simulator } from '@tinfoil/testing';
import { createBot } from '../src/bot.js';
import { createBotServer } from '../src/server.js';

async function start(t: TestContext) {
  const discord = await Simulator.start();
  t.after(() => discord.close());
  const bot = createBot({ publicKey: discord.publicKey, token: discord.token, baseUrl: discord.restUrl });
  const server = createBotServer(bot).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { discord, bot, url };
}

test('answers /ping with pong', async (t) => {
  const { discord, bot, url } = await start(t);
  await bot.register();
  assert.deepEqual(
    discord.commands().map(({ name }) => name),
    ['ping'],
  );
  const { status, callback } = await discord.interact(url, { data: { name: 'ping' } });
  assert.equal(status, 200);
  assert.deepEqual(callback?.data, { content: 'pong' });
});

test('refuses what Discord has not signed', async (t) => {
  const { discord, url } = await start(t);
  const { status } = await discord.interact(url, { data: { name: 'ping' }, badSignature: true });
  assert.equal(status, 401);
});

test('says that it is up', async (t) => {
  const { url } = await start(t);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});
