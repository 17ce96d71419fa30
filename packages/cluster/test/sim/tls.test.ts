import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cluster, ClusterManager, clusterEnv } from '../../src/index.ts';

const fixtures = fileURLToPath(new URL('../fixtures/tls', import.meta.url));
const keys = { keys: [{ id: '1', secret: 'k'.repeat(40) }] };
const local = (port = 0) => ({ host: '127.0.0.1', port });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinfoil-tls-'));
  install('pod');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a certificate where the cluster reads it, as a renewed Secret does. */
function install(name: string): void {
  copyFileSync(join(fixtures, `${name}.key`), join(folder, 'tls.key'));
  copyFileSync(join(fixtures, `${name}.crt`), join(folder, 'tls.crt'));
  copyFileSync(join(fixtures, 'authority.crt'), join(folder, 'ca.crt'));
}

const files = () => ({
  certFile: join(folder, 'tls.crt'),
  keyFile: join(folder, 'tls.key'),
  caFile: join(folder, 'ca.crt'),
});

async function startPods(): Promise<{ pods: Cluster[]; manager: ClusterManager; urls: string[] }> {
  const ports = await freePorts(2);
  const urls = ports.map((port) => `https://127.0.0.1:${port}`);
  const common = {
    totalShards: 2,
    peers: { urls },
    keys,
    tls: files(),
    timing: { settleMs: 0, statusTimeoutMs: 1_000 },
  };
  const manager = new ClusterManager({ ...common, listen: { internal: local(), ops: local() } });
  await manager.start();
  const pods = ports.map(
    (port, ordinal) =>
      new Cluster({
        ...common,
        ordinal,
        managerUrl: manager.addresses?.internal.url,
        listen: { internal: local(port), ops: local() },
        handlers: { who: () => ordinal },
      }),
  );
  for (const pod of pods) await pod.start();
  return { pods, manager, urls };
}

async function closeAll({ pods, manager }: { pods: Cluster[]; manager: ClusterManager }): Promise<void> {
  await Promise.all([...pods.map((pod) => pod.drain()), manager.close()]);
}

describe('internal calls with certificates', () => {
  it('work between pods, and from and to the manager', async () => {
    const cluster = await startPods();
    expect(await cluster.pods[0]?.rpc.shard(1).call('who', undefined)).toBe(1);
    await cluster.manager.poll();
    expect(await cluster.pods[1]?.globalState()).toMatchObject({ source: 'manager', coverage: 1 });
    await closeAll(cluster);
  });

  it('let in nobody without a certificate, or with a stranger’s', async () => {
    const cluster = await startPods();
    const url = cluster.urls[0] ?? '';
    const pair = (name: string) => ({
      cert: readFileSync(join(fixtures, `${name}.crt`)),
      key: readFileSync(join(fixtures, `${name}.key`)),
    });
    expect(await handshake(url, {})).toBe('refused');
    expect(await handshake(url, pair('stranger'))).toBe('refused');
    expect(await handshake(url, { ...pair('pod'), maxVersion: 'TLSv1.2' })).toBe('refused');
    expect(await handshake(url, pair('pod'))).toMatch(/^[0-9A-F]+$/);
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
    await closeAll(cluster);
  });

  it('take up renewed certificates without a failed call', async () => {
    const cluster = await startPods();
    const [pod] = cluster.pods;
    const pair = { cert: readFileSync(join(fixtures, 'pod.crt')), key: readFileSync(join(fixtures, 'pod.key')) };
    const before = await handshake(cluster.urls[1] ?? '', pair);
    install('pod-renewed');
    let after = before;
    const deadline = performance.now() + 10_000;
    while (after === before && performance.now() < deadline) {
      expect(await pod?.rpc.shard(1).call('who', undefined)).toBe(1);
      after = await handshake(cluster.urls[1] ?? '', pair);
    }
    expect(after).toMatch(/^[0-9A-F]+$/);
    expect(after).not.toBe(before);
    for (let call = 0; call < 5; call++) expect(await pod?.rpc.shard(1).call('who', undefined)).toBe(1);
    await closeAll(cluster);
  });

  it.each([
    [
      { peers: { urls: ['http://127.0.0.1:1', 'http://127.0.0.1:2'] } },
      /with tls every URL .* must be https, got http:/,
    ],
    [{ managerUrl: 'http://manager:8081' }, /with tls every URL .* must be https, got http:/],
    [{ peers: { srv: '_internal._tcp.bot' } }, /with tls peers must be template or urls, got srv/],
    [
      { tls: { certFile: '/none', keyFile: '/none', caFile: '/none' } },
      /tls files \/none, .* cannot be used \(ENOENT\)/,
    ],
  ])('are refused with %j', (wrong, line) => {
    const peers = { template: 'https://bot-{pod}:8081' };
    const make = () => new Cluster({ totalShards: 2, ordinal: 0, peers, keys, tls: files(), ...wrong });
    expect(make).toThrow(line);
    expect(make).toThrow(TypeError);
  });

  it('are named by three variables that come together', () => {
    const env = { TINFOIL_TOTAL_SHARDS: '1', TINFOIL_TLS_CERT_FILE: 'a', TINFOIL_TLS_KEY_FILE: 'b' };
    expect(() => clusterEnv(env)).toThrow(
      'TINFOIL_TLS_CERT_FILE, TINFOIL_TLS_KEY_FILE and TINFOIL_TLS_CA_FILE must come together',
    );
    expect(clusterEnv({ ...env, TINFOIL_TLS_CA_FILE: 'c' }).tls).toEqual({ certFile: 'a', keyFile: 'b', caFile: 'c' });
  });
});

/** Serial number of the server's certificate when a request is answered, else `refused`. */
function handshake(url: string, options: ConnectionOptions): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const ca = readFileSync(join(fixtures, 'authority.crt'));
    const socket = connect({ host: '127.0.0.1', port: Number(port), ca, ...options });
    // With TLS 1.3 the client is done before the server has looked at its certificate: only an answer tells.
    socket.once('secureConnect', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'));
    socket.once('data', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    for (const end of ['error', 'close']) socket.once(end, () => resolve('refused'));
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port); // TCP servers that listen.
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
