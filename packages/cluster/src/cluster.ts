/**
 * A pod of the cluster: which shards it holds, how they may identify and where their sessions live, its three listeners, calls
 * to the other pods, and its orderly end. Wiring alone; what the parts decide is in their own files.
 */
import { randomUUID } from 'node:crypto';
import type { StandbyOptions } from '@tinfoil/gateway';
import {
  type GlobalLimiter,
  type IdentifyLimiter,
  type InteractionReceiver,
  type SessionStore,
  type Snowflake,
  shardIdOf,
} from '@tinfoil/types';
import type { PodMode } from './cutover-order.ts';
import { atMost, drain } from './drain.ts';
import type { GatewayPart } from './gateway-part.ts';
import type { GlobalState } from './global-state.ts';
import { GlobalStateReader } from './global-state-reader.ts';
import type { HandlerMap } from './handlers.ts';
import type { BoundAddress } from './listener.ts';
import {
  assertGuarded,
  assertPodOptions,
  type ClusterOptions,
  type ResolvedCommon,
  resolveAddress,
  resolveCommon,
  resolveOrdinal,
} from './options.ts';
import { PodCutover } from './pod-cutover.ts';
import { createPodIdentifyLimiter } from './pod-identify.ts';
import { PodLinks } from './pod-links.ts';
import { openPodListeners, type PodListeners } from './pod-listeners.ts';
import { noMetrics, type PodMetrics } from './pod-metrics.ts';
import { createPodRest, type PodRest } from './pod-rest.ts';
import { PodSessions } from './pod-sessions.ts';
import { buildPodStatus, watchEventLoop } from './pod-status.ts';
import { Readiness } from './readiness.ts';
import { Rpc } from './rpc.ts';
import { RpcServer } from './rpc-server.ts';
import type { PodStatus } from './status.ts';
import { podOfShard, shardsOfPod, type Topology } from './topology.ts';

/** What a pod serves; a pod without interactions opens no public listener. */
export interface ClusterParts {
  readonly gateway?: GatewayPart | undefined;
  readonly interactions?: InteractionReceiver | undefined;
}

/** Options for `new Gateway`. */
export interface ClusterGatewayOptions {
  readonly shards: { readonly ids: readonly number[]; readonly total: number };
  /** Absent for a single pod without a manager: the gateway's own does. */
  readonly identifyLimiter?: IdentifyLimiter | undefined;
  readonly sessionStore: SessionStore;
  /** Set in a generation that is to follow another. */
  readonly standby?: StandbyOptions | undefined;
}

// Handlers at work for other pods before calls are answered `overloaded`.
const maxOpenCalls = 4_096;

/**
 * One pod.
 *
 * @example
 * ```ts
 * const cluster = new Cluster({ ...clusterEnv(process.env), handlers: { ping: () => 'pong' } });
 * const gateway = new Gateway({ token, intents, ...cluster.gatewayOptions() });
 * await cluster.start({ gateway });
 * await gateway.connect();
 * await cluster.rpc.shard(3).call('ping', undefined);
 * ```
 */
export class Cluster<H extends HandlerMap = HandlerMap> {
  readonly #options: ClusterOptions<H>;
  readonly #common: ResolvedCommon;
  readonly #links: PodLinks;
  readonly #server: RpcServer;
  readonly #readiness: Readiness;
  readonly #epoch = randomUUID();
  readonly #startedAtMs = Date.now();
  readonly #state: GlobalStateReader;
  readonly #sessions: PodSessions;
  readonly #cutover: PodCutover;
  readonly #rest: PodRest;
  #gatewayOptions: ClusterGatewayOptions | undefined;
  #gateway: GatewayPart | undefined;
  #metrics: PodMetrics = noMetrics;
  #listeners: PodListeners | undefined;
  #loop: ReturnType<typeof watchEventLoop> | undefined;
  #draining: Promise<void> | undefined;

  /** Place of this pod, from 0. */
  readonly ordinal: number;
  /** Name of this pod. */
  readonly pod: string;
  /** Calls to the handlers of all pods. */
  readonly rpc: Rpc<H>;

  /** @throws {@link TypeError} or {@link RangeError} naming the option, what is allowed, and what came. */
  constructor(options: ClusterOptions<H>) {
    assertPodOptions(options);
    this.#options = options;
    const single = options.totalShards <= (options.shardsPerPod ?? 1) && options.managerUrl === undefined;
    this.#common = resolveCommon(options, single);
    const { topology, timing, keys, peers, pods } = this.#common;
    this.ordinal = resolveOrdinal(options, topology);
    this.pod = options.pod ?? `pod-${this.ordinal}`;
    const { generation } = topology;
    const { managerUrl } = options;
    this.#links = new PodLinks({
      peers,
      pods,
      generation,
      keys,
      tls: this.#common.tls,
      managerUrl,
      connectTimeoutMs: timing.connectTimeoutMs,
    });
    this.#server = new RpcServer({
      handlers: options.handlers ?? {},
      topology,
      ordinal: this.ordinal,
      maxOpen: maxOpenCalls,
      headersAfterMs: timing.rpcHeadersAfterMs,
      onError: (cause, name) => this.#report(cause, `handlers.${name}`),
      onAnswer: (name, outcome) => this.#metrics.rpcServed(name, outcome),
    });
    this.rpc = new Rpc({
      topology,
      ordinal: this.ordinal,
      podName: this.#podName,
      local: this.#server,
      clientOf: (ordinal) => this.#links.caller(ordinal),
      timeoutMs: timing.rpcTimeoutMs,
      retryAfterMs: timing.rpcRetryAfterMs,
      onOutcome: (name, outcome, durationMs) => this.#metrics.rpcCalled(name, outcome, durationMs),
    });
    this.#readiness = new Readiness(shardsOfPod(topology, this.ordinal).length, timing.readyAfterMs, performance.now());
    this.#state = new GlobalStateReader({
      topology,
      pods,
      podName: this.#podName,
      links: this.#links,
      timing,
      own: { ordinal: this.ordinal, status: () => this.status() },
      onManager: (up) => this.#metrics.managerUp(up),
    });
    const self = { name: this.pod, ordinal: this.ordinal, links: this.#links };
    this.#rest = createPodRest(options, this.#common, self, (note) => this.#report(new Error(note), 'rest'));
    this.#cutover = new PodCutover({
      topology,
      ordinal: this.ordinal,
      isStandby: options.mode === 'standby',
      directory: options.stateDirectory,
      overlapMs: timing.cutoverOverlapMs,
      graceMs: timing.retireAfterMs,
      gateway: () => this.#gateway,
      draining: () => this.#readiness.draining,
      onMoved: (moved) => {
        this.#server.moved = moved;
      },
      onError: (cause) => this.#report(cause, 'cutover'),
    });
    this.#sessions = new PodSessions({
      directory: options.stateDirectory,
      manager: this.#links.manager,
      far: options.farSessionStore,
      store: options.sessionStore,
      timing,
      onError: (cause) => {
        this.#metrics.storeError();
        this.#report(cause, 'sessions');
      },
    });
  }

  /** Where this pod stands when one generation follows another; `active` otherwise. */
  get mode(): PodMode {
    return this.#cutover.mode;
  }

  /** Layout of the cluster. */
  get topology(): Topology {
    return this.#common.topology;
  }

  /** True in exactly one pod of a cluster: the place for jobs that run once. */
  get isFirst(): boolean {
    return this.ordinal === 0;
  }

  /** Where the listeners are bound; `undefined` before {@link start}. */
  get addresses():
    | { readonly public?: BoundAddress | undefined; readonly internal: BoundAddress; readonly ops: BoundAddress }
    | undefined {
    return this.#listeners?.addresses;
  }

  /** Shard of a guild. @throws {@link TypeError} when `guildId` is no snowflake. */
  shardIdOf(guildId: Snowflake): number {
    return shardIdOf(guildId, this.#common.topology.totalShards);
  }

  /** True when this pod holds the guild's shard. */
  owns(guildId: Snowflake): boolean {
    return podOfShard(this.#common.topology, this.shardIdOf(guildId)) === this.ordinal;
  }

  /** What this pod says of itself. */
  status(): PodStatus {
    const { topology, version } = this.#common;
    const { pod, ordinal } = this;
    const egressGroup = this.#options.egressGroup ?? 'default';
    return buildPodStatus(
      { pod, ordinal, topology, epoch: this.#epoch, startedAtMs: this.#startedAtMs, version, egressGroup },
      {
        draining: this.#readiness.draining,
        ready: this.notReady() === undefined,
        loopP99Ms: this.#loop?.p99Ms() ?? 0,
        mode: this.mode,
        cutover: this.#cutover.report,
      },
      this.#gateway,
      this.#options.state ?? {},
      (cause, what) => this.#report(cause, what),
    );
  }

  /** Why this pod is not ready, in one line; `undefined` when it is. */
  notReady(): string | undefined {
    return this.#readiness.reason(this.#gateway?.shards ?? [], performance.now());
  }

  /** State of the whole bot: from the manager, or gathered from all pods when the manager is away. Never rejects for a pod's fault. */
  globalState(): Promise<GlobalState> {
    return this.#state.read();
  }

  /** Options that make a gateway hold this pod's shards; the same objects at every call. */
  gatewayOptions(): ClusterGatewayOptions {
    this.#gatewayOptions ??= {
      shards: { ids: shardsOfPod(this.topology, this.ordinal), total: this.topology.totalShards },
      identifyLimiter: this.#identifyLimiter(),
      sessionStore: this.#sessions.store,
      ...(this.#options.mode === 'standby' && { standby: this.#options.standby ?? {} }),
    };
    return this.#gatewayOptions;
  }

  /**
   * Option `globalLimit` for `new Rest`: this pod's part of the limit that all pods share; `Client` sets it by itself.
   * `undefined` for a pod that is alone, whose own limit is the bot's.
   */
  restLimiter(): GlobalLimiter | undefined {
    return this.#rest.limiter;
  }

  /**
   * Opens the listeners. Call it before `gateway.connect()`, so that the pod can be asked while its shards come up.
   *
   * @throws {@link ListenError} when a port is taken, or when the internal listener would be open to other machines without keys.
   */
  async start(parts: ClusterParts = {}): Promise<void> {
    const { internal, ops, keys, tls, version, timing, topology } = this.#common;
    assertGuarded(internal, keys);
    this.#gateway = parts.gateway;
    if (this.#options.mode === 'standby' && parts.gateway?.cutover?.phase !== 'standby')
      throw new TypeError('cluster: in mode standby the gateway must be made with cluster.gatewayOptions()');
    this.#cutover.start();
    this.#loop ??= watchEventLoop();
    const listeners = await openPodListeners({
      addresses: {
        internal,
        ops,
        public: resolveAddress('public', this.#options.listen?.public, { host: '0.0.0.0', port: 8080 }),
      },
      topology,
      ordinal: this.ordinal,
      keys,
      tls,
      version,
      timing,
      links: this.#links,
      rpc: this.#server,
      handlerNames: Object.keys(this.#options.handlers ?? {}),
      interactions: parts.interactions,
      gateway: () => this.#gateway,
      gatewayBot: this.#options.getGatewayBot,
      status: (managerEpoch) => this.#asked(managerEpoch),
      notReady: () => this.notReady(),
      restAllowance: this.#rest.allowance,
      cutover: (body) => this.#cutover.receive(body),
      drain: () => void this.drain(),
      onError: (cause, what) => this.#report(cause, what),
    });
    this.#rest.start();
    this.#listeners = listeners;
    this.#metrics = listeners.metrics;
  }

  /** Ends the pod so that its shards resume elsewhere: see `drain.ts`. Calling it again gives the same promise. Never rejects. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Same as {@link drain}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  #drain(): Promise<void> {
    const { settleMs, handlersMs, flushMs } = this.#common.timing;
    const gateway = this.#gateway;
    return drain(
      {
        refuse: () => {
          this.#readiness.draining = true;
          this.#server.draining = true;
          this.#listeners?.windDown();
        },
        settle: () => new Promise((resolve) => setTimeout(resolve, settleMs)),
        closeGateway: async () => {
          this.#cutover.close();
          // Sessions of a fleet that has handed over are nobody's any more.
          await gateway?.close({ resumable: this.mode !== 'retired' });
          if (gateway !== undefined) await atMost(handlersMs, gateway.idle());
        },
        finishCalls: () => atMost(handlersMs, this.#server.idle()),
        flushSessions: () => this.#sessions.handOver(flushMs),
        closeListeners: async () => {
          await this.#listeners?.close(1_000);
          this.#rest.close();
          await this.#links.close();
          this.#loop?.close();
        },
      },
      (cause, what) => this.#report(cause, what),
    );
  }

  #asked(managerEpoch: string | undefined): PodStatus {
    if (managerEpoch !== undefined) this.#sessions.managerAsked(managerEpoch);
    return this.status();
  }

  #identifyLimiter(): IdentifyLimiter | undefined {
    const { topology, timing, pods } = this.#common;
    const { identifyLimiter, stateDirectory, getGatewayBot } = this.#options;
    const manager = this.#links.manager;
    if (identifyLimiter !== undefined) return identifyLimiter;
    if (pods === 1 && manager === undefined) return undefined;
    const { pod, ordinal } = this;
    const onNote = (note: string) => this.#report(new Error(note), 'identify');
    return createPodIdentifyLimiter({
      manager,
      pod,
      ordinal,
      pods,
      topology,
      timing,
      stateDirectory,
      getGatewayBot,
      onNote,
      mayFallBack: () => this.mode !== 'standby',
    });
  }

  readonly #podName = (ordinal: number): string => {
    if (ordinal === this.ordinal) return this.pod;
    // A StatefulSet's pods differ in the number alone.
    return /-\d+$/.test(this.pod) ? this.pod.replace(/-\d+$/, `-${ordinal}`) : `pod-${ordinal}`;
  };

  #report(cause: unknown, what: string): void {
    try {
      this.#options.onError?.(cause, what);
    } catch {
      // Nobody is left to tell.
    }
  }
}
