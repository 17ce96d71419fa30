/** What a pod's listeners let in, and what they answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InteractionReceiver } from '@tinfoil/types';
import { afterEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../src/index.ts';
import { freePorts, podOptions, post, secret, standInGateway, startPods } from './pod.ts';

const open: Cluster<never>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((cluster) => cluster.drain()));
});
const keep = <C>(cluster: C): C => {
  open.push(cluster as never);
  return cluster;
};

async function single(more: object = {}, gateway = standInGateway([0, 1])) {
  const cluster = keep(
    new Cluster(podOptions({ totalShards: 2, shardsPerPod: 2, handlers: { echo: (args) => args }, ...more })),
  );
  await cluster.start({ gateway });
  const { internal, ops } = cluster.addresses as NonNullable<typeof cluster.addresses>;
  return { cluster, gateway, internal: internal.url, ops: ops.url };
}
const call = JSON.stringify([{ id: 1, name: 'echo', args: 'hi', deadlineMs: 1_000 }]);

describe('the internal listener', () => {
  it('answers a signed call, and refuses it a second time', async () => {
    const { internal } = await single();
    let headers: Record<string, string> = {};
    const first = await post(internal, '/v1/rpc', {
      to: 'g1/0',
      body: call,
      change: (made) => {
        headers = { ...made };
      },
    });
    expect([first.status, first.text]).toEqual([200, '{"id":1,"ok":true,"value":"hi"}\n']);
    const again = await fetch(`${internal}/v1/rpc`, { method: 'POST', body: call, headers });
    expect(again.status).toBe(401);
  });

  it.each([
    [
      'no signature',
      {
        change: (headers: Record<string, string>) => {
          delete headers.signature;
        },
      },
      401,
    ],
    ['a wrong key', { key: 'x'.repeat(40) }, 401],
    ['an unknown key', { keyId: 'two' }, 401],
    [
      'a swapped digest',
      {
        change: (headers: Record<string, string>) => {
          headers['content-digest'] = `sha-256=:${'A'.repeat(43)}=:`;
        },
      },
      401,
    ],
    ['another receiver', { to: 'g1/1' }, 421],
    ['another generation', { to: 'g2/0' }, 421],
  ])('refuses %s, and counts it', async (_, change, status) => {
    const { internal, ops } = await single();
    const answer = await post(internal, '/v1/rpc', { to: 'g1/0', body: call, ...change });
    expect(answer.status).toBe(status);
    expect(await (await fetch(`${ops}/metrics`)).text()).toMatch(/tinfoil_rpc_unauthorized_total\{reason="\w+"\} 1/);
  });

  it('refuses every path without a signature, status too', async () => {
    const { internal } = await single();
    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['POST', '/v1/drain'],
      ['POST', '/v1/shards/0/restart'],
      ['POST', '/v1/interactions'],
    ] as const)
      expect((await fetch(`${internal}${path}`, { method })).status).toBe(401);
    expect((await fetch(`${internal}/anything`)).status).toBe(404);
    expect((await fetch(`${internal}/v1/status`, { method: 'POST' })).status).toBe(405);
  });

  it('takes no body over a mebibyte, and no call that is not one', async () => {
    const { internal } = await single();
    expect(
      (await post(internal, '/v1/rpc', { to: 'g1/0', body: 'x'.repeat(1_048_577) }).catch(() => ({ status: 413 })))
        .status,
    ).toBe(413);
    for (const body of ['', '{}', '[{"id":"1"}]', '[{"id":1,"name":"x","deadlineMs":-1}]'])
      expect((await post(internal, '/v1/rpc', { to: 'g1/0', body })).status).toBe(400);
  });

  it('tells a misdirected caller the topology', async () => {
    const [first] = (await startPods(2, () => ({}))).map(keep);
    const body = JSON.stringify([{ id: 7, name: 'echo', target: { shardId: 1 }, args: null, deadlineMs: 100 }]);
    const answer = await post(first?.addresses?.internal.url as string, '/v1/rpc', { to: 'g1/0', body });
    expect(JSON.parse(answer.text)).toMatchObject({
      id: 7,
      error: { code: 'misdirected', topology: { generation: 1, totalShards: 2, shardsPerPod: 1 } },
    });
  });

  it('restarts a shard it holds, and no other', async () => {
    const { internal, gateway } = await single();
    expect((await post(internal, '/v1/shards/1/restart?mode=identify', { to: 'g1/0' })).status).toBe(202);
    expect((await post(internal, '/v1/shards/2/restart', { to: 'g1/0' })).status).toBe(421);
    expect((await post(internal, '/v1/shards/1/restart?mode=x', { to: 'g1/0' })).status).toBe(400);
    expect(gateway.calls).toEqual(['restart 1 identify']);
  });

  it('drains when told to: sessions stay, listeners close', async () => {
    const { internal, gateway, cluster } = await single();
    expect((await post(internal, '/v1/drain', { to: 'g1/0' })).status).toBe(202);
    await cluster.drain();
    expect(gateway.calls).toEqual(['close resumable']);
    await expect(fetch(`${internal}/v1/status`)).rejects.toThrow();
  });

  it('changes keys without one failed call, whichever side reads the new file first', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tinfoil-keys-'));
    const files = [0, 1].map((ordinal) => join(directory, `keys-${ordinal}`));
    const write = (file: string | undefined, ...ids: string[]) =>
      writeFileSync(file as string, ids.map((id) => `${id} ${id.repeat(20)}${secret}\n`).join(''));
    for (const file of files) write(file, 'old');
    const [first, second] = (
      await startPods(2, (ordinal) => ({
        keys: { file: files[ordinal] as string },
        handlers: { echo: (args: number) => args },
      }))
    ).map(keep);
    const rotations = [['new', 'old'], ['new']];
    let stop = false;
    const failures: unknown[] = [];
    let calls = 0;
    const talk = (async () => {
      while (!stop) {
        await Promise.all([first?.rpc.shard(1).call('echo', 1), second?.rpc.shard(0).call('echo', 1)]).catch(
          (cause: unknown) => failures.push(cause),
        );
        calls += 2;
      }
    })();
    for (const ids of rotations)
      for (const file of files) {
        write(file, ...ids);
        await new Promise((resolve) => setTimeout(resolve, 1_200));
      }
    stop = true;
    await talk;
    rmSync(directory, { recursive: true });
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(20);
  });
});

describe('the ops listener', () => {
  it('is ready when the shards are, and not while draining or closed for good', async () => {
    const gateway = standInGateway([0, 1], 'identifying');
    const { ops, cluster } = await single({ timing: { readyAfterMs: 60_000, settleMs: 300 } }, gateway);
    const ready = async () => {
      const answer = await fetch(`${ops}/readyz`);
      return [answer.status, await answer.text()];
    };
    expect(await ready()).toEqual([503, '0 of 2 shards are up\n']);
    expect((await fetch(`${ops}/startupz`)).status).toBe(200);
    gateway.status = 'ready';
    expect(await ready()).toEqual([200, 'ok\n']);
    gateway.status = 'waiting';
    expect(await ready()).toEqual([200, 'ok\n']);
    gateway.status = 'fatal';
    expect(await ready()).toEqual([503, 'shard 0 was closed for good (no code)\n']);
    expect((await fetch(`${ops}/livez`)).status).toBe(200);
    gateway.status = 'ready';
    const drained = cluster.drain();
    expect(await ready()).toEqual([503, 'draining\n']);
    await drained;
  });

  it('is ready after its time though shards are not: HTTP works', async () => {
    const { ops } = await single({ timing: { readyAfterMs: 0 } }, standInGateway([0, 1], 'identifying'));
    expect((await fetch(`${ops}/readyz`)).status).toBe(200);
  });

  it('shows no key and no token', async () => {
    const { ops } = await single();
    expect(await (await fetch(`${ops}/metrics`)).text()).not.toContain(secret);
  });
});

describe('the public listener', () => {
  const guildOf = (shardId: number) => String(BigInt(shardId) << 22n);
  const receiver = (name: string, handled: string[], delayMs = 0): InteractionReceiver => ({
    verify: (headers) => headers('x-signature') === 'good',
    route: (body) => JSON.parse(Buffer.from(body).toString()),
    async handleVerified(body, context) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      handled.push(`${name} ${context?.ownerReachable}`);
      return { status: 200, headers: { 'content-type': 'application/json', 'x-by': name }, body };
    },
  });
  const interact = (url: string, route: object, signature = 'good') =>
    fetch(`${url}/interactions`, {
      method: 'POST',
      body: JSON.stringify(route),
      headers: { 'x-signature': signature },
    });

  it('has interactions handled where they arrive, or by the owner of the guild', async () => {
    const handled: string[] = [];
    const [first] = (await startPods(2, (ordinal) => ({ interactions: receiver(`pod ${ordinal}`, handled) }))).map(
      keep,
    );
    const url = first?.addresses?.public?.url as string;
    expect((await interact(url, { routing: 'owner', guildId: guildOf(1) }, 'bad')).status).toBe(401);
    for (const route of [
      { routing: 'local', guildId: guildOf(1) },
      { routing: 'owner', guildId: guildOf(0) },
      { routing: 'owner' },
      { routing: 'owner', guildId: guildOf(1) },
    ]) {
      const answer = await interact(url, route);
      expect([answer.status, await answer.json()]).toEqual([200, route]);
    }
    expect(handled).toEqual(['pod 0 true', 'pod 0 true', 'pod 0 true', 'pod 1 true']);
    expect((await fetch(`${url}/v1/status`)).status).toBe(404);
  });

  it("handles what the owner does not answer in time, inside Discord's 3 s", async () => {
    const handled: string[] = [];
    const [first, second] = (
      await startPods(2, (ordinal) => ({ interactions: receiver(`pod ${ordinal}`, handled, ordinal * 1_000) }))
    ).map(keep);
    const url = first?.addresses?.public?.url as string;
    const route = { routing: 'owner', guildId: guildOf(1) };
    const startedAtMs = performance.now();
    expect((await interact(url, route)).headers.get('x-by')).toBe('pod 0');
    expect(performance.now() - startedAtMs).toBeLessThan(900);
    await second?.drain();
    expect((await interact(url, route)).headers.get('x-by')).toBe('pod 0');
    expect(handled.filter((line) => line === 'pod 0 false')).toHaveLength(2);
  });
});

const loopbacks = process.platform === 'linux';
if (!loopbacks) console.log('skipped: the template strategy on 127.0.0.x (only Linux binds all of 127.0.0.0/8)');

it.skipIf(!loopbacks)('finds pods by the template, on fixed ports of addresses of their own', async () => {
  const [port = 0] = await freePorts(1);
  const hosts = ['127.0.0.10', '127.0.0.11', '127.0.0.12'];
  const pods = await Promise.all(
    hosts.map(async (host, ordinal) => {
      const cluster = keep(
        new Cluster({
          ...podOptions({ totalShards: 3, handlers: { who: () => ordinal } }),
          ordinal,
          peers: { template: `http://127.0.0.1{pod}:${port}` },
          listen: { internal: { host, port }, ops: { host, port: 0 } },
        }),
      );
      await cluster.start();
      return cluster;
    }),
  );
  expect((await pods[1]?.rpc.broadcast('who', undefined))?.valuesOrThrow()).toEqual([0, 1, 2]);
});
