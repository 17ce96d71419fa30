/** Deno: `fetch` is all it asks for. */
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: Deno.env.get('PUBLIC_KEY'), baseUrl: Deno.env.get('API_URL') });
Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(`port ${port}`) }, bot.fetch);
