/**
 * The manager: polls the pods for the global state, permits identifies, mirrors sessions. All of it is soft: a manager that
 * starts anew has everything again after one poll, and while there is none the pods go on without.
 */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@tinfoil/types';
import { BudgetReader } from './budget.ts';
import { type GlobalState, reduceGlobalState } from './global-state.ts';
import { createGuard, managerReceiver } from './guard.ts';
import { type BoundAddress, type Listener, openListener } from './listener.ts';
import { createManagerMetrics, type ManagerMetrics } from './manager-metrics.ts';
import { managerRoutes } from './manager-server.ts';
import { Metrics } from './metrics.ts';
import { opsRoutes } from './ops-server.ts';
import { assertGuarded, type ClusterManagerOptions, type ResolvedCommon, resolveCommon } from './options.ts';
import { PermitDesk } from './permit-desk.ts';
import { defaultReserve } from './permits.ts';
import { PodLinks } from './pod-links.ts';
import { watchProcess } from './process-metrics.ts';
import { RestDesk } from './rest-desk.ts';
import { restRules } from './rest-lease.ts';
import { SessionMirror } from './session-mirror.ts';
import { statusPageRoutes } from './status-page.ts';
import { Sweep } from './sweep.ts';
import { sameTopology, type Topology } from './topology.ts';

// Assumed until Discord's own number is read: its smallest daily limit.
const assumedTotal = 1_000;

/**
 * The manager of one cluster.
 *
 * @example
 * ```ts
 * const manager = new ClusterManager({ totalShards: 3, peers: { template: 'http://bot-{pod}.bot:8081' }, keys: { file } });
 * await manager.start();
 * ```
 */
export class ClusterManager {
  readonly #options: ClusterManagerOptions;
  readonly #common: ResolvedCommon;
  readonly #links: PodLinks;
  readonly #sweep: Sweep;
  readonly #desk: PermitDesk;
  readonly #mirror: SessionMirror;
  readonly #rest: RestDesk;
  readonly #budget: BudgetReader;
  readonly #epoch = randomUUID();
  #metrics: ManagerMetrics | undefined;
  #listeners: readonly Listener[] = [];
  #addresses: { readonly internal: BoundAddress; readonly ops: BoundAddress } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #polled = false;
  #closing: Promise<void> | undefined;

  /** @throws {@link TypeError} or {@link RangeError} naming the option, what is allowed, and what came. */
  constructor(options: ClusterManagerOptions) {
    this.#options = options;
    this.#common = resolveCommon(options, false);
    const { topology, timing, keys, tls, peers, pods } = this.#common;
    const { connectTimeoutMs } = timing;
    this.#links = new PodLinks({ peers, pods, generation: topology.generation, keys, tls, connectTimeoutMs });
    this.#sweep = new Sweep({
      pods,
      peerOf: (ordinal) => this.#links.peer(ordinal),
      timeoutMs: timing.statusTimeoutMs,
      concurrency: 64,
      query: `?manager=${this.#epoch}`,
      accepts: (status, ordinal) => status.ordinal === ordinal && sameTopology(status, topology),
    });
    this.#desk = new PermitDesk(
      {
        totalShards: topology.totalShards,
        holdMs: timing.identifyHoldMs,
        gapMs: timing.identifyGapMs,
        breakerBaseMs: timing.breakerBaseMs,
        breakerMaxMs: timing.breakerMaxMs,
        reserve: options.identifyReserve ?? defaultReserve(assumedTotal, topology.totalShards),
      },
      timing.quietMs,
      systemClock,
    );
    this.#mirror = new SessionMirror(timing.sessionTtlMs, 2 * topology.totalShards);
    this.#rest = new RestDesk({
      rules: restRules({ limit: this.#common.restLimit, ttlMs: timing.restLeaseMs, pods }),
      generation: topology.generation,
      epoch: this.#epoch,
      clock: systemClock,
    });
    this.#budget = new BudgetReader({
      desk: this.#desk,
      own: options.getGatewayBot,
      pods,
      peerOf: (ordinal) => this.#links.peer(ordinal),
      timing,
      onError: (cause) => this.#report(cause, 'gateway-bot'),
    });
  }

  /** Layout of the cluster. */
  get topology(): Topology {
    return this.#common.topology;
  }

  /** Where the listeners are bound; `undefined` before {@link start}. */
  get addresses(): { readonly internal: BoundAddress; readonly ops: BoundAddress } | undefined {
    return this.#addresses;
  }

  /** State of the whole bot as of the last poll. */
  globalState(): GlobalState {
    const { samples } = this.#sweep;
    const { topology } = this.#common;
    const sessionStart = this.#budget.sessionStart();
    return reduceGlobalState({
      topology,
      samples,
      podName: this.#podName,
      source: 'manager',
      nowMs: Date.now(),
      sessionStart,
    });
  }

  /** Opens the listeners and begins to poll. @throws {@link ListenError} when a port is taken, or keys are missing. */
  async start(): Promise<void> {
    const { internal, ops, keys, tls, version, topology } = this.#common;
    assertGuarded(internal, keys);
    const metrics = await Metrics.load(version);
    this.#unwatch = watchProcess(metrics);
    this.#metrics = createManagerMetrics(metrics, {
      state: () => this.globalState(),
      waiting: () => this.#desk.waiting,
      sessions: () => this.#mirror.size,
    });
    this.#rest.measure(metrics);
    const counters = this.#metrics;
    const view = { state: () => this.globalState(), samples: this.#sweep.samples, podName: this.#podName, topology };
    const inner = await openListener({
      name: 'internal',
      address: internal,
      tls,
      guard: createGuard({ keys, to: managerReceiver, onRefused: counters.unauthorized }),
      routes: [
        ...managerRoutes({
          ...view,
          desk: this.#desk,
          mirror: this.#mirror,
          limits: () => this.#budget.limits(),
          longPollMs: this.#common.timing.longPollMs,
          onPermit: counters.permit,
        }),
        ...this.#rest.routes(),
      ],
      onError: (cause) => this.#report(cause, 'internal'),
    });
    try {
      const outer = await openListener({
        name: 'ops',
        address: ops,
        routes: [
          ...opsRoutes({ metrics, notReady: () => (this.#polled ? undefined : 'the first poll is under way') }),
          ...statusPageRoutes(view),
        ],
        onError: (cause) => this.#report(cause, 'ops'),
      });
      this.#listeners = [inner, outer];
      this.#addresses = { internal: inner.address, ops: outer.address };
    } catch (cause) {
      await inner.close(0);
      throw cause;
    }
    void this.#poll();
    void this.#budget.run();
  }

  /** Asks every pod now; otherwise done every few seconds. Never rejects. */
  async poll(): Promise<void> {
    await this.#sweep.run();
    this.#polled = true;
  }

  /** Closes the listeners and ends all work. Calling it again gives the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#budget.close();
    this.#desk.close();
    await Promise.all(this.#listeners.map((listener) => listener.close(1_000)));
    await this.#links.close();
  }

  async #poll(): Promise<void> {
    const startedAtMs = performance.now();
    await this.poll();
    if (this.#closing !== undefined) return;
    const { timing, pods } = this.#common;
    // Asking more often than 10 ms a pod would make the manager's core the limit of the cluster.
    const everyMs = Math.max(timing.pollEveryMs, pods * 10);
    const sinceMs = performance.now() - startedAtMs;
    this.#timer = setTimeout(() => void this.#poll(), Math.max(100, everyMs - sinceMs));
  }

  readonly #podName = (ordinal: number): string => {
    const known = this.#sweep.samples.get(ordinal)?.status.pod;
    if (known !== undefined) return known;
    // A pod that was never heard of still has the name that the template gives its address.
    const label = /^https?:\/\/([^.:/]*\{pod\})[.:/]/.exec(this.#common.peers.template ?? '')?.[1];
    return label?.replace('{pod}', String(ordinal)) ?? `pod-${ordinal}`;
  };

  #report(cause: unknown, what: string): void {
    try {
      this.#options.onError?.(cause, what);
    } catch {
      // Nobody is left to tell.
    }
  }
}
