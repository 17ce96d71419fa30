/** The bot: its commands and listeners. Nothing connects before `connect()`. */
import { Client, type ClientOptions } from 'tinfoil';

export function createBot(token: string, options: ClientOptions = {}): Client {
  const bot = new Client(token, { intents: ['Guilds'], ...options });

  bot.interactions.command({ name: 'ping', description: 'Answers pong' }, (i) => i.reply({ content: 'pong' }));

  bot.on('GUILD_CREATE', (guild) => {
    if (!guild.unavailable) console.log(`in ${guild.name}`);
  });
  return bot;
}
