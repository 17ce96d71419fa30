/** Registers the slash commands. Sends nothing when nothing changed. */
import { createBot } from './bot.js';
import { required } from './env.js';

await createBot({ token: required('BOT_TOKEN') }).register();
console.log('slash commands registered');
