import { fetchGatewayBot, Gateway } from '@tinfoil/gateway';
import { Simulator } from '@tinfoil/testing';
import { expect, it } from 'vitest';
import { Cluster, ClusterManager } from '../../src/index.ts';

const keys = { keys: [{ id: '1', secret: 'k'.repeat(40) }] };
const free = { host: '127.0.0.1', port: 0 };

it('brings a cluster of three pods up, calls across it and sums it up', async () => {
  await using discord = await Simulator.start({ shards: 3, identifyGapMs: 300, maxConcurrency: 1 });
  for (let index = 0; index < 9; index++) discord.createGuild({ memberCount: 10 });
  const timing = { pollEveryMs: 200, quietMs: 100, identifyGapMs: 350, settleMs: 50, longPollMs: 2_000 };
  const ports = [46_101, 46_102, 46_103];
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  await using manager = new ClusterManager({
    totalShards: 3,
    peers: { urls },
    keys,
    timing,
    listen: { internal: free, ops: free },
    getGatewayBot: () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl }),
    onError: (cause, what) => console.log(what, cause),
  });
  await manager.start();
  const pods = await Promise.all(
    ports.map(async (port, ordinal) => {
      const cluster = new Cluster({
        totalShards: 3,
        ordinal,
        pod: `bot-${ordinal}`,
        peers: { urls },
        keys,
        timing,
        managerUrl: manager.addresses?.internal.url,
        listen: { internal: { host: '127.0.0.1', port }, ops: free, public: free },
        handlers: { where: async (args: { n: number }, ctx) => `${ordinal}/${args.n}/${ctx.shardId}` },
        state: { pods: { reduce: 'sum', read: () => 1 } },
        onError: (cause, what) => console.log(what, cause),
      });
      const gateway = new Gateway({
        token: discord.token,
        intents: ['Guilds'],
        baseUrl: discord.restUrl,
        ...cluster.gatewayOptions(),
      });
      await cluster.start({ gateway });
      await gateway.connect();
      return cluster;
    }),
  );
  expect(discord.ledger.filter('identify')).toHaveLength(3);
  const [first] = pods;
  expect(await first?.rpc.shard(2).call('where', { n: 7 })).toBe('2/7/2');
  expect(await first?.rpc.shard(0).call('where', { n: 7 })).toBe('0/7/0');
  const all = await first?.rpc.broadcast('where', { n: 1 });
  expect(all?.valuesOrThrow()).toEqual(['0/1/undefined', '1/1/undefined', '2/1/undefined']);
  await manager.poll();
  const state = await first?.globalState();
  expect(state).toMatchObject({ source: 'manager', coverage: 1, missing: [], shards: { ready: 3 } });
  expect(state?.guilds.value).toBe(9);
  expect(state?.user.pods?.value).toBe(3);
  await Promise.all(pods.map((pod) => pod.drain()));
});
