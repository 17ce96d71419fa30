/** Internal listener of the manager, as a table: topology, permits, sessions, global state, owner look-up. */
import { type IdentifyOutcome, isSnowflake, shardIdOf } from '@tinfoil/types';
import type { GlobalState, PodSample } from './global-state.ts';
import { type Exchange, parseObject, type Route, sendJson, sendStatus } from './listener.ts';
import type { ManagerCutover } from './manager-cutover.ts';
import type { PermitDesk } from './permit-desk.ts';
import type { PermitDecision } from './permits.ts';
import { parseSessions, type SessionMirror } from './session-mirror.ts';
import { podCount, podOfShard, type Topology } from './topology.ts';

/** What the routes reach into. */
export interface ManagerRouteOptions {
  /** The fleet that serves. */
  readonly view: () => {
    readonly topology: Topology;
    readonly samples: ReadonlyMap<number, PodSample>;
    readonly podName: (ordinal: number) => string;
  };
  readonly state: () => GlobalState;
  readonly desk: PermitDesk;
  readonly mirror: SessionMirror;
  readonly limits: () =>
    | { readonly maxConcurrency: number; readonly total: number; readonly remaining: number }
    | undefined;
  readonly longPollMs: number;
  readonly onPermit: (outcome: string) => void;
  /** Absent while there is no other generation. */
  readonly cutover: ManagerCutover | undefined;
  /** Layouts whose pods may identify and keep sessions here: the one that runs, and the one in standby. */
  readonly topologies: () => readonly Topology[];
}

const outcomes: readonly string[] = ['sent', 'ready', 'invalid', 'aborted'];

/** Table of the manager's internal listener. */
export function managerRoutes(options: ManagerRouteOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/topology',
      run: ({ response }) => {
        const { topology } = options.view();
        sendJson(response, 200, { ...topology, pods: podCount(topology), active: true, ...options.limits() });
      },
    },
    { method: 'POST', path: '/v1/identify', run: (exchange) => identify(options, exchange) },
    { method: 'POST', path: '/v1/identify/{}', run: (exchange) => report(options, exchange) },
    ...sessionRoutes(options.mirror, options.topologies),
    ...cutoverRoutes(options),
    { method: 'GET', path: '/v1/state', run: ({ response }) => sendJson(response, 200, options.state()) },
    {
      method: 'GET',
      path: '/v1/state/shards',
      run: ({ response }) =>
        sendJson(
          response,
          200,
          [...options.view().samples.values()].flatMap(({ status, fresh, atMs }) =>
            status.shards.map((shard) => ({ ...shard, pod: status.pod, fresh, atMs })),
          ),
        ),
    },
    {
      method: 'GET',
      path: '/v1/state/pods',
      run: ({ response }) =>
        sendJson(
          response,
          200,
          [...options.view().samples.values()].map(({ status: { shards, ...pod }, fresh, atMs }) => ({
            ...pod,
            shards: shards.length,
            fresh,
            atMs,
          })),
        ),
    },
    { method: 'GET', path: '/v1/guilds/{}', run: (exchange) => owner(options, exchange) },
  ];
}

async function identify(options: ManagerRouteOptions, { body, response }: Exchange): Promise<void> {
  const { shardId, generation, waitMs } = parseObject(body);
  const { desk, longPollMs } = options;
  const { topology } = options.view();
  const own = options.topologies().find((known) => known.generation === generation);
  if (own === undefined || !isShard(own, shardId)) return sendJson(response, 409, { topology, retryAfterMs: 5_000 });
  const asker = { shardId, generation: own.generation, isStandby: own.generation !== topology.generation };
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const pollMs = typeof waitMs === 'number' && waitMs >= 0 ? Math.min(waitMs, longPollMs) : longPollMs;
  const decision = await desk.ask(asker, pollMs, gone.signal);
  if (decision.type === 'granted' && response.destroyed) return desk.report(decision.permit, asker, 'aborted');
  options.onPermit(decision.type);
  answerPermit(options, response, decision);
}

function answerPermit(options: ManagerRouteOptions, response: Exchange['response'], decision: PermitDecision): void {
  switch (decision.type) {
    case 'granted': {
      const { permit, bucket, holdMs } = decision;
      sendJson(response, 200, { permit, bucket, holdMs, limits: options.limits() });
      return;
    }
    case 'wait':
      // The wait was the poll's; the next ask takes its place in the queue at once.
      sendJson(response, 408, { retryAfterMs: 0 });
      return;
    case 'refused': {
      const { reason, remaining, retryAfterMs } = decision;
      sendJson(response, 429, { reason, remaining, retryAfterMs });
      return;
    }
  }
}

function report({ desk, topologies }: ManagerRouteOptions, { body, params, response }: Exchange): void {
  const { outcome, shardId, generation } = parseObject(body);
  // Pods of before there were two at a time name none.
  const own = topologies().find((known) => known.generation === (generation ?? topologies()[0]?.generation));
  if (own === undefined || !isShard(own, shardId) || typeof outcome !== 'string' || !outcomes.includes(outcome)) {
    sendStatus(response, 400);
    return;
  }
  desk.report(params[0] ?? '', { shardId, generation: own.generation }, outcome as IdentifyOutcome); // One of the four, by the line above.
  sendStatus(response, 204);
}

function sessionRoutes(mirror: SessionMirror, topologies: ManagerRouteOptions['topologies']): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/sessions',
      run({ body, response }) {
        const records = parseSessions(body);
        if (records === undefined) return sendStatus(response, 400);
        // Of another total they could never be resumed here.
        mirror.put(
          records.filter((record) => topologies().some(({ totalShards }) => record.totalShards === totalShards)),
          performance.now(),
        );
        sendStatus(response, 204);
      },
    },
    {
      method: 'GET',
      path: '/v1/sessions',
      run({ query, response }) {
        const keys = parseKeys(query);
        if (keys === undefined) return sendStatus(response, 400);
        sendJson(response, 200, mirror.get(keys.total, keys.shards, performance.now()));
      },
    },
    {
      method: 'DELETE',
      path: '/v1/sessions',
      run({ query, response }) {
        const keys = parseKeys(query);
        if (keys === undefined) return sendStatus(response, 400);
        mirror.drop(keys.total, keys.shards);
        sendStatus(response, 204);
      },
    },
    {
      method: 'PUT',
      path: '/v1/sessions/{}/guilds',
      run({ params, query, body, response }) {
        const kept = mirror.putGuilds(Number(query.get('total')), Number(params[0]), query.get('session') ?? '', body);
        sendStatus(response, kept ? 204 : 404);
      },
    },
  ];
}

function owner({ view }: ManagerRouteOptions, { params, response }: Exchange): void {
  const { topology, samples, podName } = view();
  const guildId = params[0] ?? '';
  if (!isSnowflake(guildId)) {
    sendStatus(response, 400);
    return;
  }
  const shardId = shardIdOf(guildId, topology.totalShards);
  const ordinal = podOfShard(topology, shardId);
  const sample = samples.get(ordinal);
  const shard = sample?.status.shards.find(({ id }) => id === shardId);
  const fresh = sample?.fresh ?? false;
  sendJson(response, 200, { guildId, shardId, ordinal, pod: podName(ordinal), fresh, status: shard?.status ?? null });
}

function cutoverRoutes({ cutover }: ManagerRouteOptions): readonly Route[] {
  const path = '/v1/cutover';
  if (cutover === undefined) return [];
  return [
    { method: 'GET', path, run: ({ response }) => sendJson(response, 200, cutover.progress()) },
    {
      method: 'POST',
      path,
      async run({ body, response }) {
        const { leadMs } = parseObject(body);
        if (leadMs !== undefined && !(typeof leadMs === 'number' && leadMs >= 500 && leadMs <= 600_000))
          return sendJson(response, 400, { reasons: ['leadMs must be 500 to 600000'] });
        const result = await cutover.run(leadMs);
        sendJson(response, result.outcome === 'going' ? 200 : 409, result);
      },
    },
    {
      method: 'DELETE',
      path,
      async run({ response }) {
        const result = await cutover.abort();
        sendJson(response, result.outcome === 'aborted' ? 200 : 409, result);
      },
    },
  ];
}

/** Shards as `48-63`, `1,4,7`, or both. */
function parseKeys(query: URLSearchParams): { readonly total: number; readonly shards: readonly number[] } | undefined {
  const total = Number(query.get('total'));
  const text = query.get('shards') ?? '';
  if (!Number.isSafeInteger(total) || total < 1 || !/^\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*$/.test(text))
    return undefined;
  const shards = text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, Math.min(last, total - 1) - first + 1) }, (_, index) => first + index);
  });
  return { total, shards };
}

function isShard(topology: Topology, shardId: unknown): shardId is number {
  return typeof shardId === 'number' && Number.isSafeInteger(shardId) && shardId >= 0 && shardId < topology.totalShards;
}
