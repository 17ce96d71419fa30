/** One contract over every store: files, the manager's memory, both layered, and Redis where there is one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileSessionStore, createMemorySessionStore } from '@tinfoil/gateway';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClusterManager } from '../../src/index.ts';
import { createKeyRing } from '../../src/keys.ts';
import { createManagerSessionStore } from '../../src/manager-sessions.ts';
import { PeerClient } from '../../src/peer-client.ts';
import { createRedisSessionStore } from '../../src/redis.ts';
import { createLayeredSessionStore } from '../../src/sessions.ts';
import { describeSessionStore, record } from '../session-stores.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const keys = [{ id: '1', secret: 'k'.repeat(40) }];

async function managerStore() {
  const free = { host: '127.0.0.1', port: 0 };
  const manager = new ClusterManager({
    totalShards: 4,
    peers: { template: 'http://127.0.0.1:{pod}' },
    keys: { keys },
    listen: { internal: free, ops: free },
  });
  await manager.start();
  const peer = new PeerClient({
    url: () => manager.addresses?.internal.url,
    to: 'manager',
    keys: createKeyRing(keys),
    connectTimeoutMs: 1_000,
  });
  ends.push(() => peer.close().then(() => manager.close()));
  return createManagerSessionStore({ manager: peer, timeoutMs: 2_000, guildsEveryMs: 0 });
}

function fileStore() {
  const directory = mkdtempSync(join(tmpdir(), 'tinfoil-sessions-'));
  ends.push(() => rmSync(directory, { recursive: true, force: true }));
  return createFileSessionStore({ directory });
}

describe('in memory', () => describeSessionStore(async () => createMemorySessionStore()));
describe('in files', () => describeSessionStore(async () => fileStore()));
describe('in the manager', () => describeSessionStore(managerStore));

describe('in files and the manager', () => {
  const layered = async (near = createMemorySessionStore(), far = createMemorySessionStore()) => {
    const store = createLayeredSessionStore({ near, far, everyMs: 60_000, onError: () => undefined });
    ends.push(() => store.close());
    return store;
  };
  describeSessionStore(async () => layered(fileStore(), await managerStore()));

  it('finds in the far store what the near one lost', async () => {
    const far = createMemorySessionStore();
    const first = await layered(createMemorySessionStore(), far);
    await first.save([record(0, { guilds: new Uint8Array([7]) })]);
    expect(await first.flush(100)).toBe(true);
    const second = await layered(createMemorySessionStore(), far);
    expect(await second.load([{ shardId: 0, totalShards: 4 }])).toEqual([record(0, { guilds: new Uint8Array([7]) })]);
  });

  it('takes the newer of two records, by sequence within a session and by time between sessions', async () => {
    const near = createMemorySessionStore();
    const far = createMemorySessionStore();
    await near.save([record(0, { sequence: 5, savedAtMs: 9 }), record(1, { sessionId: 'old', savedAtMs: 1 })]);
    await far.save([record(0, { sequence: 8, savedAtMs: 2 }), record(1, { sessionId: 'new', savedAtMs: 2 })]);
    const found = await (await layered(near, far)).load([0, 1].map((shardId) => ({ shardId, totalShards: 4 })));
    expect(found.map(({ sequence, sessionId }) => [sequence, sessionId])).toEqual([
      [8, 'session-0'],
      [10, 'new'],
    ]);
  });

  it('goes on with the near store while the far one fails, and writes it all when told that it forgot', async () => {
    const memory = createMemorySessionStore();
    let broken = true;
    const far = {
      ...memory,
      save: (records: Parameters<typeof memory.save>[0]) =>
        broken ? Promise.reject(new Error('away')) : memory.save(records),
    };
    const store = await layered(createMemorySessionStore(), far);
    await store.save([record(0)]);
    expect(await store.flush(10)).toBe(false);
    broken = false;
    expect(await store.flush(1_000)).toBe(true);
    await memory.drop([{ shardId: 0, totalShards: 4 }]);
    store.resend();
    await store.flush(100);
    expect(await memory.load([{ shardId: 0, totalShards: 4 }])).toHaveLength(1);
  });
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.log('skipped: sessions in Redis (redis-server is not installed)');

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: ChildProcess;
  let client: Redis;
  let count = 0;
  beforeAll(async () => {
    const port = await freePort();
    const dir = mkdtempSync(join(tmpdir(), 'tinfoil-redis-'));
    server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir], {
      stdio: 'ignore',
    });
    client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50 });
    client.on('error', () => undefined);
    await client.ping();
  });
  afterAll(() => {
    client?.disconnect();
    server?.kill('SIGKILL');
  });

  describe('by ioredis', () =>
    describeSessionStore(async () => createRedisSessionStore({ client, prefix: `a${count++}` })));
  describe('by sendCommand', () => {
    const other = { sendCommand: ([name = '', ...args]: readonly string[]) => client.call(name, ...args) };
    describeSessionStore(async () => createRedisSessionStore({ client: other, prefix: `b${count++}` }));
  });

  it('forgets a session that was not saved for its time', async () => {
    const store = createRedisSessionStore({ client, prefix: 'ttl', ttlMs: 60_000 });
    await store.save([record(0, { guilds: new Uint8Array([1]) })]);
    for (const key of await client.keys('ttl:*')) expect(await client.pttl(key)).toBeGreaterThan(50_000);
  });
});

it('refuses a Redis client that is none', () => {
  expect(() => createRedisSessionStore({ client: {} as never })).toThrow(TypeError);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
