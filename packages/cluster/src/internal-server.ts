/** Internal listener of a pod, as a table: status, calls, forwarded interactions, restart of a shard, drain. */
import { type Exchange, type Route, sendJson, sendStatus } from './listener.ts';
import type { CutoverAnswer } from './pod-cutover.ts';
import type { RpcServer } from './rpc-server.ts';
import type { PodStatus } from './status.ts';
import type { Topology } from './topology.ts';

/** What the routes reach into. */
export interface InternalRouteOptions {
  readonly topology: Topology;
  readonly rpc: RpcServer;
  /** @param managerEpoch - Set when the manager asks: tells the pod whether it is still the same one. */
  readonly status: (managerEpoch: string | undefined) => PodStatus;
  readonly forwarded: (exchange: Exchange) => Promise<void>;
  /** False when the pod holds no such shard. */
  readonly restartShard: (shardId: number, mode: 'resume' | 'identify') => boolean;
  readonly cutover: (body: Buffer) => CutoverAnswer;
  /** Begins to drain and returns at once. */
  readonly drain: () => void;
  /** Reads `/gateway/bot` for a manager without a token; absent when this pod cannot either. */
  readonly gatewayBot: (() => Promise<unknown>) | undefined;
}

/** Table of the pod's internal listener. */
export function internalRoutes(options: InternalRouteOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/status',
      run: ({ response, query }) => sendJson(response, 200, options.status(query.get('manager') ?? undefined)),
    },
    {
      method: 'GET',
      path: '/v1/topology',
      run: ({ response }) => sendJson(response, 200, options.rpc.moved ?? options.topology),
    },
    {
      method: 'POST',
      path: '/v1/rpc',
      run({ response, body }) {
        if (!options.rpc.serve(body.toString('utf8'), response)) sendStatus(response, 400);
      },
    },
    { method: 'POST', path: '/v1/interactions', run: (exchange) => options.forwarded(exchange) },
    {
      method: 'POST',
      path: '/v1/shards/{}/restart',
      run({ response, params, query }) {
        const mode = query.get('mode') ?? 'resume';
        const shardId = Number(params[0]);
        if (mode !== 'resume' && mode !== 'identify') return sendStatus(response, 400);
        if (!Number.isSafeInteger(shardId) || !options.restartShard(shardId, mode)) {
          return sendJson(response, 421, { error: { code: 'misdirected', topology: options.topology } });
        }
        sendStatus(response, 202);
      },
    },
    {
      method: 'POST',
      path: '/v1/cutover',
      run({ response, body }) {
        const { status, reason } = options.cutover(body);
        if (reason === undefined) sendStatus(response, status);
        else sendJson(response, status, { reason });
      },
    },
    {
      method: 'POST',
      path: '/v1/drain',
      run({ response }) {
        sendStatus(response, 202);
        options.drain();
      },
    },
    {
      method: 'GET',
      path: '/v1/gateway-bot',
      async run({ response }) {
        if (options.gatewayBot === undefined) return sendStatus(response, 404);
        const answer = await options.gatewayBot().catch(() => undefined);
        if (answer === undefined) return sendStatus(response, 502);
        sendJson(response, 200, answer);
      },
    },
  ];
}
