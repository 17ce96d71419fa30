/**
 * Memory, in processes that hold nothing but a gateway: after READY with 2,500 guilds, per idle shard, and with 1,000 shards
 * while events flow. `node memory.mjs --shards 1000 --rounds 10`. Budgets stand beside the checks. Needs a build.
 */
import { fork } from 'node:child_process';
import { numbers } from './arguments.mjs';

const { shards, rounds, guilds } = numbers({ shards: 1_000, rounds: 10, guilds: 2_500 });
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
let failed = 0;
function check(what, ok) {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
  if (!ok) failed += 1;
}

/** Discord with a gateway at it; `ask` sends a message and waits for an answer of that type. */
async function start(shardCount, guildCount) {
  const discord = talk(fork(new URL('./memory-discord.mjs', import.meta.url), [shardCount, guildCount].map(String)));
  const { restUrl, token } = await discord.told('up');
  const gateway = talk(fork(new URL('./memory-gateway.mjs', import.meta.url), [restUrl, token, String(guildCount)]));
  const started = await gateway.told('started');
  gateway.child.send({ type: 'connect' });
  const connected = await gateway.told('connected');
  const end = async () => {
    for (const { child, ended } of [gateway, discord]) {
      child.send({ type: 'end' });
      await ended;
    }
  };
  return { discord, gateway, started, connected, end };
}

function talk(child) {
  const waiting = new Map();
  child.on('message', (message) => waiting.get(message.type)?.(message));
  return {
    child,
    ended: new Promise((resolve) => child.once('exit', resolve)),
    told: (type) => new Promise((resolve) => waiting.set(type, resolve)),
  };
}

const many = await start(1, guilds);
await many.end();
const { rssBytes } = many.connected;
check(
  `${guilds} guilds after READY: rss ${megabytes(rssBytes)} (before connecting ${megabytes(many.started.rssBytes)}), budget 90 MB`,
  rssBytes <= 90 * 2 ** 20,
);

const one = await start(1, 0);
await one.end();
const fleet = await start(shards, 0);
const perShardHeap = (fleet.connected.heapBytes - one.connected.heapBytes) / (shards - 1);
const perShardRss = (fleet.connected.rssAfterBytes - one.connected.rssAfterBytes) / (shards - 1);
check(
  `idle shard: ${(perShardHeap / 1024).toFixed(1)} KB heap, ${(perShardRss / 1024).toFixed(1)} KB rss, budgets 25 and 80 KB`,
  perShardHeap <= 25 * 1024 && perShardRss <= 80 * 1024,
);

const weights = [];
for (let round = 1; round <= rounds; round++) {
  fleet.discord.child.send({ type: 'events', count: 20 });
  await fleet.discord.told('sent');
  fleet.gateway.child.send({ type: 'weigh', count: round * 20 * shards });
  weights.push(await fleet.gateway.told('weighed'));
}
await fleet.end();
const heaps = weights.map(({ heapBytes }) => heapBytes);
const [early, late] = [heaps[Math.floor(rounds / 3)], heaps.at(-1)];
check(
  `${shards} shards, ${weights.at(-1).flow} events: heap ${megabytes(early)} to ${megabytes(late)}, rss ${megabytes(weights.at(-1).rssBytes)}`,
  late <= early * 1.05 + 2 ** 20,
);
process.exitCode = failed === 0 ? 0 : 1;
