/** Pods in this process, for tests of one pod's sockets: a stand-in holds the shards, everything else is real. */
import { type AddressInfo, createServer } from 'node:net';
import { request } from 'undici';
import { sign } from '../../src/auth.ts';
import { Cluster, type ClusterOptions, type GatewayPart, type HandlerMap, type ShardView } from '../../src/index.ts';
import { createKeyRing } from '../../src/keys.ts';
import { createNonceSource } from '../../src/nonces.ts';

export const secret: string = 'k'.repeat(40);
export const free: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 };

/** Gateway without a network: its shards are in the status given. */
export function standInGateway(
  ids: readonly number[],
  status = 'ready',
): GatewayPart & { readonly calls: string[]; status: string } {
  const calls: string[] = [];
  return {
    calls,
    status,
    get shards(): readonly ShardView[] {
      return ids.map((id) => ({
        id,
        status: this.status,
        guilds: 1,
        unavailable: 0,
        users: 5,
        resumes: 0,
        identifies: 1,
      }));
    },
    restartShard: (shardId, { mode }) => calls.push(`restart ${shardId} ${mode}`),
    async close(options) {
      calls.push(`close ${options?.resumable === true ? 'resumable' : 'for good'}`);
    },
    idle: async () => undefined,
  };
}

/** Options of a pod on loopback with a key. */
export function podOptions<H extends HandlerMap>(
  more: Partial<ClusterOptions<H>> & { readonly totalShards: number },
): ClusterOptions<H> {
  return {
    ordinal: 0,
    keys: { keys: [{ id: 'one', secret }] },
    listen: { public: free, internal: free, ops: free },
    ...more,
    timing: { settleMs: 0, statusTimeoutMs: 500, forwardTimeoutMs: 300, ...more.timing },
  };
}

/** Two or more pods that know each other. */
export async function startPods<H extends HandlerMap>(
  count: number,
  more: (ordinal: number) => Partial<ClusterOptions<H>> & Parameters<Cluster['start']>[0],
): Promise<Cluster<H>[]> {
  const urls = (await freePorts(count)).map((port) => `http://127.0.0.1:${port}`);
  return Promise.all(
    urls.map(async (url, ordinal) => {
      const { gateway, interactions, ...options } = more(ordinal) ?? {};
      const internal = { host: '127.0.0.1', port: Number(new URL(url).port) };
      const listen = { public: free, internal, ops: free };
      const cluster = new Cluster<H>({
        ...podOptions<H>({ totalShards: count, ...options }),
        ordinal,
        peers: { urls },
        listen,
      });
      await cluster.start({ gateway, interactions });
      return cluster;
    }),
  );
}

/** Signed request, as another pod would send it. */
export async function post(
  url: string,
  path: string,
  options: {
    readonly to: string;
    readonly method?: string;
    readonly body?: string;
    readonly key?: string;
    readonly keyId?: string;
    readonly change?: (headers: Record<string, string>) => void;
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const [key] = createKeyRing([{ id: options.keyId ?? 'one', secret: options.key ?? secret }]).keys;
  const { method = 'POST', body = '', to } = options;
  const headers = key && { ...sign({ method, path, body, to }, key, createNonceSource()(), Date.now()) };
  options.change?.(headers as Record<string, string>);
  // Not fetch: it sends a request that was answered 421 a second time.
  const answer = await request(`${url}${path}`, {
    method: method as 'POST',
    headers,
    ...(body !== '' && { body }),
  } as object);
  return { status: answer.statusCode, text: await answer.body.text() };
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
