/** Internal listener of the manager, as a table: topology, permits, sessions, global state, owner look-up. */
import { type IdentifyOutcome, isSnowflake, shardIdOf } from '@tinfoil/types';
import type { GlobalState, PodSample } from './global-state.ts';
import { type Exchange, type Route, sendJson, sendStatus } from './listener.ts';
import type { PermitDesk } from './permit-desk.ts';
import type { PermitDecision } from './permits.ts';
import { parseSessions, type SessionMirror } from './session-mirror.ts';
import { podCount, podOfShard, type Topology } from './topology.ts';

/** What the routes reach into. */
export interface ManagerRouteOptions {
  readonly topology: Topology;
  readonly state: () => GlobalState;
  readonly samples: ReadonlyMap<number, PodSample>;
  readonly podName: (ordinal: number) => string;
  readonly desk: PermitDesk;
  readonly mirror: SessionMirror;
  readonly limits: () =>
    | { readonly maxConcurrency: number; readonly total: number; readonly remaining: number }
    | undefined;
  readonly longPollMs: number;
  readonly onPermit: (outcome: string) => void;
}

const outcomes: readonly string[] = ['sent', 'ready', 'invalid', 'aborted'];

/** Table of the manager's internal listener. */
export function managerRoutes(options: ManagerRouteOptions): readonly Route[] {
  const { topology, samples } = options;
  return [
    {
      method: 'GET',
      path: '/v1/topology',
      run: ({ response }) =>
        sendJson(response, 200, { ...topology, pods: podCount(topology), active: true, ...options.limits() }),
    },
    { method: 'POST', path: '/v1/identify', run: (exchange) => identify(options, exchange) },
    { method: 'POST', path: '/v1/identify/{}', run: (exchange) => report(options, exchange) },
    ...sessionRoutes(options.mirror, topology),
    { method: 'GET', path: '/v1/state', run: ({ response }) => sendJson(response, 200, options.state()) },
    {
      method: 'GET',
      path: '/v1/state/shards',
      run: ({ response }) =>
        sendJson(
          response,
          200,
          [...samples.values()].flatMap(({ status, fresh, atMs }) =>
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
          [...samples.values()].map(({ status: { shards, ...pod }, fresh, atMs }) => ({
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
  const { topology, desk, longPollMs } = options;
  if (generation !== topology.generation || !isShard(topology, shardId)) return sendJson(response, 409, { topology });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const pollMs = typeof waitMs === 'number' && waitMs >= 0 ? Math.min(waitMs, longPollMs) : longPollMs;
  const decision = await desk.ask(shardId, pollMs, gone.signal);
  if (decision.type === 'granted' && response.destroyed) return desk.report(decision.permit, shardId, 'aborted');
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

function report({ desk, topology }: ManagerRouteOptions, { body, params, response }: Exchange): void {
  const { outcome, shardId } = parseObject(body);
  if (!isShard(topology, shardId) || typeof outcome !== 'string' || !outcomes.includes(outcome)) {
    sendStatus(response, 400);
    return;
  }
  desk.report(params[0] ?? '', shardId, outcome as IdentifyOutcome); // One of the four, by the line above.
  sendStatus(response, 204);
}

function sessionRoutes(mirror: SessionMirror, topology: Topology): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/sessions',
      run({ body, response }) {
        const records = parseSessions(body);
        if (records === undefined) return sendStatus(response, 400);
        // Of another total they could never be resumed here.
        mirror.put(
          records.filter((record) => record.totalShards === topology.totalShards),
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

function owner({ topology, samples, podName }: ManagerRouteOptions, { params, response }: Exchange): void {
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

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
