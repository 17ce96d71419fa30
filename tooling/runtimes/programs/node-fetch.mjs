/** The web shell on Node: Request and Response made from `node:http`, as an adapter does it. */
import { createServer } from 'node:http';
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL });
const server = createServer(async (incoming, outgoing) => {
  const body = ['GET', 'HEAD'].includes(incoming.method) ? undefined : incoming;
  const init = { method: incoming.method, headers: incoming.headers, body, duplex: 'half' };
  const response = await bot.fetch(new Request('http://127.0.0.1/', init));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}).listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
});
