/** oceanic.js against the Simulator over zlib-stream. */
import { Simulator } from '@tinfoil/testing';
import { Client } from 'oceanic.js';
import { expect, it } from 'vitest';

it('receives GUILD_CREATE and the MESSAGE_CREATE of its own message over zlib-stream', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild({ name: 'Kitchen' });
  const client = new Client({
    auth: `Bot ${discord.token}`,
    rest: { baseURL: discord.restUrl },
    gateway: { intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'], compress: 'zlib-stream', maxShards: 1 },
  });
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  const ready = new Promise((resolve) => client.once('ready', () => resolve(undefined)));
  const received = new Promise<string>((resolve) => {
    client.once('messageCreate', (message) => resolve(`${message.author.id}: ${message.content}`));
  });
  try {
    await client.connect();
    await ready;
    expect(client.guilds.get(guild.id)?.name).toBe('Kitchen');
    await client.rest.channels.createMessage(guild.channels[0]!.id, { content: 'from oceanic' });
    expect(await received).toBe(`${discord.applicationId}: from oceanic`);
  } finally {
    client.disconnect(false);
  }
  expect(errors).toEqual([]);
  expect(discord.ledger.filter('connect')).toMatchObject([{ compress: 'zlib-stream' }]);
});
