/** Pods and a manager on real sockets: leases arrive, pauses and invalid answers concern all, and all goes on without the manager. */
import { setTimeout as delay } from 'node:timers/promises';
import type { GlobalLimiter } from '@tinfoil/types';
import { afterEach, expect, it } from 'vitest';
import { Cluster, ClusterManager, type ClusterManagerOptions, type ClusterOptions } from '../../src/index.ts';
import { free, podOptions, secret } from './pod.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function startManager(more: Partial<ClusterManagerOptions> = {}): Promise<ClusterManager> {
  const manager = new ClusterManager({
    totalShards: 2,
    peers: { template: 'http://127.0.0.1:{pod}' },
    keys: { keys: [{ id: 'one', secret }] },
    listen: { internal: free, ops: free },
    // Short leases: a manager that starts grants after 1.3 s, and a pod comes to its share 1.6 s after its last answer.
    timing: { restLeaseMs: 200 },
    ...more,
  });
  await manager.start();
  open.push(manager);
  return manager;
}

async function startPod(ordinal: number, managerUrl: string | undefined, more: Partial<ClusterOptions> = {}) {
  const { timing, ...rest } = more;
  const peers = { template: 'http://127.0.0.1:{pod}' };
  const fast = { restLeaseMs: 200, ...timing };
  const cluster = new Cluster(podOptions({ totalShards: 2, ordinal, peers, managerUrl, timing: fast, ...rest }));
  await cluster.start();
  open.push(cluster);
  return { cluster, limiter: cluster.restLimiter() as GlobalLimiter };
}

it('leases to each pod what it has use for', async () => {
  const manager = await startManager();
  const { cluster, limiter } = await startPod(0, manager.addresses?.internal.url);
  const { cluster: other } = await startPod(1, manager.addresses?.internal.url);
  await until(() => press(limiter));
  await until(async () => {
    press(limiter);
    return (await metric(cluster, 'tinfoil_rest_lease_tokens')) > 40;
  });
  expect(await metric(cluster, 'tinfoil_rest_lease_held')).toBe(1);
  expect(await metric(other, 'tinfoil_rest_lease_tokens')).toBeLessThanOrEqual(3);
  const granted = await metric(manager, 'tinfoil_rest_granted_tokens');
  expect(granted).toBeGreaterThan(40);
  expect(granted).toBeLessThanOrEqual(50);
});

it('pauses all pods when Discord tells one to', async () => {
  const manager = await startManager();
  const url = manager.addresses?.internal.url;
  const [first, second] = [await startPod(0, url), await startPod(1, url)];
  await until(() => press(second.limiter));
  first.limiter.pause(60_000);
  await until(() => second.limiter.take() > 30_000);
});

it('pauses the pods behind one address at 8,000 invalid answers, and not those behind another', async () => {
  const manager = await startManager({ totalShards: 3 });
  const url = manager.addresses?.internal.url;
  const pod = (ordinal: number, egressGroup: string) => startPod(ordinal, url, { totalShards: 3, egressGroup });
  const [first, second, other] = [await pod(0, 'a'), await pod(1, 'a'), await pod(2, 'b')];
  for (const { limiter } of [second, other]) await until(() => press(limiter));
  for (let count = 0; count < 8_000; count += 1) first.limiter.invalid?.(403);
  await until(() => second.limiter.take() === 1_000);
  await until(() => press(other.limiter));
  expect(await metric(manager, 'tinfoil_rest_invalid_requests{egress="a"}')).toBe(8_000);
});

it('goes on by its static share without a manager, and says so', async () => {
  const manager = await startManager();
  const notes: string[] = [];
  const onError = (cause: unknown) => notes.push((cause as Error).message);
  const { cluster, limiter } = await startPod(0, manager.addresses?.internal.url, { onError });
  await until(() => press(limiter));
  await manager.close();
  await until(async () => (await metric(cluster, 'tinfoil_rest_lease_tokens')) === 23);
  expect(await metric(cluster, 'tinfoil_rest_lease_held')).toBe(0);
  await until(() => press(limiter));
  await until(() => notes.some((note) => /grants no REST leases: 23 requests/.test(note)));
});

it('has no limiter for a pod that is alone, and takes one that is given', async () => {
  const alone = new Cluster(podOptions({ totalShards: 1 }));
  expect(alone.restLimiter()).toBeUndefined();
  const restLimiter: GlobalLimiter = { take: () => 0, giveBack: () => undefined, pause: () => undefined };
  expect(new Cluster(podOptions({ totalShards: 1, restLimiter })).restLimiter()).toBe(restLimiter);
  expect(() => new Cluster(podOptions({ totalShards: 1, restLimit: 0 }))).toThrow(
    new RangeError('cluster: restLimit must be a whole number of requests from 1 to 100000, got 0'),
  );
});

/** Sends all that the limiter allows now; true when that was anything. */
function press(limiter: GlobalLimiter): boolean {
  let sent = 0;
  for (; limiter.take() === 0; sent += 1) limiter.sent?.();
  return sent > 0;
}

async function metric(of: Cluster | ClusterManager, name: string): Promise<number> {
  const text = await (await fetch(`${of.addresses?.ops.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) throw new Error(`not within 10 s: ${condition}`);
    await delay(10);
  }
}
