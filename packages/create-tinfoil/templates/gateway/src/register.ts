/** Registers the slash commands. Sends nothing when nothing changed. */
import { createBot } from './bot.js';
import { required } from './env.js';

await createBot(required('BOT_TOKEN')).interactions.register();
console.log('slash commands registered');
