import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, ClusterManager, clusterEnv, managerEnv } from '@tinfoil/cluster';
import { Simulator } from '@tinfoil/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultTiming } from '../../../packages/cluster/src/options.ts';
import { containerOf, environmentOf, namesRead } from '../src/environment.ts';
import { deployFolder, kustomizations, overlays } from '../src/folders.ts';
import { type Manifest, resolveKustomization } from '../src/kustomize.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tinfoil-manifests-'));
const keysFile = join(scratch, 'keys');
writeFileSync(keysFile, `test ${'k'.repeat(32)}\n`);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const resolve = (folder: string) => resolveKustomization(join(deployFolder, folder));

describe.each(overlays)('overlay %s', (overlay) => {
  const fleet = resolve(`overlays/${overlay}/fleet`);
  const manager = resolve(`overlays/${overlay}/manager`);
  const pods = only(fleet, 'StatefulSet');
  const deployment = only(manager, 'Deployment');
  const podName = (ordinal: number) => `${pods.metadata.name}-${ordinal}`;
  const envOf = (ordinal: number) => environmentOf(pods, podName(ordinal));

  it('has one pod for each block of shards, and no more', () => {
    const { totalShards, shardsPerPod = 1 } = clusterEnv(envOf(0));
    expect(pods.spec.replicas).toBe(Math.ceil(totalShards / shardsPerPod));
  });

  it('gives every pod what a pod needs', () => {
    const owned = new Set<number>();
    for (let ordinal = 0; ordinal < pods.spec.replicas; ordinal++) {
      const cluster = new Cluster({ ...clusterEnv(envOf(ordinal)), keys: { file: keysFile } });
      expect(cluster.ordinal).toBe(ordinal);
      for (const id of cluster.gatewayOptions().shards.ids) owned.add(id);
    }
    expect(owned.size).toBe(clusterEnv(envOf(0)).totalShards);
    expect(() => new Cluster({ ...clusterEnv(envOf(pods.spec.replicas)), keys: { file: keysFile } })).toThrow(
      RangeError,
    );
  });

  it('gives the manager the topology of the fleet', () => {
    const options = managerEnv(environmentOf(deployment, 'bot-manager-5d4f8-x2x9z'));
    const pod = clusterEnv(envOf(0));
    expect(new ClusterManager({ ...options, keys: { file: keysFile } }).topology).toEqual({
      totalShards: pod.totalShards,
      shardsPerPod: pod.shardsPerPod,
      generation: pod.generation,
    });
    expect(options.peers).toEqual(pod.peers);
    expect(options.getGatewayBot).toBeDefined();
  });

  it('names addresses that its Services have', () => {
    const { peers, managerUrl, generation } = clusterEnv(envOf(3));
    const headless = named(fleet, 'Service', pods.spec.serviceName);
    expect(headless.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    const port = headless.spec.ports[0].port;
    expect(peers?.template).toBe(`http://${pods.metadata.name}-{pod}.${headless.metadata.name}.tinfoil.svc:${port}`);
    const managerService = named(manager, 'Service', 'bot-manager');
    expect(managerUrl).toBe(`http://bot-manager.tinfoil.svc:${managerService.spec.ports[0].port}`);
    expect(pods.spec.template.metadata.labels.generation).toBe(`g${generation}`);
  });

  it('reaches ready pods only from outside, and not-ready ones from inside', () => {
    expect(named(fleet, 'Service', 'bot-public').spec.publishNotReadyAddresses).toBeUndefined();
    expect(named(manager, 'Service', 'bot-manager').spec.publishNotReadyAddresses).toBe(true);
  });

  it('runs the fleet in parallel and one manager at most', () => {
    expect(pods.spec.podManagementPolicy).toBe('Parallel');
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(fleet.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
    expect(manager.filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  });

  it('leaves a pod the time that its drain may take', () => {
    const { settleMs, handlersMs, flushMs } = defaultTiming;
    const longestMs = settleMs + 2 * handlersMs + flushMs;
    expect(pods.spec.template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(longestMs);
  });

  it('keeps the calls between pods for pods, and metrics for monitoring', () => {
    const rules = only(fleet, 'NetworkPolicy').spec.ingress;
    // biome-ignore lint/suspicious/noExplicitAny: a rule of a NetworkPolicy.
    const rule = (port: string) => rules.find(({ ports }: any) => ports.some((entry: any) => entry.port === port));
    expect(rule('internal').from).toEqual([
      { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['bot', 'bot-manager'] }] } },
    ]);
    expect(rule('ops').from).toHaveLength(1);
    expect(rule('public').from).toBeUndefined();
  });
});

describe.each(kustomizations().filter((folder) => folder !== 'namespace'))('%s', (folder) => {
  const objects = resolve(folder);
  const workload = objects.find(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment');
  if (workload === undefined) throw new Error('no workload');
  const container = containerOf(workload);
  const labels = workload.spec.template.metadata.labels;
  const ports: string[] = container.ports.map(({ name }: { name: string }) => name);

  it('sets only variables that the program reads', () => {
    const role = container.command === undefined ? container.args[0] : 'simulator';
    const unread = container.env.filter(({ name }: { name: string }) => !namesRead(role).has(name));
    expect(unread).toEqual([]);
  });

  it('declares a variable before another one uses it', () => {
    const values = Object.values(environmentOf(workload, 'bot-g1-0'));
    expect(values.filter((value) => value.includes('$('))).toEqual([]);
  });

  it('selects its own pods by labels and ports that they have', () => {
    expect(labels).toMatchObject(workload.spec.selector.matchLabels);
    for (const { kind, spec } of objects) {
      if (kind === 'Service') {
        expect(labels).toMatchObject(spec.selector);
        for (const { targetPort } of spec.ports) expect(ports).toContain(targetPort);
      }
      if (kind === 'PodDisruptionBudget') expect(labels).toMatchObject(spec.selector.matchLabels);
      if (kind === 'NetworkPolicy') {
        expect(labels).toMatchObject(spec.podSelector.matchLabels);
        for (const rule of spec.ingress) for (const { port } of rule.ports) expect(ports).toContain(port);
      }
    }
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
      if (container[probe]?.httpGet !== undefined) expect(ports).toContain(container[probe].httpGet.port);
  });

  it('listens where the program listens', () => {
    const numbers = Object.fromEntries(
      container.ports.map(({ name, containerPort }: { name: string; containerPort: number }) => [name, containerPort]),
    );
    const expected: Record<string, object> = {
      shard: { public: 8080, internal: 8081, ops: 9090 },
      manager: { internal: 8081, ops: 9090 },
    };
    const env = environmentOf(workload, 'bot-g1-0');
    expect(numbers).toEqual(expected[container.args?.[0]] ?? { http: Number(env.TINFOIL_PORT) });
  });

  it('passes the restricted level of pod security', () => {
    const pod = workload.spec.template.spec;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC).toBeUndefined();
    for (const volume of pod.volumes ?? []) expect(volume.emptyDir ?? volume.secret, volume.name).toBeDefined();
    for (const mount of container.volumeMounts ?? []) expect(mount.subPath).toBeUndefined();
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it('uses nothing that came after Kubernetes 1.26', () => {
    const text = JSON.stringify(objects);
    for (const later of [
      'pod-index',
      '"sleep"',
      'matchLabelKeys',
      '"ordinals"',
      'trafficDistribution',
      'stopSignal',
      'resizePolicy',
    ])
      expect(text).not.toContain(later);
  });
});

it('knows where probes go', async () => {
  const { opsRoutes } = await import('../../../packages/cluster/src/ops-server.ts');
  const { Metrics } = await import('../../../packages/cluster/src/metrics.ts');
  const served = opsRoutes({ metrics: await Metrics.load('0'), notReady: () => undefined }).map(({ path }) => path);
  for (const folder of kustomizations())
    for (const object of resolve(folder).filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')) {
      const { startupProbe, livenessProbe, readinessProbe } = containerOf(object);
      if (startupProbe === undefined) continue;
      expect(startupProbe.httpGet.path).toBe('/startupz');
      expect(livenessProbe.httpGet.path).toBe('/livez');
      expect(readinessProbe.httpGet.path).toBe('/readyz');
      const { annotations } = object.spec.template.metadata;
      for (const path of ['/startupz', '/livez', '/readyz', annotations['prometheus.io/path']])
        expect(served).toContain(path);
    }
});

describe('the local overlay', () => {
  const objects = resolve('overlays/local/simulator');
  const secret = (name: string) => {
    const { data } = named(objects, 'Secret', name);
    return Object.fromEntries(
      Object.entries(data as Record<string, string>).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
  };

  it('holds the secrets that fleet and manager name', () => {
    for (const folder of ['overlays/local/fleet', 'overlays/local/manager', 'overlays/local/simulator'])
      for (const object of resolve(folder).filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')) {
        for (const { valueFrom } of containerOf(object).env)
          if (valueFrom?.secretKeyRef !== undefined)
            expect(secret(valueFrom.secretKeyRef.name)).toHaveProperty(valueFrom.secretKeyRef.key);
        for (const { secret: mounted } of object.spec.template.spec.volumes ?? [])
          if (mounted !== undefined) expect(secret(mounted.secretName)).toHaveProperty('keys');
      }
    writeFileSync(join(scratch, 'trial-keys'), secret('tinfoil-keys').keys ?? '');
    expect(() => new ClusterManager({ totalShards: 1, keys: { file: join(scratch, 'trial-keys') } })).not.toThrow();
  });

  it("has the Simulator's token and key", async () => {
    await using discord = await Simulator.start();
    expect(secret('tinfoil-bot')).toEqual({ BOT_TOKEN: discord.token, DISCORD_PUBLIC_KEY: discord.publicKey });
  });

  it('has members for the shards of the fleet, who reach its public Service', () => {
    const env = environmentOf(only(objects, 'Deployment'), 'x');
    const fleet = resolve('overlays/local/fleet');
    expect(env.TINFOIL_SIMULATED_SHARDS).toBe(
      environmentOf(only(fleet, 'StatefulSet'), 'bot-g1-0').TINFOIL_TOTAL_SHARDS,
    );
    const { metadata, spec } = named(fleet, 'Service', 'bot-public');
    expect(spec.ports[0].port).toBe(80);
    expect(env.TINFOIL_SIMULATED_INTERACTIONS_URL).toBe(`http://${metadata.name}/interactions`);
  });

  it('points fleet and manager at the Simulator', () => {
    const { metadata, spec } = named(objects, 'Service', 'discord-simulator');
    const address = `http://${metadata.name}:${spec.ports[0].port}`;
    const simulator = only(objects, 'Deployment');
    expect(environmentOf(simulator, 'x').TINFOIL_PUBLIC_URL).toBe(address);
    for (const folder of ['fleet', 'manager']) {
      const [workload] = resolve(`overlays/local/${folder}`).filter(
        ({ kind }) => kind === 'StatefulSet' || kind === 'Deployment',
      );
      expect(environmentOf(workload as Manifest, 'bot-g1-0').TINFOIL_API_URL).toBe(`${address}/api/v10`);
    }
  });
});

describe('components', () => {
  it('pod-index gives the label that newer versions set', () => {
    const [patched] = withComponent('pod-index', resolve('fleet')).filter(({ kind }) => kind === 'StatefulSet');
    // Empty before Kubernetes 1.28: the name decides.
    expect(clusterEnv(environmentOf(patched as Manifest, 'bot-g1-2'))).toMatchObject({
      pod: 'bot-g1-2',
      ordinal: undefined,
    });
  });

  it('mtls puts calls between pods, and to the manager, behind certificates', () => {
    const fleet = withComponent('mtls', resolve('fleet'));
    const manager = withComponent('mtls', resolve('manager'));
    const files = {
      certFile: '/etc/tinfoil/tls/tls.crt',
      keyFile: '/etc/tinfoil/tls/tls.key',
      caFile: '/etc/tinfoil/tls/ca.crt',
    };
    const pods = only(fleet, 'StatefulSet');
    expect(clusterEnv(environmentOf(pods, 'bot-g1-0'))).toMatchObject({
      tls: files,
      peers: { template: 'https://bot-g1-{pod}.bot-g1.tinfoil.svc:8081' },
      managerUrl: 'https://bot-manager.tinfoil.svc:8081',
    });
    const deployment = only(manager, 'Deployment');
    expect(managerEnv(environmentOf(deployment, 'x'))).toMatchObject({
      tls: files,
      peers: { template: 'https://bot-g1-{pod}.bot-g1.tinfoil.svc:8081' },
    });
    for (const workload of [pods, deployment]) {
      const mounts = containerOf(workload).volumeMounts.map(({ name }: { name: string }) => name);
      const volumes = workload.spec.template.spec.volumes.map(({ name }: { name: string }) => name);
      expect(mounts).toContain('tls');
      expect(volumes).toEqual(expect.arrayContaining(mounts));
      const names = containerOf(workload).env.map(({ name }: { name: string }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('ingress leads /interactions, and nothing else, to the public Service', () => {
    const ingress = only(withComponent('ingress', []), 'Ingress');
    const paths = ingress.spec.rules[0].http.paths;
    expect(paths).toHaveLength(1);
    expect(paths[0]).toMatchObject({ path: '/interactions', pathType: 'Exact' });
    const { service } = paths[0].backend;
    expect(named(resolve('fleet'), 'Service', service.name).spec.ports[0].name).toBe(service.port.name);
  });
});

function withComponent(name: string, objects: Manifest[]): Manifest[] {
  return resolveKustomization(join(deployFolder, 'components', name), objects);
}

function only(objects: Manifest[], wanted: string): Manifest {
  const found = objects.filter(({ kind }) => kind === wanted);
  if (found.length !== 1) throw new Error(`expected one ${wanted}, got ${found.length}`);
  return found[0] as Manifest; // Counted on the line before.
}

function named(objects: Manifest[], kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}
