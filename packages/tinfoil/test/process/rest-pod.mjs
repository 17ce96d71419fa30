/**
 * A pod as a real process, from the built packages, that sends all the requests it may until its parent is gone, and answers
 * interactions that its parent hands it.
 */

import { clusterEnv } from '@tinfoil/cluster';
import { Client } from 'tinfoil';

process.on('disconnect', () => process.exit());
const tell = (message) => process.connected && process.send(message);

const bot = new Client(process.env.BOT_TOKEN, {
  rest: { baseUrl: process.env.TINFOIL_API_URL },
  cluster: { ...clusterEnv(process.env), onError: (cause, what) => tell({ note: `${what}: ${cause?.message}` }) },
});
for (const event of ['rateLimited', 'invalidRequest'])
  bot.rest.on(event, (info) => tell({ note: `${event} ${info.scope}` }));

process.on('message', async ({ id, token }) => {
  const from = performance.now();
  await bot.rest.api.interactions(id)(token).callback.post({ type: 5 });
  tell({ answeredMs: performance.now() - from });
});

/** One of many that always want to send. */
const work = async (worker) => {
  for (;;)
    await bot.rest
      .request({ method: 'GET', path: `/things/${bot.cluster.ordinal}/${worker}` })
      .catch((cause) => tell({ note: `failed: ${cause.message}` }));
};
await bot.cluster.start();
for (let worker = 0; worker < 60; worker += 1) void work(worker);
