/** `node:http`, on whatever runtime has it. */
import { createServer } from 'node:http';
import { toNodeHandler } from '@tinfoil/interactions/node';
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL });
const server = createServer(toNodeHandler(bot)).listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
});
