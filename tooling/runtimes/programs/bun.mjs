/** Bun: `fetch` is all it asks for. */
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL });
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: bot.fetch });
console.log(`port ${server.port}`);
