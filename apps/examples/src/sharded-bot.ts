/**
 * A pod of a sharded bot: it counts messages, and any pod can ask any other, or all of them.
 *
 *   TINFOIL_TOTAL_SHARDS=2 POD_NAME=bot-0 TINFOIL_PEERS=http://127.0.0.1:7001,http://127.0.0.1:7002 … node dist/sharded-bot.js
 */
import { Client, clusterEnv } from 'tinfoil';

let messages = 0;
const handlers = {
  messages: () => messages,
  announce: (text: string) => {
    console.log(`heard: ${text}`);
  },
};

const bot = new Client<typeof handlers>(process.env.BOT_TOKEN, {
  intents: ['Guilds', 'GuildMessages', 'MessageContent'],
  rest: { baseUrl: process.env.TINFOIL_API_URL },
  cluster: { ...clusterEnv(process.env), handlers, state: { messages: { reduce: 'sum', read: () => messages } } },
});
const { cluster } = bot;

bot.on('MESSAGE_CREATE', async ({ content, guild_id }) => {
  messages += 1;
  if (cluster === undefined || guild_id === undefined) return;
  if (content === '!count') {
    const { results, complete } = await cluster.rpc.broadcast('messages', undefined);
    const total = results.reduce((sum, result) => sum + (result.ok ? result.value : 0), 0);
    console.log(`${total} messages in all${complete ? '' : ', some pods did not answer'}`);
  }
  if (content === '!announce') await cluster.rpc.broadcast('announce', `from shard ${cluster.shardIdOf(guild_id)}`);
});

process.once('SIGTERM', () => bot.close());
await bot.connect();
console.log('ready');
