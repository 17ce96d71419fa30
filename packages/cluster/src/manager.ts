/**
 * The manager: polls the pods for the global state, permits identifies, mirrors sessions. All of it is soft: a manager that
 * starts anew has everything again after one poll, and while there is none the pods go on without.
 */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@tinfoil/types';
import { BudgetReader } from './budget.ts';
import { FleetLink } from './fleet-link.ts';
import { type GlobalState, reduceGlobalState } from './global-state.ts';
import { createGuard, managerReceiver } from './guard.ts';
import { type BoundAddress, type Listener, openListener } from './listener.ts';
import { ManagerCutover, wake } from './manager-cutover.ts';
import { createManagerMetrics, type ManagerMetrics } from './manager-metrics.ts';
import { managerRoutes } from './manager-server.ts';
import { Metrics } from './metrics.ts';
import { opsRoutes } from './ops-server.ts';
import {
  assertGuarded,
  type ClusterManagerOptions,
  type ResolvedCommon,
  resolveCommon,
  resolveStandby,
} from './options.ts';
import { PermitDesk } from './permit-desk.ts';
import { defaultReserve } from './permits.ts';
import { watchProcess } from './process-metrics.ts';
import { RestDesk } from './rest-desk.ts';
import { restRules } from './rest-lease.ts';
import { SessionMirror } from './session-mirror.ts';
import { statusPageRoutes } from './status-page.ts';
import type { StatusView } from './status-snapshot.ts';
import type { Topology } from './topology.ts';

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
  readonly #running: FleetLink;
  readonly #standby: FleetLink | undefined;
  readonly #cutover: ManagerCutover | undefined;
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
    const { statusTimeoutMs: timeoutMs } = timing;
    const link = { keys, tls, connectTimeoutMs, timeoutMs, epoch: this.#epoch };
    this.#running = new FleetLink({ ...link, topology, peers });
    const next = resolveStandby(options.standby, topology);
    this.#standby = next && new FleetLink({ ...link, topology: next, peers: options.standby?.peers ?? {} });
    this.#cutover =
      this.#standby &&
      new ManagerCutover({
        running: this.#running,
        standby: this.#standby,
        leadMs: timing.cutoverLeadMs,
        timeoutMs,
        onError: (cause) => this.#report(cause, 'cutover'),
      });
    // What both fleets need together.
    const totalShards = topology.totalShards + (next?.totalShards ?? 0);
    this.#desk = new PermitDesk(
      {
        totalShards,
        holdMs: timing.identifyHoldMs,
        gapMs: timing.identifyGapMs,
        breakerBaseMs: timing.breakerBaseMs,
        breakerMaxMs: timing.breakerMaxMs,
        reserve: options.identifyReserve ?? defaultReserve(assumedTotal, totalShards),
      },
      timing.quietMs,
      systemClock,
    );
    this.#mirror = new SessionMirror(timing.sessionTtlMs, 2 * totalShards);
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
      peerOf: (ordinal) => this.#running.peer(ordinal),
      timing,
      onError: (cause) => this.#report(cause, 'gateway-bot'),
    });
  }

  /** Layout of the fleet that serves. */
  get topology(): Topology {
    return this.#serving.topology;
  }

  /** Where the listeners are bound; `undefined` before {@link start}. */
  get addresses(): { readonly internal: BoundAddress; readonly ops: BoundAddress } | undefined {
    return this.#addresses;
  }

  /** State of the whole bot as of the last poll. */
  globalState(): GlobalState {
    const { samples, topology, podName } = this.#serving;
    const sessionStart = this.#budget.sessionStart();
    return reduceGlobalState({
      topology,
      samples,
      podName,
      source: 'manager',
      nowMs: Date.now(),
      sessionStart,
    });
  }

  /** Opens the listeners and begins to poll. @throws {@link ListenError} when a port is taken, or keys are missing. */
  async start(): Promise<void> {
    const { internal, ops, keys, tls, version } = this.#common;
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
    const view = this.#statusView();
    const inner = await openListener({
      name: 'internal',
      address: internal,
      tls,
      guard: createGuard({ keys, to: managerReceiver, onRefused: counters.unauthorized }),
      routes: [
        ...managerRoutes({
          state: view.state,
          view: () => this.#serving,
          cutover: this.#cutover,
          topologies: () => this.#topologies(),
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
    const turn = this.#cutover?.turn ?? 0;
    await Promise.all([this.#running.poll(), this.#standby?.poll()]);
    this.#polled = true;
    await (this.#cutover?.reconcile(turn) ?? wake(this.#running, this.#common.timing.statusTimeoutMs));
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
    await Promise.all([this.#running.close(), this.#standby?.close()]);
  }

  async #poll(): Promise<void> {
    const startedAtMs = performance.now();
    await this.poll();
    if (this.#closing !== undefined) return;
    const { timing } = this.#common;
    const pods = this.#running.pods + (this.#standby?.pods ?? 0);
    // Asking more often than 10 ms a pod would make the manager's core the limit of the cluster.
    const everyMs = Math.max(timing.pollEveryMs, pods * 10);
    const sinceMs = performance.now() - startedAtMs;
    this.#timer = setTimeout(() => void this.#poll(), Math.max(100, everyMs - sinceMs));
  }

  get #serving(): FleetLink {
    return this.#cutover?.serving ?? this.#running;
  }

  /** Layouts that may identify: a fleet that has handed over may not. */
  #topologies(): readonly Topology[] {
    const serving = this.#serving;
    if (this.#standby === undefined || serving === this.#standby) return [serving.topology];
    return [serving.topology, this.#standby.topology];
  }

  /** Follows a cut-over. */
  #statusView(): StatusView {
    const serving = () => this.#serving;
    return {
      state: () => this.globalState(),
      podName: (ordinal) => serving().podName(ordinal),
      get samples() {
        return serving().samples;
      },
      get topology() {
        return serving().topology;
      },
    };
  }

  #report(cause: unknown, what: string): void {
    try {
      this.#options.onError?.(cause, what);
    } catch {
      // Nobody is left to tell.
    }
  }
}
