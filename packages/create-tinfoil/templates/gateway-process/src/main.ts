/** The program: one process with every shard. */
import { createBot } from './bot.js';
import { required } from './env.js';

const bot = createBot(required('BOT_TOKEN'));
bot.on('ready', ({ shardId, user }) => console.log(`shard ${shardId} ready as ${user.username}`));
bot.on('error', ({ cause }) => console.error(cause));
bot.on('fatal', ({ error }) => {
  console.error(error.message);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => bot.close());
await bot.connect();
