/** discord.js against the Simulator: the whole library, uncompressed (it takes zlib-stream only with a native addon). */
import { Simulator } from '@tinfoil/testing';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import { expect, it } from 'vitest';

it('logs in, receives GUILD_CREATE, sends a message and receives its own MESSAGE_CREATE', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild({ name: 'Kitchen', memberCount: 42 });
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    rest: { api: discord.restUrl.replace(/\/v10$/, '') },
  });
  try {
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    const received = new Promise<string>((resolve) => {
      client.once(Events.MessageCreate, (message) => resolve(`${message.author.id}: ${message.content}`));
    });
    await client.login(discord.token);
    await ready;
    expect(client.user?.id).toBe(discord.applicationId);
    expect(client.guilds.cache.get(guild.id)).toMatchObject({ name: 'Kitchen', memberCount: 42 });

    const channel = await client.channels.fetch(guild.channels[0]!.id);
    if (!channel?.isSendable()) throw new Error('the channel takes no messages');
    const sent = await channel.send('from discord.js');
    expect(sent.content).toBe('from discord.js');
    expect(await received).toBe(`${discord.applicationId}: from discord.js`);
  } finally {
    await client.destroy();
  }

  const [connect] = discord.ledger.filter('connect');
  expect(connect).toMatchObject({ version: 10, encoding: 'json', compress: null });
  expect(discord.ledger.filter('identify')).toMatchObject([{ outcome: 'ready', shardId: 0, totalShards: 1 }]);
  // destroy() closes with 1000, which ends the session.
  expect(await discord.ledger.waitFor('close')).toMatchObject({ by: 'client', code: 1000, sessionKept: false });
});
