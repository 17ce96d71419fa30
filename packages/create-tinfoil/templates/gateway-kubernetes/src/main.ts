/** The program in its two roles on Kubernetes: `shard`, a pod with its shards, and `manager`, one for all of them. */
import { ClusterManager, clusterEnv, managerEnv } from 'tinfoil';
import { createBot } from './bot.js';
import { required } from './env.js';

const onStop = (stop: () => Promise<void>) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
};

async function runShard(): Promise<void> {
  const bot = createBot(required('BOT_TOKEN'), {
    rest: { baseUrl: process.env.TINFOIL_API_URL },
    interactions: { publicKey: required('DISCORD_PUBLIC_KEY') },
    cluster: clusterEnv(process.env),
  });
  bot.on('ready', ({ shardId, resumed }) => console.log(`shard ${shardId} ${resumed ? 'resumed' : 'ready'}`));
  bot.on('error', ({ cause }) => console.error(cause));
  // A pod that exited would be started again, and spend identifies on the same mistake: it stays, not ready.
  bot.on('fatal', ({ error }) => console.error(error.message));
  let stopping = false;
  onStop(() => {
    stopping = true;
    return bot.close();
  });
  await bot.connect().catch((error) => {
    if (!stopping) throw error;
  });
}

async function runManager(): Promise<void> {
  const manager = new ClusterManager({
    ...managerEnv(process.env),
    onError: (cause, what) => console.error(what, cause),
  });
  onStop(() => manager.close());
  await manager.start();
  console.log(`manager listens, status page at ${manager.addresses?.ops.url}/`);
}

const role = process.argv[2] ?? 'shard';
if (role !== 'shard' && role !== 'manager') {
  console.error(`role must be shard or manager, got ${JSON.stringify(role)}`);
  process.exit(1);
}
await (role === 'manager' ? runManager() : runShard());
