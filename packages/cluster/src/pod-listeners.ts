/** Opens a pod's three listeners over its parts, all or none, and closes them in the order that serves callers longest. */
import type { InteractionReceiver } from '@tinfoil/types';
import { watchGateway } from './gateway-metrics.ts';
import type { GatewayPart } from './gateway-part.ts';
import { createGuard, podReceiver } from './guard.ts';
import { internalRoutes } from './internal-server.ts';
import type { KeyRing } from './keys.ts';
import { type BoundAddress, type ListenAddress, type Listener, openListener, sendStatus } from './listener.ts';
import { Metrics } from './metrics.ts';
import { opsRoutes } from './ops-server.ts';
import type { ClusterTiming, ReadGatewayBot } from './options.ts';
import type { CutoverAnswer } from './pod-cutover.ts';
import type { PodLinks } from './pod-links.ts';
import { createPodMetrics, type PodMetrics } from './pod-metrics.ts';
import { watchProcess } from './process-metrics.ts';
import { handleForwarded, type InteractionRouteOptions, interactionRoutes } from './public-server.ts';
import { measureRestLease } from './rest-desk.ts';
import { watchRest } from './rest-metrics.ts';
import type { RpcServer } from './rpc-server.ts';
import type { PodStatus } from './status.ts';
import type { TlsRing } from './tls.ts';
import { podOfShard, type Topology } from './topology.ts';

/** Options of {@link openPodListeners}. */
export interface PodListenersOptions {
  readonly addresses: { readonly public: ListenAddress; readonly internal: ListenAddress; readonly ops: ListenAddress };
  readonly topology: Topology;
  readonly ordinal: number;
  readonly keys: KeyRing;
  readonly tls: TlsRing | undefined;
  readonly version: string;
  readonly timing: ClusterTiming;
  readonly links: PodLinks;
  readonly rpc: RpcServer;
  readonly handlerNames: readonly string[];
  readonly interactions: InteractionReceiver | undefined;
  readonly gateway: () => GatewayPart | undefined;
  readonly gatewayBot: ReadGatewayBot | undefined;
  readonly status: (managerEpoch: string | undefined) => PodStatus;
  readonly notReady: () => string | undefined;
  readonly restAllowance: (() => { readonly tokens: number; readonly source: string }) | undefined;
  readonly cutover: (body: Buffer) => CutoverAnswer;
  readonly drain: () => void;
  readonly onError: (cause: unknown, what: string) => void;
}

/** The open listeners. */
export interface PodListeners {
  readonly addresses: {
    readonly public?: BoundAddress | undefined;
    readonly internal: BoundAddress;
    readonly ops: BoundAddress;
  };
  readonly metrics: PodMetrics;
  /** From now on answers to interactions end their connections. */
  windDown(): void;
  close(graceMs: number): Promise<void>;
}

/** Opens them. @throws {@link ListenError} when one cannot be opened; those that were are closed again. */
export async function openPodListeners(options: PodListenersOptions): Promise<PodListeners> {
  const { addresses, topology, ordinal, interactions } = options;
  const metrics = await Metrics.load(options.version);
  const counters = createPodMetrics(metrics, options.gateway, options.handlerNames);
  watchGateway(metrics, options.gateway());
  if (options.restAllowance !== undefined) measureRestLease(metrics, options.restAllowance);
  const unwatch = [watchRest(metrics), watchProcess(metrics)];
  const routes: InteractionRouteOptions | undefined = interactions && {
    receiver: interactions,
    topology,
    ordinal,
    peerOf: (other) => options.links.peer(other),
    forwardTimeoutMs: options.timing.forwardTimeoutMs,
    onHandled: counters.interaction,
  };
  const opened: Listener[] = [];
  const open = async (...args: Parameters<typeof openListener>) => {
    const listener = await openListener(...args);
    opened.push(listener);
    return listener;
  };
  const reporter = (what: string) => (cause: unknown) => options.onError(cause, what);
  const close = async (graceMs: number) => {
    for (const end of unwatch) end();
    await Promise.all(opened.map((listener) => listener.close(graceMs)));
  };
  try {
    const internal = await open({
      name: 'internal',
      address: addresses.internal,
      tls: options.tls,
      guard: createGuard({
        keys: options.keys,
        to: podReceiver(topology.generation, ordinal),
        onRefused: counters.unauthorized,
      }),
      routes: internalRoutes({
        topology,
        rpc: options.rpc,
        status: options.status,
        forwarded: async (exchange) => {
          // A fleet that has handed over is nobody's owner.
          if (routes === undefined || options.rpc.moved !== undefined) return sendStatus(exchange.response, 421);
          await handleForwarded(routes, exchange);
        },
        restartShard: (shardId, mode) => restartShard(options, shardId, mode),
        cutover: options.cutover,
        drain: options.drain,
        gatewayBot: options.gatewayBot && (() => options.gatewayBot?.({}) ?? Promise.reject(new Error('none'))),
      }),
      onError: reporter('internal'),
    });
    const ops = await open({
      name: 'ops',
      address: addresses.ops,
      routes: opsRoutes({ metrics, notReady: options.notReady }),
      onError: reporter('ops'),
    });
    const publicListener =
      routes &&
      (await open({
        name: 'public',
        address: addresses.public,
        routes: interactionRoutes(routes),
        onError: reporter('public'),
      }));
    return {
      addresses: { public: publicListener?.address, internal: internal.address, ops: ops.address },
      metrics: counters,
      windDown: () => publicListener?.windDown(),
      close,
    };
  } catch (cause) {
    await close(0);
    throw cause;
  }
}

function restartShard(options: PodListenersOptions, shardId: number, mode: 'resume' | 'identify'): boolean {
  const { topology, ordinal } = options;
  const gateway = options.gateway();
  if (
    gateway === undefined ||
    shardId < 0 ||
    shardId >= topology.totalShards ||
    podOfShard(topology, shardId) !== ordinal
  )
    return false;
  Promise.resolve(gateway.restartShard(shardId, { mode })).catch((cause: unknown) =>
    options.onError(cause, 'restartShard'),
  );
  return true;
}
