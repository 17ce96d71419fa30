/** discord.js at everyday work against the Simulator: commands, interactions, members, files, messages. */
import { Simulator } from '@tinfoil/testing';
import { AttachmentBuilder, Client, Events, GatewayIntentBits, MessageFlags, SlashCommandBuilder } from 'discord.js';
import { afterEach, beforeEach, expect, it } from 'vitest';

let discord: Simulator;
let client: Client<true>;

beforeEach(async () => {
  discord = await Simulator.start();
  discord.createGuild({ id: '1100000000000000000', name: 'Kitchen', members: 2500 });
  const connecting = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers, GatewayIntentBits.GuildMessages],
    rest: { api: discord.restUrl.replace(/\/v10$/, '') },
  });
  const ready = new Promise<Client<true>>((resolve) => connecting.once(Events.ClientReady, resolve));
  await connecting.login(discord.token);
  client = await ready;
});

afterEach(async () => {
  await client.destroy();
  await discord.close();
});

it('registers a command, and answers it by reply, defer, edit and follow-up', async () => {
  const guild = client.guilds.cache.first()!;
  await client.application.commands.set([new SlashCommandBuilder().setName('cook').setDescription('Cooks')]);
  expect(discord.commands()).toMatchObject([{ name: 'cook', type: 1 }]);
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply(`${interaction.commandName} for ${interaction.guild?.name}`);
    await interaction.followUp('served');
  });
  const result = await discord.interact(null, { guildId: guild.id, data: { name: 'cook' } });
  expect(result).toMatchObject({ failure: null, callback: { type: 5 } });
  await result.waitForMessage(({ content }) => content === 'served');
  expect(result.messages().map(({ content }) => content)).toEqual(['cook for Kitchen', 'served']);
});

it('fetches all members in chunks, and single ones', async () => {
  const guild = client.guilds.cache.first()!;
  const members = await guild.members.fetch();
  expect(members.size).toBe(2501);
  expect(discord.ledger.filter('dispatch', ({ event }) => event === 'GUILD_MEMBERS_CHUNK')).toHaveLength(3);
  expect((await guild.members.fetchMe({ force: true })).id).toBe(discord.applicationId);
});

it('sends, edits, reacts to, lists and deletes messages; uploads a file; gives a role', async () => {
  const guild = client.guilds.cache.first()!;
  const channel = guild.channels.cache.find((other) => other.isSendable())!;
  if (!channel.isTextBased()) throw new Error('the channel takes no messages');
  const message = await channel.send({
    content: 'one',
    files: [new AttachmentBuilder(Buffer.from('soup'), { name: 'soup.txt', description: 'hot' })],
  });
  expect(message.attachments.first()).toMatchObject({ name: 'soup.txt', size: 4, description: 'hot' });
  expect((await message.edit('two')).content).toBe('two');
  await message.react('🍲');
  expect((await channel.messages.fetch({ limit: 5 })).size).toBe(1);
  await message.delete();
  await expect(channel.messages.fetch(message.id)).rejects.toMatchObject({ code: 10_008, status: 404 });
  const role = await guild.roles.create({ name: 'cook' });
  const member = await guild.members.addRole({ user: guild.ownerId, role });
  void member;
  expect(discord.guild(guild.id)?.members.find(({ user }) => user.id === guild.ownerId)?.roles).toEqual([role.id]);
});

it('waits for the limits that it is told of, and is never refused', async () => {
  const channel = client.guilds.cache.first()!.channels.cache.find((other) => other.isSendable())!;
  if (!channel.isTextBased()) throw new Error('the channel takes no messages');
  discord.faults.rest('POST /channels/{channel_id}/messages', { type: 'rateLimit', scope: 'user', retryAfterMs: 50 });
  await channel.send('after a 429');
  expect(discord.ledger.filter('response', ({ status }) => status === 429)).toHaveLength(1);
  expect(discord.messages(channel.id)).toHaveLength(1);
});
