/**
 * Manifests of a generation as plain data: the same objects as the kustomizations under `apps/bot/deploy`, which say why each
 * field is as it is. Pure; the repository's tests hold the two together.
 */

/** What the manifests depend on. */
export interface ManifestOptions {
  readonly totalShards: number;
  readonly shardsPerPod: number;
  readonly generation: number;
  readonly image: string;
  /** Left out of the manifests when absent. */
  readonly namespace?: string | undefined;
  /** The generation that runs, while this one is in standby. */
  readonly follows?:
    | { readonly generation: number; readonly totalShards: number; readonly shardsPerPod: number }
    | undefined;
}

/** Kubernetes object as plain data. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
} & Readonly<Record<string, unknown>>;

/** What may be printed; `fleet` is the generation's own, the others are what points at it. */
export const planParts = ['fleet', 'manager', 'public'] as const;
export type PlanPart = (typeof planParts)[number];

/** Objects of one part. */
export function manifestsOf(part: PlanPart, options: ManifestOptions): readonly KubernetesObject[] {
  switch (part) {
    case 'fleet':
      return [peersService(options), statefulSet(options)];
    case 'manager':
      return [deployment(options)];
    case 'public':
      return [publicService(options)];
  }
}

const internalPort = 8081;
const keysFolder = '/etc/tinfoil/keys';
const stateFolder = '/var/lib/tinfoil';

function fleetName({ generation }: Pick<ManifestOptions, 'generation'>): string {
  return `bot-g${generation}`;
}

function labelsOf({ generation }: ManifestOptions): Record<string, string> {
  return { app: 'bot', generation: `g${generation}` };
}

function metadata(
  options: ManifestOptions,
  name: string,
  labels: Record<string, string>,
): KubernetesObject['metadata'] {
  const { namespace } = options;
  return { name, ...(namespace !== undefined && { namespace }), labels } as KubernetesObject['metadata'];
}

function peersService(options: ManifestOptions): KubernetesObject {
  const labels = labelsOf(options);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(options, fleetName(options), labels),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: labels,
      ports: [{ name: 'internal', port: internalPort, targetPort: 'internal' }],
    },
  };
}

function publicService(options: ManifestOptions): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(options, 'bot-public', { app: 'bot' }),
    spec: { selector: labelsOf(options), ports: [{ name: 'http', port: 80, targetPort: 'public' }] },
  };
}

function statefulSet(options: ManifestOptions): KubernetesObject {
  const { totalShards, shardsPerPod, image } = options;
  const name = fleetName(options);
  const labels = labelsOf(options);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(options, name, labels),
    spec: {
      serviceName: name,
      replicas: Math.ceil(totalShards / shardsPerPod),
      podManagementPolicy: 'Parallel',
      minReadySeconds: 5,
      revisionHistoryLimit: 5,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: scraped },
        spec: {
          ...podBase(60),
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [
            {
              name: 'bot',
              image,
              args: ['shard'],
              env: [
                ...topologyEnv(options),
                ...(options.follows === undefined ? [] : [{ name: 'TINFOIL_MODE', value: 'standby' }]),
                fieldEnv('POD_NAME', 'metadata.name'),
                { name: 'TINFOIL_MANAGER_URL', value: `http://bot-manager.$(POD_NAMESPACE).svc:${internalPort}` },
                { name: 'TINFOIL_STATE_DIR', value: stateFolder },
                secretEnv('BOT_TOKEN'),
                secretEnv('DISCORD_PUBLIC_KEY'),
              ],
              ports: [
                { name: 'public', containerPort: 8080 },
                { name: 'internal', containerPort: internalPort },
                { name: 'ops', containerPort: 9090 },
              ],
              ...probes,
              resources: {
                requests: { cpu: '100m', memory: '128Mi' },
                limits: { memory: `${memoryMi(shardsPerPod)}Mi` },
              },
              securityContext: containerSecurity,
              volumeMounts: [
                { name: 'state', mountPath: stateFolder },
                { name: 'keys', mountPath: keysFolder, readOnly: true },
              ],
            },
          ],
          volumes: [{ name: 'state', emptyDir: { sizeLimit: '256Mi' } }, keysVolume],
        },
      },
    },
  };
}

function deployment(options: ManifestOptions): KubernetesObject {
  const labels = { app: 'bot-manager' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(options, 'bot-manager', labels),
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      revisionHistoryLimit: 5,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: scraped },
        spec: {
          ...podBase(15),
          tolerations: ['unreachable', 'not-ready'].map((key) => ({
            key: `node.kubernetes.io/${key}`,
            operator: 'Exists',
            effect: 'NoExecute',
            tolerationSeconds: 30,
          })),
          containers: [
            {
              name: 'manager',
              image: options.image,
              args: ['manager'],
              env: [...managerEnv(options), secretEnv('BOT_TOKEN')],
              ports: [
                { name: 'internal', containerPort: internalPort },
                { name: 'ops', containerPort: 9090 },
              ],
              ...probes,
              resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '384Mi' } },
              securityContext: containerSecurity,
              volumeMounts: [{ name: 'keys', mountPath: keysFolder, readOnly: true }],
            },
          ],
          volumes: [keysVolume],
        },
      },
    },
  };
}

/** One manager serves both generations: what runs is its own, what follows is in standby. */
function managerEnv(options: ManifestOptions): readonly object[] {
  const { follows } = options;
  if (follows === undefined) return topologyEnv(options);
  return [
    ...topologyEnv(follows),
    { name: 'TINFOIL_STANDBY_GENERATION', value: String(options.generation) },
    { name: 'TINFOIL_STANDBY_TOTAL_SHARDS', value: String(options.totalShards) },
    { name: 'TINFOIL_STANDBY_SHARDS_PER_POD', value: String(options.shardsPerPod) },
    { name: 'TINFOIL_STANDBY_PEER_TEMPLATE', value: peerTemplate(options) },
  ];
}

function peerTemplate(options: Pick<ManifestOptions, 'generation'>): string {
  const name = fleetName(options);
  return `http://${name}-{pod}.${name}.$(POD_NAMESPACE).svc:${internalPort}`;
}

/** What pods and manager must agree on. */
function topologyEnv(options: Pick<ManifestOptions, 'generation' | 'totalShards' | 'shardsPerPod'>): readonly object[] {
  return [
    // Before the variables that use it.
    fieldEnv('POD_NAMESPACE', 'metadata.namespace'),
    { name: 'TINFOIL_TOTAL_SHARDS', value: String(options.totalShards) },
    { name: 'TINFOIL_SHARDS_PER_POD', value: String(options.shardsPerPod) },
    { name: 'TINFOIL_GENERATION', value: String(options.generation) },
    { name: 'TINFOIL_PEER_TEMPLATE', value: peerTemplate(options) },
    { name: 'TINFOIL_KEYS_FILE', value: `${keysFolder}/keys` },
  ];
}

function fieldEnv(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function secretEnv(name: string): object {
  return { name, valueFrom: { secretKeyRef: { name: 'tinfoil-bot', key: name } } };
}

/** Node's own share and some for each shard, in steps that are easy to read. */
function memoryMi(shardsPerPod: number): number {
  return Math.ceil((240 + 16 * shardsPerPod) / 64) * 64;
}

function podBase(terminationGracePeriodSeconds: number): object {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10_001,
      runAsGroup: 10_001,
      fsGroup: 10_001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

const scraped = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090', 'prometheus.io/path': '/metrics' };
const keysVolume = { name: 'keys', secret: { secretName: 'tinfoil-keys', defaultMode: 0o440 } };
const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const probes = {
  startupProbe: { httpGet: { path: '/startupz', port: 'ops' }, periodSeconds: 2, failureThreshold: 30 },
  livenessProbe: {
    httpGet: { path: '/livez', port: 'ops' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'ops' },
    periodSeconds: 3,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
};
