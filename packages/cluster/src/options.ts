/** Options of the pod and of the manager: what may be set, what it is when not set, and one line about every mistake. */
import type { StandbyOptions } from '@tinfoil/gateway';
import type { GlobalLimiter, IdentifyLimiter, SessionStore } from '@tinfoil/types';
import { ListenError } from './errors.ts';
import type { HandlerMap } from './handlers.ts';
import { type ClusterKey, createFileKeyRing, createKeyRing, type KeyRing } from './keys.ts';
import type { ListenAddress } from './listener.ts';
import { baseUrl, type PeerOptions } from './peers.ts';
import { assertStateMap, type StateMap } from './state.ts';
import { createTlsRing, type TlsFiles, type TlsRing } from './tls.ts';
import { assertTopology, ordinalOfName, podCount, type Topology } from './topology.ts';

/** Reads `/gateway/bot`; of the answer only the session start limit is used. */
export type ReadGatewayBot = (options: { readonly signal?: AbortSignal | undefined }) => Promise<{
  readonly session_start_limit: {
    readonly total: number;
    readonly remaining: number;
    readonly reset_after: number;
    readonly max_concurrency: number;
  };
}>;

/** Where the keys of internal calls come from: given, or read from a file and again when it changes. */
export type KeyOptions = { readonly file: string } | { readonly keys: readonly ClusterKey[] };

/** Intervals and bounds in milliseconds; tests of processes run them ten times faster. Defaults suit Discord. */
export interface ClusterTiming {
  /** How often the manager asks every pod; never less than 10 ms a pod. @defaultValue 10,000 */
  readonly pollEveryMs: number;
  /** Time a pod has to give its status. @defaultValue 2,000 */
  readonly statusTimeoutMs: number;
  /** Least time between two sweeps of a pod for the global state, while the manager is away. @defaultValue 10,000 */
  readonly sweepEveryMs: number;
  /** Time for a call, when the caller does not say. @defaultValue 2,000 */
  readonly rpcTimeoutMs: number;
  /** Pause before the one retry of a call that could not be sent. @defaultValue 250 */
  readonly rpcRetryAfterMs: number;
  /** Latest departure of an answer's headers. @defaultValue 2 */
  readonly rpcHeadersAfterMs: number;
  /** Time for a connection to open. @defaultValue 2,000 */
  readonly connectTimeoutMs: number;
  /** Time the owner has for an interaction before this pod handles it. @defaultValue 2,000 */
  readonly forwardTimeoutMs: number;
  /** How long the manager keeps an ask for a permit open. @defaultValue 25,000 */
  readonly longPollMs: number;
  /** How long the manager must be away before identifies follow the calendar. @defaultValue 30,000 */
  readonly fallbackAfterMs: number;
  /** How long a manager that starts grants nothing. @defaultValue 6,000 */
  readonly quietMs: number;
  /** Time from grant to IDENTIFY. @defaultValue 10,000 */
  readonly identifyHoldMs: number;
  /** Time between two IDENTIFYs of a bucket. @defaultValue 5,100 */
  readonly identifyGapMs: number;
  /** First pause of a shard after an IDENTIFY, doubling with each that follows. @defaultValue 5,000 */
  readonly breakerBaseMs: number;
  /** Longest of those pauses. @defaultValue 900,000 */
  readonly breakerMaxMs: number;
  /** Length of a calendar slot. @defaultValue 7,000 */
  readonly calendarSlotMs: number;
  /** Beginning of a slot in which an IDENTIFY may start. @defaultValue 500 */
  readonly calendarWindowMs: number;
  /** Longest wait before a pod's own read of `/gateway/bot`. @defaultValue 60,000 */
  readonly discoverJitterMs: number;
  /** Least time between two reads of `/gateway/bot` by the manager. @defaultValue 60,000 */
  readonly budgetEveryMs: number;
  /** Life of a REST lease; longer in clusters of more than 500 pods. @defaultValue 1,000 */
  readonly restLeaseMs: number;
  /** How often sessions go to the manager. @defaultValue 5,000 */
  readonly mirrorEveryMs: number;
  /** How often a shard's guild index goes to the manager at most. @defaultValue 60,000 */
  readonly mirrorGuildsEveryMs: number;
  /** Age at which the manager forgets a session. @defaultValue 600,000 */
  readonly sessionTtlMs: number;
  /** Drain: how long the pod still serves after it said it is not ready. @defaultValue 5,000 */
  readonly settleMs: number;
  /** Drain: how long handlers at work are waited for. @defaultValue 15,000 */
  readonly handlersMs: number;
  /** Drain: how long the last sessions are offered to the manager. @defaultValue 20,000 */
  readonly flushMs: number;
  /** From the decision for a cut-over to its common time. @defaultValue 5,000 */
  readonly cutoverLeadMs: number;
  /** How long the old fleet goes on after that time, and how long before it the new one begins. @defaultValue 1,000 */
  readonly cutoverOverlapMs: number;
  /** From the end of the overlap until the old fleet closes its shards for good. @defaultValue 10,000 */
  readonly retireAfterMs: number;
  /** A pod that is up this long is ready even while shards are not: its HTTP side works. @defaultValue 60,000 */
  readonly readyAfterMs: number;
}

/** Timing that suits Discord. */
export const defaultTiming: ClusterTiming = {
  pollEveryMs: 10_000,
  statusTimeoutMs: 2_000,
  sweepEveryMs: 10_000,
  rpcTimeoutMs: 2_000,
  rpcRetryAfterMs: 250,
  rpcHeadersAfterMs: 2,
  connectTimeoutMs: 2_000,
  forwardTimeoutMs: 2_000,
  longPollMs: 25_000,
  fallbackAfterMs: 30_000,
  quietMs: 6_000,
  identifyHoldMs: 10_000,
  identifyGapMs: 5_100,
  breakerBaseMs: 5_000,
  breakerMaxMs: 900_000,
  calendarSlotMs: 7_000,
  calendarWindowMs: 500,
  discoverJitterMs: 60_000,
  budgetEveryMs: 60_000,
  restLeaseMs: 1_000,
  mirrorEveryMs: 5_000,
  mirrorGuildsEveryMs: 60_000,
  sessionTtlMs: 600_000,
  settleMs: 5_000,
  handlersMs: 15_000,
  flushMs: 20_000,
  cutoverLeadMs: 5_000,
  cutoverOverlapMs: 1_000,
  retireAfterMs: 10_000,
  readyAfterMs: 60_000,
};

/** What pods and manager have in common. */
export interface CommonOptions {
  /** Shards of the whole bot. */
  readonly totalShards: number;
  /** Shards of one pod; the last pod may have fewer. @defaultValue 1 */
  readonly shardsPerPod?: number | undefined;
  /** Number of the fleet; a fleet of another total is another generation. @defaultValue 1 */
  readonly generation?: number | undefined;
  /** Where the pods are. Not needed for a single pod. */
  readonly peers?: PeerOptions | undefined;
  /** Keys of internal calls; needed unless the internal listener is on a loopback address. */
  readonly keys?: KeyOptions | undefined;
  /** Certificates for internal calls (mTLS), beside the keys; the peers' and the manager's URLs are `https://` then. */
  readonly tls?: TlsFiles | undefined;
  /** Version of the bot, shown in statuses and metrics. @defaultValue `'0'` */
  readonly version?: string | undefined;
  readonly getGatewayBot?: ReadGatewayBot | undefined;
  /**
   * REST requests in any 1.1 s that all pods share, the same in every pod and the manager. A ninth more stands by for new
   * demand: 45 and 5 make Discord's 50. Bots with a higher limit set nine tenths of it.
   *
   * @defaultValue 45
   */
  readonly restLimit?: number | undefined;
  readonly timing?: Partial<ClusterTiming> | undefined;
  /** Gets what went wrong beside the callers: failed polls, refused requests, handlers that threw. */
  readonly onError?: ((cause: unknown, what: string) => void) | undefined;
}

/** A fleet that is to follow the one that runs; see the deploy guide on more shards. */
export interface StandbyFleetOptions {
  readonly totalShards: number;
  /** @defaultValue 1 */
  readonly shardsPerPod?: number | undefined;
  /** Higher than that of the fleet that runs. */
  readonly generation: number;
  readonly peers?: PeerOptions | undefined;
}

/** Options of {@link Cluster}. */
export interface ClusterOptions<H extends HandlerMap = HandlerMap> extends CommonOptions {
  /** Name of this pod, such as `bot-g1-3`. @defaultValue `pod-<ordinal>` */
  readonly pod?: string | undefined;
  /** Place of this pod, from 0. @defaultValue the number at the end of `pod` */
  readonly ordinal?: number | undefined;
  /** Base URL of the manager's internal listener; without it the pods work by themselves. */
  readonly managerUrl?: string | undefined;
  /** Addresses of the listeners. @defaultValue `0.0.0.0` and ports 8080, 8081, 9090; `127.0.0.1` for the internal one of a single pod without keys */
  readonly listen?: {
    readonly public?: Partial<ListenAddress> | undefined;
    readonly internal?: Partial<ListenAddress> | undefined;
    readonly ops?: Partial<ListenAddress> | undefined;
  };
  /** Directory for sessions and the remembered identify limit; it belongs to this pod alone. Without it they live in memory. */
  readonly stateDirectory?: string | undefined;
  /** Pods behind one public IP address, which share Discord's limit of invalid requests. @defaultValue `'default'` */
  readonly egressGroup?: string | undefined;
  /**
   * `standby` connects the shards and hands no event to the listeners until the manager cuts over from the generation that runs.
   * @defaultValue `'active'`
   */
  readonly mode?: 'active' | 'standby' | undefined;
  /** How events are kept in standby, and which reach the listeners all the same. */
  readonly standby?: StandbyOptions | undefined;
  /** What other pods may call. */
  readonly handlers?: H | undefined;
  /** What of this pod goes into the global state. */
  readonly state?: StateMap | undefined;
  /** Replaces the REST limiter over the manager's leases, such as `createRedisRestLimiter` of `@tinfoil/cluster/redis`. */
  readonly restLimiter?: GlobalLimiter | undefined;
  /** Replaces the limiter over manager and calendar. */
  readonly identifyLimiter?: IdentifyLimiter | undefined;
  /** Replaces the manager's memory as the store that survives the pod, such as `createRedisSessionStore` of `@tinfoil/cluster/redis`. */
  readonly farSessionStore?: SessionStore | undefined;
  /** Replaces the whole layered store over files and the far store. */
  readonly sessionStore?: SessionStore | undefined;
}

/** Options of {@link ClusterManager}. */
export interface ClusterManagerOptions extends CommonOptions {
  readonly listen?: {
    readonly internal?: Partial<ListenAddress> | undefined;
    readonly ops?: Partial<ListenAddress> | undefined;
  };
  /** The next generation: its pods get permits out of the same budget, and may take over. */
  readonly standby?: StandbyFleetOptions | undefined;
  /** Identifies that are never granted. @defaultValue a tenth of the day's, or one per shard where that is fewer */
  readonly identifyReserve?: number | undefined;
}

/** What both have after their options are checked. */
export interface ResolvedCommon {
  readonly topology: Topology;
  readonly pods: number;
  readonly peers: PeerOptions;
  readonly keys: KeyRing;
  readonly tls: TlsRing | undefined;
  readonly version: string;
  readonly timing: ClusterTiming;
  readonly restLimit: number;
  readonly internal: ListenAddress;
  readonly ops: ListenAddress;
}

/** Checks what both have in common. @throws {@link TypeError} or {@link RangeError} in one line. */
export function resolveCommon(options: ClusterOptions | ClusterManagerOptions, alone: boolean): ResolvedCommon {
  const topology: Topology = {
    generation: options.generation ?? 1,
    totalShards: options.totalShards,
    shardsPerPod: options.shardsPerPod ?? 1,
  };
  assertTopology(topology);
  const keys = resolveKeys(options.keys);
  return {
    topology,
    pods: podCount(topology),
    peers: options.peers ?? {},
    keys,
    tls: resolveTls(options),
    version: options.version ?? '0',
    timing: resolveTiming(options.timing ?? {}),
    restLimit: resolveRestLimit(options.restLimit ?? 45),
    internal: resolveAddress('internal', options.listen?.internal, {
      host: alone && keys.keys.length === 0 ? '127.0.0.1' : '0.0.0.0',
      port: 8081,
    }),
    ops: resolveAddress('ops', options.listen?.ops, { host: '0.0.0.0', port: 9090 }),
  };
}

/** A pod's place. @throws {@link RangeError} or {@link TypeError} when there is none, or no pod of that number. */
export function resolveOrdinal(options: ClusterOptions, topology: Topology): number {
  const pods = podCount(topology);
  const ordinal = options.ordinal ?? ordinalOfName(options.pod ?? '') ?? (pods === 1 ? 0 : undefined);
  if (ordinal === undefined)
    throw new TypeError(
      `cluster: pod must end in -<ordinal> when ordinal is not given, got ${JSON.stringify(options.pod ?? '')}`,
    );
  if (!Number.isSafeInteger(ordinal) || ordinal < 0 || ordinal >= pods)
    throw new RangeError(
      `cluster: ordinal must be 0 to ${pods - 1} (${topology.totalShards} shards, ${topology.shardsPerPod} per pod), got ${ordinal}`,
    );
  return ordinal;
}

/** Checks what only a pod has. @throws {@link TypeError} in one line. */
export function assertPodOptions(options: ClusterOptions): void {
  if (options.managerUrl !== undefined) baseUrl(options.managerUrl, 'managerUrl');
  const { mode = 'active' } = options;
  if (mode !== 'active' && mode !== 'standby')
    throw new TypeError(`cluster: mode must be active or standby, got ${JSON.stringify(mode)}`);
  if (mode === 'standby' && options.managerUrl === undefined)
    throw new TypeError('cluster: mode standby needs managerUrl: only the manager can end it');
  assertStateMap(options.state ?? {});
  for (const [name, handler] of Object.entries(options.handlers ?? {})) {
    const run: unknown = typeof handler === 'function' ? handler : handler?.run;
    if (typeof run !== 'function')
      throw new TypeError(`cluster: handlers.${name} must be a function or { args, run }, got ${typeof handler}`);
  }
}

/** Layout of the fleet in standby. @throws {@link RangeError} when the manager could not tell the two apart. */
export function resolveStandby(standby: StandbyFleetOptions | undefined, running: Topology): Topology | undefined {
  if (standby === undefined) return undefined;
  const { generation, totalShards, shardsPerPod = 1 } = standby;
  const topology = { generation, totalShards, shardsPerPod };
  assertTopology(topology);
  if (generation <= running.generation)
    throw new RangeError(
      `cluster: standby.generation must be more than ${running.generation}, which runs, got ${generation}`,
    );
  // Sessions are known by shard and total: the second fleet would take those of the first.
  if (totalShards === running.totalShards)
    throw new RangeError(`cluster: standby.totalShards must differ from ${totalShards}, which runs`);
  return topology;
}

/** Default and given address together. @throws {@link RangeError} on a bad port. */
export function resolveAddress(
  name: string,
  given: Partial<ListenAddress> | undefined,
  fallback: ListenAddress,
): ListenAddress {
  const { host = fallback.host, port = fallback.port } = given ?? {};
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`cluster: listen.${name}.port must be 0 to 65535, got ${port}`);
  if (typeof host !== 'string' || host === '')
    throw new TypeError(`cluster: listen.${name}.host must be an address, got ${JSON.stringify(host)}`);
  return { host, port };
}

/** @throws {@link ListenError} when calls could come from other machines and nothing would check them. */
export function assertGuarded(internal: ListenAddress, keys: KeyRing): void {
  if (keys.keys.length > 0 || isLoopback(internal.host)) return;
  throw new ListenError(
    `internal listener on ${internal.host} needs keys (option keys, TINFOIL_KEYS_FILE); without keys it must be on a loopback address such as 127.0.0.1`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Keys as given or from their file. @throws {@link TypeError} on bad ones. */
export function resolveKeys(options: KeyOptions | undefined): KeyRing {
  if (options === undefined) return createKeyRing([]);
  if ('file' in options) return createFileKeyRing(options.file);
  if (options.keys.length === 0 || options.keys.length > 4)
    throw new TypeError(`cluster: keys must hold 1 to 4 keys, got ${options.keys.length}`);
  return createKeyRing(options.keys);
}

function resolveTls(options: ClusterOptions | ClusterManagerOptions): TlsRing | undefined {
  const { tls, peers } = options;
  const managerUrl = 'managerUrl' in options ? options.managerUrl : undefined;
  const plain = [peers?.template, ...(peers?.urls ?? []), managerUrl].find((url) => url?.startsWith('http:'));
  if (tls === undefined) return undefined;
  if (plain !== undefined)
    throw new TypeError(`cluster: with tls every URL of peers and manager must be https, got ${plain}`);
  if (peers?.srv !== undefined) throw new TypeError('cluster: with tls peers must be template or urls, got srv');
  return createTlsRing(tls);
}

function resolveRestLimit(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new RangeError(`cluster: restLimit must be a whole number of requests from 1 to 100000, got ${limit}`);
}

function resolveTiming(given: Partial<ClusterTiming>): ClusterTiming {
  const timing: Record<string, number> = { ...defaultTiming };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultTiming, name))
      throw new TypeError(`cluster: unknown timing option ${JSON.stringify(name)}`);
    if (value === undefined) continue;
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`cluster: timing.${name} must be a number of milliseconds of at least 0, got ${value}`);
    timing[name] = value;
  }
  return timing as unknown as ClusterTiming; // Every key is of the defaults, every value a checked number.
}
