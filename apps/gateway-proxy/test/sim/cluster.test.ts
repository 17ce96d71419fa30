/** Proxies as pods of a cluster: permits from the manager, each with its own shards, and a roll of one that costs no IDENTIFY. */
import { createServer } from 'node:net';
import { ClusterManager } from '@tinfoil/cluster';
import { fetchGatewayBot } from '@tinfoil/gateway';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RawClient, startProxy, temporaryDirectory } from '../support.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const free = { host: '127.0.0.1', port: 0 };
const keys = { keys: [{ id: '1', secret: 'k'.repeat(40) }] };

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

it('shares the shards out over pods, and one that rolls resumes', async () => {
  await using discord = await Simulator.start({ shards: 2, identifyGapMs: 300, maxConcurrency: 1 });
  const guild = discord.createGuild({ shardId: 0, totalShards: 2 });
  const timing = { pollEveryMs: 200, quietMs: 100, identifyGapMs: 350, settleMs: 50, longPollMs: 2_000 };
  const ports = [await freePort(), await freePort()];
  const peers = { urls: ports.map((port) => `http://127.0.0.1:${port}`) };
  await using manager = new ClusterManager({
    totalShards: 2,
    peers,
    keys,
    timing,
    listen: { internal: free, ops: free },
    getGatewayBot: () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl }),
  });
  await manager.start();
  const start = (ordinal: number) =>
    startProxy(discord, `${directory.path}/${ordinal}`, {
      cluster: {
        totalShards: 2,
        ordinal,
        pod: `gateway-proxy-${ordinal}`,
        peers,
        keys,
        timing,
        managerUrl: manager.addresses?.internal.url,
        stateDirectory: `${directory.path}/${ordinal}`,
        listen: { internal: { host: '127.0.0.1', port: ports[ordinal]! }, ops: free, public: free },
      },
    });
  const [first, second] = await Promise.all([start(0), start(1)]);
  await using _second = second;
  expect(discord.ledger.filter('identify').map(({ outcome }) => outcome)).toEqual(['ready', 'ready']);

  const stray = new RawClient(second.proxy.url.replace('http', 'ws'));
  await expect(stray.identify({ shard: [0, 2] })).rejects.toThrow();
  expect(await stray.closed()).toBe(4010);

  const client = new RawClient(first.proxy.url.replace('http', 'ws'));
  const { d } = await client.identify({ shard: [0, 2] });
  await client.next(({ t }) => t === 'GUILD_CREATE');
  await first.proxy.close();
  const missed = discord.createMessage(guild.channels[0]!.id, { content: 'while it rolled' });
  await using again = await start(0);
  const resumed = new RawClient(again.proxy.url.replace('http', 'ws'));
  await resumed.resume(d.session_id, client.sequence);
  await resumed.next(({ t }) => t === 'RESUMED');
  expect(resumed.dispatches.map(({ t, d: data }) => [t, data.id])).toContainEqual(['MESSAGE_CREATE', missed.id]);
  expect(discord.ledger.filter('identify')).toHaveLength(2);
  resumed.socket.close(1000);
});
