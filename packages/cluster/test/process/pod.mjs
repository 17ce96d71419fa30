/**
 * A pod as a real process, from the built packages: holds shards of the Simulator, notes every message it handled in a file
 * before it returns, and does what its parent says over IPC. Ends when its parent is gone.
 */
import { appendFileSync } from 'node:fs';
import { Cluster, clusterEnv } from '@tinfoil/cluster';
import { Gateway } from '@tinfoil/gateway';

const options = JSON.parse(process.env.TEST_OPTIONS ?? '{}');
process.on('disconnect', () => process.exit());
// A machine whose clock is off.
const { now } = Date;
Date.now = () => now() + Number(process.env.TEST_SKEW_MS ?? 0);
const tell = (message) => process.connected && process.send(message);

const cluster = new Cluster({
  ...clusterEnv(process.env),
  timing: options.timing,
  handlers: {
    echo: async (args) => args,
    who: () => ({ pid: process.pid, ordinal: cluster.ordinal }),
    slow: (args) => new Promise((resolve) => setTimeout(resolve, args.ms, 'late')),
    shard: (_, context) => context.shardId,
  },
  state: { pods: { reduce: 'sum', read: () => 1 } },
  onError: (cause, what) => tell({ note: `${what}: ${cause?.message ?? cause}` }),
});
const gateway = new Gateway({
  token: process.env.BOT_TOKEN,
  intents: ['Guilds', 'GuildMessages'],
  baseUrl: process.env.TINFOIL_API_URL,
  timing: options.gatewayTiming,
  ...cluster.gatewayOptions(),
});
gateway.on('MESSAGE_CREATE', async (message, { shardId, replayed }) => {
  // Work that takes a moment: a kill must find some of it unfinished.
  await new Promise((resolve) => setImmediate(resolve));
  appendFileSync(options.handled, `${message.id} ${shardId} ${message.guild_id} ${replayed ? 'replayed' : 'live'}\n`);
});
gateway.on('fatal', (cause) => tell({ fatal: String(cause?.message ?? cause) }));
gateway.on('error', ({ cause, event }) => tell({ note: `gateway ${event}: ${cause?.message ?? cause}` }));

process.on('SIGTERM', async () => {
  await cluster.drain();
  tell({ drained: true });
  process.exit(0);
});

const commands = {
  broadcast: async ({ name, args, options: given }) => {
    const startedAt = performance.now();
    const { ok, failed, complete, results } = await cluster.rpc.broadcast(name, args, given);
    return { ok, failed, complete, results, tookMs: performance.now() - startedAt };
  },
  shard: ({ shardId, name, args, options: given }) => cluster.rpc.shard(shardId).call(name, args, given),
  guild: ({ guildId, name, args, options: given }) => cluster.rpc.guild(guildId).call(name, args, given),
  many: async ({ shardId, name, args, count }) => {
    const calls = Array.from({ length: count }, (_, n) =>
      cluster.rpc.shard(shardId).call(name, { ...args, n }, { timeoutMs: 10_000 }),
    );
    return (await Promise.all(calls)).map(({ n }) => n);
  },
  latencies: async ({ shardId, forMs }) => {
    const latencies = [];
    const endsAt = performance.now() + forMs;
    while (performance.now() < endsAt) {
      const from = performance.now();
      await cluster.rpc.shard(shardId).call('echo', {});
      latencies.push(performance.now() - from);
    }
    return latencies;
  },
  globalState: () => cluster.globalState(),
  shards: () => gateway.shards,
};
process.on('message', async ({ id, command, ...args }) => {
  try {
    tell({ id, value: await commands[command](args) });
  } catch (cause) {
    tell({ id, failure: { message: cause.message, code: cause.code, reason: cause.reason, topology: cause.topology } });
  }
});

await cluster.start({ gateway });
tell({ listening: true });
await gateway.connect();
tell({ up: true });
