/**
 * Public listener of a pod: `POST /interactions` and nothing else. Any pod verifies; what a command wants handled where its
 * guild is goes on to the owner once, and is handled here when the owner does not answer in time.
 */
import type { ServerResponse } from 'node:http';
import { type HeaderReader, type InteractionReceiver, type ReceiverResponse, systemClock } from '@tinfoil/types';
import type { Exchange, Route } from './listener.ts';
import { sendStatus } from './listener.ts';
import type { PeerClient } from './peer-client.ts';
import { podOfGuild, type Topology } from './topology.ts';

/** Options of {@link interactionRoutes}. */
export interface InteractionRouteOptions {
  readonly receiver: InteractionReceiver;
  readonly topology: Topology;
  readonly ordinal: number;
  readonly peerOf: (ordinal: number) => PeerClient;
  readonly forwardTimeoutMs: number;
  /** Counts where an interaction was handled. */
  readonly onHandled: (where: 'local' | 'owner' | 'fallback' | 'refused') => void;
}

/** Headers of an answer that are the connection's own business. */
const hopHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);

/** Table of the public listener. */
export function interactionRoutes(options: InteractionRouteOptions): readonly Route[] {
  return [{ method: 'POST', path: '/interactions', run: (exchange) => receive(options, exchange) }];
}

/** Runs a verified body that another pod sent on; 421 when its guild is not here. */
export async function handleForwarded(options: InteractionRouteOptions, exchange: Exchange): Promise<void> {
  const { receiver } = options;
  const { guildId } = receiver.route(exchange.body);
  if (guildId !== undefined && podOfGuild(options.topology, guildId) !== options.ordinal)
    return sendStatus(exchange.response, 421);
  options.onHandled('local');
  answer(exchange.response, await receiver.handleVerified(exchange.body, { ownerReachable: true }));
}

async function receive(options: InteractionRouteOptions, { request, response, body }: Exchange): Promise<void> {
  const { receiver, topology, ordinal } = options;
  // Discord's 3 s count from here, also for a pod that stands in after the owner's time is up.
  const receivedAtMs = systemClock.nowMs();
  const headers: HeaderReader = (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  if (!(await receiver.verify(headers, body))) {
    options.onHandled('refused');
    return sendStatus(response, 401);
  }
  const { guildId, routing } = receiver.route(body);
  const owner = guildId === undefined || routing !== 'owner' ? ordinal : podOfGuild(topology, guildId);
  if (owner === ordinal) {
    options.onHandled('local');
    return answer(response, await receiver.handleVerified(body, { ownerReachable: true, receivedAtMs }));
  }
  const forwarded = await forward(options, owner, body);
  if (forwarded !== undefined) {
    options.onHandled('owner');
    return answer(response, forwarded);
  }
  options.onHandled('fallback');
  answer(response, await receiver.handleVerified(body, { ownerReachable: false, receivedAtMs }));
}

/** The owner's answer; `undefined` when it gave none that Discord could use. */
async function forward(
  options: InteractionRouteOptions,
  owner: number,
  body: Buffer,
): Promise<ReceiverResponse | undefined> {
  try {
    const answered = await options.peerOf(owner).request({
      method: 'POST',
      path: '/v1/interactions',
      body,
      timeoutMs: options.forwardTimeoutMs,
    });
    if (answered.status < 200 || answered.status > 299) return undefined;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answered.headers))
      if (typeof value === 'string' && !hopHeaders.has(name)) headers[name] = value;
    return { status: answered.status, headers, body: answered.body };
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, result: ReceiverResponse): void {
  if (response.destroyed) return;
  if (result.sent !== undefined) response.once('finish', result.sent);
  const body = result.body ?? '';
  response.writeHead(result.status, { ...result.headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
