/**
 * Pods that exist only as statuses: HTTP servers that answer the manager's polls, as many as wanted in one process. What they
 * answer can be changed at any time; a pod that is `gone` refuses connections' requests.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PodStatus, ShardReport } from '@tinfoil/cluster';

/** What one shard of the farm says; the rest is made up from its id. */
export type ShardChange = Partial<ShardReport>;

/** Pods of a farm. */
export interface PodFarm extends AsyncDisposable {
  readonly urls: readonly string[];
  /** Changes a shard. */
  shard(id: number, change: ShardChange): void;
  /** Changes a pod, or takes it away. */
  pod(ordinal: number, change: Partial<PodStatus> | 'gone'): void;
}

/** Opens one server per pod on 127.0.0.1. */
export async function startPodFarm(totalShards: number, shardsPerPod: number): Promise<PodFarm> {
  const shards = new Map<number, ShardChange>();
  const pods = new Map<number, Partial<PodStatus> | 'gone'>();
  const startedAtMs = Date.now() - 7_500_000;
  const statusOf = (ordinal: number): PodStatus => ({
    v: 1,
    pod: `bot-g1-${ordinal}`,
    ordinal,
    generation: 1,
    epoch: `epoch-${ordinal}`,
    totalShards,
    shardsPerPod,
    startedAtMs,
    draining: false,
    ready: true,
    version: '1.4.0',
    egressGroup: 'default',
    shards: Array.from({ length: Math.min(shardsPerPod, totalShards - ordinal * shardsPerPod) }, (_, index) =>
      shardOf(ordinal * shardsPerPod + index, shards.get(ordinal * shardsPerPod + index)),
    ),
    process: { rss: 96e6 + shardsPerPod * 4e6 + (ordinal % 7) * 1.5e6, heapUsed: 60e6, loopP99Ms: 1.5 + (ordinal % 5) },
    state: { messages: { reduce: 'sum', value: 1000 + ordinal } },
    ...(pods.get(ordinal) as Partial<PodStatus> | undefined), // A pod that is gone is never asked for its status.
  });
  const servers = await Promise.all(
    Array.from({ length: Math.ceil(totalShards / shardsPerPod) }, (_, ordinal) =>
      listen(
        createServer((request, response) => {
          if (pods.get(ordinal) === 'gone') return void response.destroy();
          if (!request.url?.startsWith('/v1/status')) return void response.writeHead(404).end();
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(statusOf(ordinal)));
        }),
      ),
    ),
  );
  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`), // TCP servers that listen.
    shard: (id, change) => void shards.set(id, { ...shards.get(id), ...change }),
    pod: (ordinal, change) => void pods.set(ordinal, change),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections())));
    },
  };
}

function shardOf(id: number, change: ShardChange | undefined): ShardReport {
  return {
    id,
    status: 'ready',
    guilds: 980 + ((id * 37) % 60),
    unavailable: 0,
    users: 240_000 + ((id * 7919) % 20_000),
    latencyMs: 38 + ((id * 13) % 25),
    lastEventAgeMs: (id * 31) % 400,
    resumes: id % 3,
    identifies: 1,
    lastCloseCode: null,
    ...change,
  };
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
