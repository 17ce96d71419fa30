import { describe, expect, it } from 'vitest';
import { Cluster, ClusterManager, clusterEnv, managerEnv } from '../../src/index.ts';

const good = {
  TINFOIL_TOTAL_SHARDS: '8',
  TINFOIL_SHARDS_PER_POD: '2',
  POD_NAME: 'bot-g1-3',
  TINFOIL_PEER_TEMPLATE: 'http://bot-{pod}.bot:8081',
  TINFOIL_HOST: '127.0.0.1',
};

describe('the environment', () => {
  it('is options of a pod; an empty index label counts as absent', () => {
    const options = clusterEnv({
      ...good,
      TINFOIL_POD_INDEX: '',
      TINFOIL_INTERNAL_PORT: '0',
      TINFOIL_OPS_HOST: '127.0.0.2',
    });
    expect(options).toMatchObject({
      totalShards: 8,
      shardsPerPod: 2,
      pod: 'bot-g1-3',
      listen: { internal: { host: '127.0.0.1', port: 0 }, ops: { host: '127.0.0.2' } },
    });
    expect(options.ordinal).toBeUndefined();
    const cluster = new Cluster(options);
    expect(cluster.ordinal).toBe(3);
    expect(cluster.gatewayOptions().shards).toEqual({ ids: [6, 7], total: 8 });
    expect(cluster.isFirst).toBe(false);
  });

  it('prefers the index to the name', () => {
    expect(new Cluster(clusterEnv({ ...good, TINFOIL_POD_INDEX: '1' })).ordinal).toBe(1);
  });

  it('is options of the manager', () => {
    expect(managerEnv({ ...good, TINFOIL_IDENTIFY_RESERVE: '5' })).toMatchObject({
      totalShards: 8,
      identifyReserve: 5,
    });
  });

  it.each([
    [{ TINFOIL_TOTAL_SHARDS: '' }, 'TINFOIL_TOTAL_SHARDS must be a whole number from 1 to 1000000, got nothing'],
    [{ TINFOIL_TOTAL_SHARDS: '0x10' }, 'TINFOIL_TOTAL_SHARDS must be a whole number from 1 to 1000000, got "0x10"'],
    [{ TINFOIL_SHARDS_PER_POD: '-1' }, 'TINFOIL_SHARDS_PER_POD must be a whole number from 1 to 1000000, got "-1"'],
    [{ TINFOIL_REST_LIMIT: '0' }, 'TINFOIL_REST_LIMIT must be a whole number from 1 to 100000, got "0"'],
    [{ TINFOIL_OPS_PORT: '70000' }, 'TINFOIL_OPS_PORT must be a whole number from 0 to 65535, got "70000"'],
    [{ TINFOIL_MANAGER_URL: 'manager:8081' }, 'TINFOIL_MANAGER_URL must be an http or https URL, got "manager:8081"'],
    [
      { TINFOIL_PEER_TEMPLATE: 'http://bot:8081' },
      'TINFOIL_PEER_TEMPLATE must be a URL with {pod} in it, such as http://bot-{pod}.bot:8081, got "http://bot:8081"',
    ],
    [
      { TINFOIL_PEERS: 'http://a' },
      'only one of TINFOIL_PEER_TEMPLATE, TINFOIL_PEERS, TINFOIL_PEER_SRV may be set, got more',
    ],
  ])('is refused in one line: %j', (change, message) =>
    expect(() => clusterEnv({ ...good, ...change })).toThrow(new TypeError(message)),
  );
});

describe('options', () => {
  const base = { totalShards: 4, peers: { template: 'http://127.0.0.1:{pod}' } };

  it.each([
    [{ ...base, ordinal: 4 }, 'cluster: ordinal must be 0 to 3 (4 shards, 1 per pod), got 4'],
    [{ ...base, pod: 'bot' }, 'cluster: pod must end in -<ordinal> when ordinal is not given, got "bot"'],
    [{ totalShards: 4, ordinal: 0 }, 'cluster: peers must be given for 4 pods (template, urls or srv), got none'],
    [
      { ...base, ordinal: 0, peers: { urls: ['http://a'] } },
      'cluster: peers.urls must hold one URL for each of the 4 pods, got 1',
    ],
    [
      { ...base, ordinal: 0, peers: { template: 'http://a/{pod}/x' } },
      'cluster: peers.template must be an http or https URL without a path, got "http://a/0/x"',
    ],
    [
      { ...base, ordinal: 0, timing: { pollEveryMs: -1 } },
      'cluster: timing.pollEveryMs must be a number of milliseconds of at least 0, got -1',
    ],
    [
      { ...base, ordinal: 0, listen: { ops: { port: 99_999 } } },
      'cluster: listen.ops.port must be 0 to 65535, got 99999',
    ],
    [
      { ...base, ordinal: 0, handlers: { ban: 1 as never } },
      'cluster: handlers.ban must be a function or { args, run }, got number',
    ],
  ])('are refused in one line: %j', (options, message) => expect(() => new Cluster(options)).toThrow(message));

  it('refuse an internal listener that other machines reach without keys', async () => {
    const message =
      'cluster: internal listener on 0.0.0.0 needs keys (option keys, TINFOIL_KEYS_FILE); without keys it must be on a loopback address such as 127.0.0.1';
    await expect(new Cluster({ ...base, ordinal: 0 }).start()).rejects.toThrow(message);
    await expect(new ClusterManager(base).start()).rejects.toThrow(message);
  });

  it('name the port that is taken', async () => {
    const free = { host: '127.0.0.1', port: 0 };
    await using first = new Cluster({ totalShards: 1, timing: { settleMs: 0 }, listen: { internal: free, ops: free } });
    await first.start();
    const port = first.addresses?.internal.port as number;
    const second = new Cluster({ totalShards: 1, listen: { internal: { port }, ops: free } });
    await expect(second.start()).rejects.toThrow(
      `cluster: internal listener cannot use 127.0.0.1:${port} (that port is taken)`,
    );
  });
});

it('is a pod by itself, without peers, keys or manager', async () => {
  const free = { host: '127.0.0.1', port: 0 };
  await using alone = new Cluster({
    totalShards: 2,
    shardsPerPod: 2,
    timing: { settleMs: 0 },
    listen: { internal: free, ops: free },
    handlers: { ping: () => 'pong' },
  });
  await alone.start();
  expect(alone.gatewayOptions().identifyLimiter).toBeUndefined();
  expect(await alone.rpc.shard(1).call('ping', undefined)).toBe('pong');
  expect((await alone.rpc.broadcast('ping', undefined)).values).toEqual(['pong']);
  expect(await alone.globalState()).toMatchObject({ source: 'sweep', coverage: 1, missing: [] });
});
