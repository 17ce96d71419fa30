/**
 * A bot moved over from a caching library: what was `message.reply` and `client.guilds.cache` is a REST call and an event here.
 * Payloads keep Discord's own names.
 */
import { Client, hasPermissions } from 'tinfoil';

const bot = new Client(process.env.BOT_TOKEN, {
  intents: ['Guilds', 'GuildMessages', 'MessageContent'],
  rest: { baseUrl: process.env.TINFOIL_API_URL },
});

// Before: client.guilds.cache. Keep what you need, and no more.
const names = new Map<string, string>();
bot.on('GUILD_CREATE', (guild) => {
  if (!guild.unavailable) names.set(guild.id, guild.name);
});
bot.on('GUILD_DELETE', ({ id, unavailable }) => {
  if (!unavailable) names.delete(id);
});

bot.on('MESSAGE_CREATE', async (message) => {
  if (message.author.bot || message.guild_id === undefined) return;
  const channel = bot.channels(message.channel_id);
  // Before: message.reply('pong')
  if (message.content === '!ping')
    await channel.messages.post({ content: 'pong', message_reference: { message_id: message.id } });
  // Before: message.guild.name
  if (message.content === '!server') await channel.messages.post({ content: names.get(message.guild_id) ?? 'unknown' });
  // Before: message.react('👍')
  if (message.content === '!like') await channel.messages(message.id).reactions('👍').me.put(undefined);
});

// Before: client.once('ready', …)
bot.on('ready', ({ user, shardId }) => console.log(`${user.username} is up on shard ${shardId}`));
process.once('SIGTERM', () => bot.close());
await bot.connect();
console.log(`ready, may manage messages by default: ${hasPermissions(0n, 1n << 13n)}`);
