/**
 * Clients of the proxy: takes their connections and judges what they ask, by tokens, shards and intents. What goes on inside a
 * connection is the client's own.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Gateway } from '@tinfoil/gateway';
import { WebSocketServer } from 'ws';
import type { Feed } from '../feed.ts';
import { ownUrl } from '../http/gateway-answer.ts';
import type { ProxyMetrics } from '../metrics.ts';
import type { ProxyTiming } from '../options.ts';
import { ClientSession } from '../protocol/client-session.ts';
import type { ConnectionTiming, IdentifyRequest, ResumeRequest } from '../protocol/connection.ts';
import { missingIntents } from '../protocol/event-filter.ts';
import type { Encoding } from '../protocol/frames.ts';
import { createNonce } from '../protocol/nonces.ts';
import { hasZstd } from '../protocol/zstd.ts';
import type { Access } from './access.ts';
import { type Admission, Client, type ClientHost, type Refusal } from './client.ts';

/** What the server works with. */
export interface ClientServerOptions {
  readonly access: Access;
  readonly intents: number;
  readonly feeds: ReadonlyMap<number, Feed>;
  /** False until it is known which sessions of clients go on. */
  readonly isLoaded: () => boolean;
  readonly gateway: () => Gateway;
  readonly metrics: ProxyMetrics;
  readonly timing: ProxyTiming;
  readonly maxBacklogBytes: number;
  readonly maxClients: number;
  readonly publicUrl: string | undefined;
  readonly report: (cause: unknown) => void;
}

/** Larger than what Discord takes, so that the answer is Discord's close code and not the WebSocket's. */
const maxMessageBytes = 64 * 1024;

/** Said while the process starts: the client keeps what it has and comes again. */
const notYet: Refusal = { code: 4000, reason: 'The shard is not up.' };

/** All connections of one proxy. */
export class ClientServer implements ClientHost {
  readonly clients: Set<Client> = new Set();
  readonly maxBacklogBytes: number;
  readonly heartbeatMs: number;
  readonly #options: ClientServerOptions;
  readonly #upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  #nonces = 0;
  #isOver = false;

  constructor(options: ClientServerOptions) {
    this.#options = options;
    this.maxBacklogBytes = options.maxBacklogBytes;
    this.heartbeatMs = options.timing.heartbeatMs;
  }

  /** Takes an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    if (this.#isOver || this.clients.size >= this.#options.maxClients) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const client = new Client(this, webSocket, socket, {
        encoding: encodingOf(query.get('compress')),
        query,
        host: ownUrl(request.headers.host ?? 'localhost', String(request.headers['x-forwarded-proto'] ?? '')),
      });
      this.clients.add(client);
      const version = query.get('v') ?? '10';
      if (version !== '10' && version !== '9')
        client.input({ type: 'end', code: 4012, reason: 'Invalid API version.' }, 'version');
      else if ((query.get('encoding') ?? 'json') !== 'json')
        client.input({ type: 'end', code: 4002, reason: 'Only JSON is spoken here.' }, 'encoding');
    });
  }

  /** Regular work. */
  tick(): void {
    for (const client of this.clients) client.input({ type: 'tick' });
  }

  /** Asks every client to come back later, and takes no more. */
  close(): void {
    this.#isOver = true;
    for (const client of this.clients) client.sendAway();
    this.#upgrades.close();
  }

  /** Ends what did not go by itself. */
  terminate(): void {
    for (const client of this.clients) client.terminate();
  }

  // What a client asks of its host.

  timing(): ConnectionTiming {
    const { heartbeatMs, identifyTimeoutMs, answerTimeoutMs } = this.#options.timing;
    return { nowMs: performance.now(), heartbeatMs, identifyTimeoutMs, answerTimeoutMs };
  }

  identify(client: Client, request: IdentifyRequest): Admission | Refusal {
    const { access, intents, feeds } = this.#options;
    const consumer = access.consumerOf(request.token);
    if (consumer === undefined) return { code: 4004, reason: 'Authentication failed.' };
    const total = this.#options.gateway().totalShards;
    if (!this.#options.isLoaded()) return notYet;
    if (request.totalShards === 0 && total > 1) return { code: 4011, reason: `Sharding required: ${total} shards.` };
    if (request.totalShards !== 0 && request.totalShards !== total)
      return { code: 4010, reason: `Invalid shard: the proxy has ${total} shards.` };
    const feed = feeds.get(request.shardId);
    if (feed === undefined) return { code: 4010, reason: `Invalid shard: ${request.shardId} is not in this proxy.` };
    const missing = missingIntents(request.intents, intents);
    if (missing.length > 0)
      return { code: 4014, reason: `Intents the proxy lacks: ${missing.join(', ')}`.slice(0, 120) };
    const id = randomBytes(16).toString('hex');
    const asked = client.query.get('events')?.split(',');
    const events =
      asked === undefined ? consumer.events : new Set(asked.filter((name) => consumer.events?.has(name) ?? true));
    const identity = {
      id,
      tag: id.slice(0, 12),
      shardId: request.shardId,
      consumer: consumer.name,
      intents: request.intents,
      events,
    };
    if (request.presence !== undefined) this.#setPresence(client, request.shardId, request.presence);
    return { feed, wait: true, session: () => new ClientSession(identity, feed.ring.end) };
  }

  resume(_client: Client, request: ResumeRequest): Admission | Refusal {
    const consumer = this.#options.access.consumerOf(request.token);
    if (consumer === undefined) return { code: 4004, reason: 'Authentication failed.' };
    if (!this.#options.isLoaded()) return notYet;
    for (const feed of this.#options.feeds.values()) {
      const session = feed.sessions.get(request.sessionId);
      if (session === undefined) continue;
      if (session.identity.consumer !== consumer.name) break;
      return { feed, wait: true, session: () => session };
    }
    return { reason: 'No such session.' };
  }

  rewind(feed: Feed, session: ClientSession, sequence: number): boolean {
    const { id } = session.identity;
    if (feed.sessions.get(id) !== session) return false;
    for (const client of feed.attached) {
      if (client.session !== session) continue;
      // Every client of a feed is one of ours.
      const other = client as Client;
      other.release();
      other.input({ type: 'end', code: 4000, reason: 'Session resumed elsewhere.' }, 'replaced');
      break;
    }
    if (session.rewind(feed.ring, sequence)) return true;
    feed.sessions.delete(id);
    return false;
  }

  command(client: Client, op: number, d: unknown): void {
    const { gateway, metrics } = this.#options;
    const { session } = client;
    const { shardId } = session.identity;
    metrics.commands.inc({ op: String(op) });
    if (op === 3) {
      this.#setPresence(client, shardId, d);
      return;
    }
    const data = op === 8 ? this.#withNonce(session, d) : d;
    try {
      // Discord judges the content: the proxy only knows its size.
      gateway()
        .send(shardId, { op, d: data } as never)
        .catch((cause: unknown) => this.#refuseCommand(client, cause));
    } catch (cause) {
      this.#refuseCommand(client, cause);
    }
  }

  closed(client: Client): void {
    this.clients.delete(client);
  }

  closing(code: number, why: string): void {
    this.#options.metrics.closes.inc({ code: String(code) });
    if (why === 'slow') this.#options.metrics.slowClients.inc();
  }

  replayed(events: number): void {
    this.#options.metrics.replayed.inc(events);
  }

  outcome(kind: 'identify' | 'resume', outcome: string): void {
    (kind === 'identify' ? this.#options.metrics.identifies : this.#options.metrics.resumes).inc({ outcome });
  }

  resumeUrl(client: Client): string {
    return this.#options.publicUrl ?? client.host;
  }

  report(cause: unknown): void {
    this.#options.report(cause);
  }

  #withNonce(session: ClientSession, d: unknown): unknown {
    if (typeof d !== 'object' || d === null) return d;
    const original = 'nonce' in d && typeof d.nonce === 'string' ? d.nonce : undefined;
    // More than 32 bytes: Discord ignores such a nonce, and so would the asker get an answer without one.
    const kept = original !== undefined && Buffer.byteLength(original) <= 32 ? original : undefined;
    const nonce = createNonce(session.identity.tag, this.#nonces++);
    session.remember(nonce, kept);
    return { ...d, nonce };
  }

  #setPresence(client: Client, shardId: number, presence: unknown): void {
    try {
      // As with every command, Discord judges what is in it.
      this.#options
        .gateway()
        .setPresence(presence as never, { shardIds: [shardId] })
        .catch((cause: unknown) => this.#refuseCommand(client, cause));
    } catch (cause) {
      this.#refuseCommand(client, cause);
    }
  }

  #refuseCommand(client: Client, cause: unknown): void {
    if (cause instanceof RangeError)
      client.input({ type: 'end', code: 4002, reason: 'Error while decoding payload.' }, 'command');
    else if (cause instanceof Error && 'code' in cause && cause.code === 'TINFOIL_GATEWAY_QUEUE_FULL')
      client.input({ type: 'end', code: 4008, reason: 'You are being rate limited.' }, 'command');
    else this.#options.report(cause);
  }
}

function encodingOf(asked: string | null): Encoding {
  if (asked === 'zlib-stream') return asked;
  return asked === 'zstd-stream' && hasZstd ? asked : 'plain';
}
