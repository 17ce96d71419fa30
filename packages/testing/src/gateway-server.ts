/**
 * Gateway: accepts connections on both hosts, settles their ends, and routes events to sessions.
 * How a connection begins is in `handshake.ts`, what a client's commands do in `gateway-commands.ts`.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Snowflake, shardIdOf } from '@tinfoil/types';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeReason } from './close-reasons.ts';
import { hasZstd } from './compression.ts';
import type { GatewayHost } from './entries.ts';
import { isWanted, withoutContent } from './event-intents.ts';
import type { ConnectionFault, Faults, HostMode } from './faults.ts';
import { receive } from './gateway-commands.ts';
import { GatewayConnection } from './gateway-connection.ts';
import { refuseUpgrade, sayHello } from './handshake.ts';
import { IdentifyBudget } from './identify-budget.ts';
import type { Ledger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import type { Session } from './session.ts';
import type { DispatchTarget, World } from './world.ts';

/** Close codes after which the session is gone. */
const sessionEnding: ReadonlySet<number> = new Set([4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014]);

/** What the gateway works with. */
export interface GatewayContext {
  readonly options: ResolvedOptions;
  readonly ledger: Ledger;
  readonly world: World;
}

/** All connections and sessions of one Simulator. */
export class GatewayServer {
  readonly context: GatewayContext;
  readonly budget: IdentifyBudget;
  readonly sessions: Map<string, Session> = new Map();
  readonly connections: Set<GatewayConnection> = new Set();
  resumeUrl = '';
  tokenRevoked = false;
  /** Guilds whose full member list was asked for, with the time from which it may be asked again. */
  readonly memberRequests: Map<Snowflake, number> = new Map();
  #faults: Faults | null = null;
  readonly #upgrades = new WebSocketServer({ noServer: true, maxPayload: 1_048_576, perMessageDeflate: false });
  readonly #hanging = new Set<Duplex>();
  #nextConnectionId = 1;
  #resumeMode: HostMode = 'up';
  /** Set by the Simulator: opens or closes the resume host's listener. */
  listenOnResumeHost: (open: boolean) => Promise<void> = async () => {};

  constructor(context: GatewayContext) {
    this.context = context;
    this.budget = new IdentifyBudget(context.options);
  }

  /** Takes the WebSocket upgrades of an HTTP server. */
  attach(server: Server, host: GatewayHost, faults: Faults): void {
    this.#faults = faults;
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, host));
  }

  /** Sends an event to the sessions it concerns: of the guild's shard, of one shard, or of shard 0 for what has no guild. */
  dispatch(event: string, data: unknown, target: DispatchTarget & { readonly all?: boolean | undefined } = {}): void {
    let full: string | undefined;
    const owners = new Map<number, number>();
    const ownerAmong = (total: number, guildId: Snowflake) => {
      const known = owners.get(total) ?? shardIdOf(guildId, total);
      owners.set(total, known);
      return known;
    };
    for (const session of this.sessions.values()) {
      const { identity } = session;
      const inGuild = target.guildId !== undefined;
      if (target.shardId !== undefined && identity.shardId !== target.shardId) continue;
      if (target.guildId !== undefined && ownerAmong(identity.totalShards, target.guildId) !== identity.shardId)
        continue;
      if (!inGuild && target.shardId === undefined && target.all !== true && identity.shardId !== 0) continue;
      if (!isWanted(event, identity.intents, inGuild || hasGuild(data))) continue;
      const seen = withoutContent(event, data, identity.intents, this.context.world.user.id);
      full ??= JSON.stringify(data);
      this.dispatchTo(session, event, seen === data ? full : JSON.stringify(seen), target.guildId, idOf(data));
    }
  }

  /** Sends an event to one session; `data` is JSON. */
  dispatchTo(session: Session, event: string, data: string, guildId?: Snowflake, id: string | null = null): void {
    const sequence = session.append(event, data);
    const { connection, identity } = session;
    const delivered = connection?.isDelivering === true && connection.send(0, data, event, sequence);
    this.context.ledger.write('dispatch', {
      connectionId: connection?.id ?? 0,
      shardId: identity.shardId,
      totalShards: identity.totalShards,
      sessionId: identity.id,
      event,
      sequence,
      delivered,
      guildId: guildId ?? null,
      id,
    });
  }

  /** Ends the daily budget's offender: nobody identifies or resumes with this token again. */
  revokeToken(): void {
    this.tokenRevoked = true;
    this.context.ledger.write('tokenRevoked', { identifies: this.budget.used });
    for (const session of this.sessions.values()) session.release();
    for (const connection of this.connections) connection.close(4004, 'Authentication failed.');
    this.sessions.clear();
  }

  sendReconnect(connection: GatewayConnection): void {
    if (connection.send(7, 'null')) this.context.ledger.write('reconnect', connection.fields);
  }

  sendInvalidSession(connection: GatewayConnection, resumable: boolean): void {
    if (connection.send(9, String(resumable)))
      this.context.ledger.write('invalidSession', { ...connection.fields, resumable });
  }

  /** How the resume host treats connections. */
  async setResumeHost(mode: HostMode): Promise<void> {
    this.#resumeMode = mode;
    await this.listenOnResumeHost(mode !== 'refuse');
  }

  /** Forgets a session; its connection, if any, stays without one. */
  endSession(session: Session): void {
    session.release();
    this.sessions.delete(session.identity.id);
    if (session.connection !== null) session.connection.session = null;
    session.connection = null;
  }

  /** Ends every connection at once. */
  shutdown(): void {
    for (const session of this.sessions.values()) session.release();
    for (const connection of this.connections) connection.terminate();
    for (const socket of this.#hanging) socket.destroy();
    this.#upgrades.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, host: GatewayHost): void {
    socket.on('error', () => {});
    const fault = this.#faults?.takeConnection(host);
    const mode = host === 'resume' && this.#resumeMode !== 'up' ? this.#resumeMode : fault?.handshake;
    if (mode !== undefined) {
      const how = mode === 'refuse' ? 'reset' : mode;
      this.context.ledger.write('refused', { host, how });
      refuseUpgrade(socket, how);
      if (how === 'hang') this.#hang(socket);
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      this.#accept(webSocket, request, host, fault);
    });
  }

  #hang(socket: Duplex): void {
    this.#hanging.add(socket);
    socket.once('close', () => this.#hanging.delete(socket));
  }

  #accept(socket: WebSocket, request: IncomingMessage, host: GatewayHost, fault: ConnectionFault | undefined): void {
    const { options, ledger } = this.context;
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
    const asked = query.get('compress');
    const offered = options.compression.find((name) => name === asked && (name !== 'zstd-stream' || hasZstd));
    const version = Number(query.get('v') ?? 10);
    const encoding = query.get('encoding') ?? 'json';
    const connection = new GatewayConnection({
      id: this.#nextConnectionId++,
      socket,
      tcp: request.socket,
      host,
      version,
      encoding,
      compress: offered ?? null,
      fault,
      options,
      onServerClose: (closing) => this.#settle(closing, sessionEnding.has(closing.serverClose?.code ?? 0)),
    });
    this.connections.add(connection);
    ledger.write('connect', {
      connectionId: connection.id,
      host,
      version: query.has('v') ? version : null,
      encoding: query.get('encoding'),
      compress: asked,
      query: query.toString(),
      userAgent: request.headers['user-agent'] ?? null,
    });
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      // `ws` gives a Buffer for each message under its default `binaryType`.
      if (connection.serverClose === null) receive(this, connection, data as Buffer, isBinary);
    });
    socket.once('close', (code, reason) => this.#closed(connection, code, reason.toString()));
    // ETF is not spoken here; a client that asks for it cannot be understood.
    const wrong = version < 9 || version > 10 ? 4012 : encoding !== 'json' ? 4002 : null;
    if (wrong === null) sayHello(this, connection);
    else connection.close(wrong, closeReason(wrong));
  }

  /** Ends or detaches the session of a connection that is over, as soon as that is decided. */
  #settle(connection: GatewayConnection, ends: boolean): void {
    const { session, fields } = connection;
    if (connection.ended !== null) return;
    const sessionKept = session !== null && !ends && this.sessions.has(session.identity.id);
    connection.ended = { fields, sessionKept };
    connection.session = null;
    if (session === null || session.connection !== connection) return;
    if (ends) this.endSession(session);
    else session.detach(this.context.options.resumeWindowMs, () => this.endSession(session));
  }

  #closed(connection: GatewayConnection, code: number, reason: string): void {
    this.connections.delete(connection);
    connection.release();
    const { serverClose } = connection;
    const by = serverClose !== null ? 'server' : code === 1006 ? 'network' : 'client';
    this.#settle(connection, code === 1000 || code === 1001);
    const { fields, sessionKept } = connection.ended ?? { fields: connection.fields, sessionKept: false };
    this.context.ledger.write('close', {
      ...fields,
      by,
      code: serverClose?.code ?? code,
      reason: serverClose?.reason ?? reason,
      sessionKept,
    });
  }
}

function hasGuild(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'guild_id' in data;
}

function idOf(data: unknown): string | null {
  return typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string' ? data.id : null;
}
