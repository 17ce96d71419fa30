/** One REST limit in a real Redis: eight racing pods, Redis gone and back. Skipped where `redis-server` is not installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GlobalLimiter } from '@tinfoil/types';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisRestLimiter } from '../../src/redis.ts';
import { worst } from '../rest-fleet.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.log('skipped: REST limit in Redis (redis-server is not installed)');

describe.skipIf(!hasRedis)('a REST limit in Redis', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tinfoil-redis-'));
  const clients: Redis[] = [];
  let port: number;
  let server: ChildProcess;

  const startServer = () => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir];
    server = spawn('redis-server', options, { stdio: 'ignore' });
  };
  const connect = () => {
    const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, enableOfflineQueue: true });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    port = await freePort();
    startServer();
    await connect().ping();
  });
  afterAll(() => {
    for (const client of clients) client.disconnect();
    server.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  it('lets 8 pods of unlimited demand send 40 a second and never more than 50, with Redis there, gone and back', {
    timeout: 60_000,
  }, async () => {
    const pods = Array.from({ length: 8 }, (_, ordinal) =>
      pressing(createRedisRestLimiter({ client: connect(), pods: 8, ordinal, prefix: 'press' })),
    );
    const all = () => pods.flatMap((pod) => pod.sentAtMs);
    const since = (fromMs: number) => all().filter((atMs) => atMs > fromMs).length;
    await until(() => all().length >= 60);
    const fromMs = performance.now();
    await until(() => since(fromMs) >= 80);
    const perSecond = 80 / ((performance.now() - fromMs) / 1_000);

    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    const goneAtMs = performance.now();
    await until(() => since(goneAtMs) >= 60);
    for (const pod of pods) expect(pod.sentAtMs.filter((atMs) => atMs > goneAtMs).length).toBeGreaterThan(2);

    startServer();
    const backAtMs = performance.now();
    await clients[0]?.ping();
    await until(() => since(backAtMs) >= 80);
    for (const pod of pods) pod.stop();
    const most = worst(all(), 1_000);
    console.log(`worst second ${most}, ${perSecond.toFixed(1)}/s`);
    expect(most).toBeLessThanOrEqual(50);
    expect(perSecond).toBeGreaterThan(36);
  });

  it('pauses every pod when Discord tells one to', async () => {
    const [first, second] = [0, 1].map((ordinal) =>
      createRedisRestLimiter({ client: connect(), pods: 2, ordinal, prefix: 'pause' }),
    ) as [GlobalLimiter, GlobalLimiter];
    await until(() => second.take() === 0);
    first.pause(60_000);
    await until(() => second.take() > 50_000);
  });

  it('pauses the pods behind one address at 8,000 invalid answers, and no others', async () => {
    const make = (ordinal: number, egressGroup: string) =>
      createRedisRestLimiter({ client: connect(), pods: 3, ordinal, prefix: 'invalid', egressGroup });
    const [first, second, other] = [make(0, 'a'), make(1, 'a'), make(2, 'b')];
    await until(() => second.take() === 0);
    for (let count = 0; count < 8_000; count += 1) first.invalid?.(403);
    await until(() => first.take() === 1_000);
    await until(() => second.take() === 1_000);
    await until(() => other.take() === 0);
  });
});

it('refuses options that make no sense', () => {
  const client = { call: async () => undefined };
  expect(() => createRedisRestLimiter({ client: {} as never, pods: 1, ordinal: 0 })).toThrow(TypeError);
  expect(() => createRedisRestLimiter({ client, pods: 2, ordinal: 2 })).toThrow(
    new RangeError('cluster: ordinal must be a whole number from 0 to 1, got 2'),
  );
});

/** Takes tokens as fast as the limiter gives them. */
function pressing(limiter: GlobalLimiter): { readonly sentAtMs: readonly number[]; stop(): void } {
  const sentAtMs: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const work = () => {
    let waitMs = limiter.take();
    for (; waitMs === 0; waitMs = limiter.take()) {
      limiter.sent?.();
      sentAtMs.push(performance.now());
    }
    timer = setTimeout(work, Math.ceil(waitMs));
  };
  work();
  return { sentAtMs, stop: () => clearTimeout(timer) };
}

async function until(condition: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error('not within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
