/** Express: the handler goes on its route ahead of any body parser, or behind `express.raw`. */
import { toNodeHandler } from '@tinfoil/interactions/node';
import express from 'express';
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL });
const app = express();
if (process.env.RAW === '1') app.use(express.raw({ type: '*/*', limit: '64kb' }));
app.all('/', toNodeHandler(bot));
app.use(express.json());
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
});
