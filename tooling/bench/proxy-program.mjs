/** The proxy, as a process of its own that tells its CPU time and memory when asked: `node proxy-program.mjs <upstream port> <shards> <folder> [buffer bytes]`. */
import { GatewayProxy } from '@tinfoil/gateway-proxy';

const [, , port, shards, stateDirectory, bufferBytes] = process.argv;
const total = Number(shards);
const proxy = new GatewayProxy({
  token: 'bot.token.bench',
  intents: 0x3317fff | 0x8102,
  apiUrl: `http://127.0.0.1:${port}/api/v10`,
  shards: { ids: Array.from({ length: total }, (_, id) => id), total },
  accessTokens: [{ name: 'bench', token: 'access.token.of.the.bench' }],
  listen: { host: '127.0.0.1', port: 0 },
  ops: { host: '127.0.0.1', port: 0 },
  stateDirectory,
  bufferBytes: bufferBytes === undefined ? undefined : Number(bufferBytes),
  gatewayTiming: { resumeJitterMs: 0 },
});
process.on('message', async (message) => {
  if (message === 'usage') {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send({ cpuUs: user + system, rssMb: process.memoryUsage().rss / 2 ** 20 });
  } else if (message === 'close') {
    await proxy.close();
    process.exit();
  }
});
process.on('disconnect', () => process.exit());
await proxy.start();
process.send({ url: proxy.url.replace('http', 'ws') });
