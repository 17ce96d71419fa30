/** One gateway in a process with nothing else, which tells what it weighs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createIdentifyLimiter, fetchGatewayBot, Gateway } from '@tinfoil/gateway';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const [restUrl, token, guilds] = process.argv.slice(2);

const getGatewayBot = () => fetchGatewayBot({ token, baseUrl: restUrl });
const identifyLimiter = createIdentifyLimiter({ getGatewayBot, gapMs: 0, reserve: 0 });
const gateway = new Gateway({ token, intents: 513, getGatewayBot, identifyLimiter });
let flow = 0;
gateway.on('FLOW', () => {
  flow += 1;
});

function weigh(type) {
  // As it stands first: collecting by hand would hide what a process really holds.
  const rssBytes = process.memoryUsage.rss();
  collectGarbage();
  process.send({
    type,
    flow,
    rssBytes,
    heapBytes: process.memoryUsage().heapUsed,
    rssAfterBytes: process.memoryUsage.rss(),
  });
}

process.on('message', async ({ type, count }) => {
  if (type === 'connect') {
    await gateway.connect();
    while (gateway.totals.guilds < Number(guilds) || gateway.totals.unavailable > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    weigh('connected');
  }
  if (type === 'weigh') {
    while (flow < count) await new Promise((resolve) => setTimeout(resolve, 20));
    weigh('weighed');
  }
  if (type === 'end') await gateway.close().then(() => process.disconnect());
});
weigh('started');
