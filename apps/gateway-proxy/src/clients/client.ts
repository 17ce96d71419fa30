/**
 * One client's connection: carries out what `protocol/connection.ts` decides, and sends what its session is due. Owns the socket.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Feed, LiveClient } from '../feed.ts';
import type { ClientSession } from '../protocol/client-session.ts';
import {
  type CloseCode,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  type ConnectionTiming,
  type IdentifyRequest,
  openConnection,
  type ResumeRequest,
  stepConnection,
} from '../protocol/connection.ts';
import type { Encoding } from '../protocol/frames.ts';
import { restoreNonce } from '../protocol/nonces.ts';
import type { RingEvent } from '../protocol/ring.ts';
import { readyData } from '../start/ready.ts';
import { FrameWriter } from './frame-writer.ts';

/** What a connection asks of the proxy. */
export interface ClientHost {
  readonly maxBacklogBytes: number;
  readonly heartbeatMs: number;
  timing(): ConnectionTiming;
  /** Judges an IDENTIFY: a session to start, or the close code. */
  identify(client: Client, request: IdentifyRequest): Admission | Refusal;
  /** Judges a RESUME. */
  resume(client: Client, request: ResumeRequest): Admission | Refusal;
  /** The session can go on from there, now that the shard is up. */
  rewind(feed: Feed, session: ClientSession, sequence: number): boolean;
  command(client: Client, op: number, d: unknown): void;
  closed(client: Client): void;
  closing(code: number, why: string): void;
  replayed(events: number): void;
  outcome(kind: 'identify' | 'resume', outcome: string): void;
  resumeUrl(client: Client): string;
  report(cause: unknown): void;
}

/** A client that may go on, as soon as the shard is up. */
export interface Admission {
  readonly feed: Feed;
  /** Makes or finds the session. */
  readonly session: () => ClientSession;
  /** Whether to wait for the shard. */
  readonly wait: boolean;
}

/** A client that may not. Without a code, the session is over and may be started anew. */
export interface Refusal {
  readonly code?: CloseCode | undefined;
  readonly reason: string;
}

/** Bytes waiting for a slow reader during a replay before it is waited for; less where the bound is low. */
const replayBacklogBytes = 256 * 1024;
const guildsAtOnce = 16;
const closeTimeoutMs = 2_000;

/** One connection. */
export class Client implements LiveClient {
  /** Query of the URL it connected to. */
  readonly query: URLSearchParams;
  readonly host: string;
  readonly #host: ClientHost;
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #writer: FrameWriter;
  #state: ConnectionState;
  #session: ClientSession | undefined;
  #feed: Feed | undefined;
  #giveUp: (() => void) | undefined;
  #isClosed = false;
  readonly #lowBytes: number;

  constructor(
    host: ClientHost,
    socket: WebSocket,
    raw: Duplex,
    about: {
      readonly encoding: Encoding;
      readonly query: URLSearchParams;
      readonly host: string;
    },
  ) {
    this.#host = host;
    this.#lowBytes = Math.min(replayBacklogBytes, host.maxBacklogBytes / 4);
    this.#socket = socket;
    this.#raw = raw;
    this.query = about.query;
    this.host = about.host;
    this.#writer = new FrameWriter({
      socket: raw,
      encoding: about.encoding,
      maxBacklogBytes: host.maxBacklogBytes,
      onOverflow: () =>
        this.input({ type: 'end', code: 4008, reason: 'Too slow: events waited beyond the bound.' }, 'slow'),
      onGrown: (bytes) => this.#feed?.ring.grew(bytes),
    });
    this.#state = openConnection(host.timing().nowMs);
    socket.on('message', (data: Buffer) => this.#message(data));
    socket.on('error', () => undefined);
    socket.once('close', (code: number) => this.#closed(code));
    this.#writer.control(
      `{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":${host.heartbeatMs},"_trace":["tinfoil-gateway-proxy"]}}`,
    );
  }

  /** Session it holds. @throws {@link Error} when it has none. */
  get session(): ClientSession {
    if (this.#session === undefined) throw new Error('this client has no session');
    return this.#session;
  }

  /** Feed of its shard; `undefined` without a session. */
  get feed(): Feed | undefined {
    return this.#feed;
  }

  /** Takes an input. */
  input(input: ConnectionInput, why = ''): void {
    const [state, effects] = stepConnection(this.#state, input, this.#host.timing());
    this.#state = state;
    for (const effect of effects) this.#perform(effect, why);
  }

  /** Asks it to come back: the proxy ends. */
  sendAway(): void {
    this.#writer.control('{"t":null,"s":null,"op":7,"d":null}');
    this.input({ type: 'end', code: 4000, reason: 'The proxy restarts: resume.' }, 'shutdown');
  }

  deliver(event: RingEvent): void {
    const { session } = this;
    if (event.nonce === undefined) this.#writer.event(event, session.sequence);
    else this.#answer(event, event.nonce, session);
  }

  lost(): void {
    this.#session = undefined;
    this.#feed = undefined;
    this.input({ type: 'refused', resumable: false });
  }

  /** Cuts the connection, as a network would. */
  terminate(): void {
    this.#socket.terminate();
  }

  #message(data: Buffer): void {
    let payload: unknown;
    try {
      payload = JSON.parse(data.toString('utf8'));
    } catch {
      this.input({ type: 'unreadable' });
      return;
    }
    this.input({ type: 'payload', bytes: data.length, payload });
  }

  #perform(effect: ConnectionEffect, why: string): void {
    switch (effect.type) {
      case 'acknowledge':
        this.#writer.control('{"t":null,"s":null,"op":11,"d":null}');
        break;
      case 'invalidSession':
        this.#writer.control(`{"t":null,"s":null,"op":9,"d":${effect.resumable}}`);
        break;
      case 'command':
        this.#host.command(this, effect.op, effect.d);
        break;
      case 'identify':
        this.#admit('identify', this.#host.identify(this, effect.request), 0);
        break;
      case 'resume':
        this.#admit('resume', this.#host.resume(this, effect.request), effect.request.sequence);
        break;
      case 'close':
        this.#close(effect.code, effect.reason, why);
    }
  }

  #admit(kind: 'identify' | 'resume', verdict: Admission | Refusal, sequence: number): void {
    if (!('feed' in verdict)) {
      this.#host.outcome(kind, verdict.code === undefined ? 'invalidSession' : String(verdict.code));
      if (verdict.code === undefined) this.input({ type: 'refused', resumable: false });
      else this.input({ type: 'end', code: verdict.code, reason: verdict.reason }, kind);
      return;
    }
    const { feed, session, wait } = verdict;
    const begin = () => {
      this.#giveUp = undefined;
      this.#begin(kind, feed, session(), sequence).catch((cause: unknown) => {
        this.#host.report(cause);
        this.input({ type: 'end', code: 4000, reason: 'The start failed.' }, 'failed');
      });
    };
    if (wait) this.#giveUp = feed.whenUp(begin);
    else begin();
  }

  async #begin(kind: 'identify' | 'resume', feed: Feed, session: ClientSession, sequence: number): Promise<void> {
    if (kind === 'resume' && !this.#host.rewind(feed, session, sequence)) {
      this.#host.outcome(kind, 'invalidSession');
      this.input({ type: 'refused', resumable: false });
      return;
    }
    this.#session = session;
    this.#feed = feed;
    feed.sessions.set(session.identity.id, session);
    feed.attach(this);
    this.input({ type: 'started' });
    if (kind === 'identify') await this.#start(feed, session);
    else if (!(await this.#catchUp(feed, session, true))) return;
    this.#host.outcome(kind, kind === 'identify' ? 'ready' : 'resumed');
  }

  /** READY and the guilds as they are now, then what happened meanwhile. */
  async #start(feed: Feed, session: ClientSession): Promise<void> {
    const guilds = feed.state.guilds();
    const { id, shardId } = session.identity;
    // What happens from here on is in the ring, and comes after the guilds.
    const { sequence } = feed;
    session.next = feed.ring.end;
    const ready = readyData(feed.state.ready!, {
      sessionId: id,
      resumeUrl: this.#host.resumeUrl(this),
      shardId,
      totalShards: feed.totalShards,
      guildIds: guilds.map((guild) => guild.id),
    });
    session.sequence = 1;
    this.#writer.dispatch('READY', ready, 1);
    const ids = guilds.filter(({ available }) => available).map((guild) => guild.id);
    for (let at = 0; at < ids.length; at += guildsAtOnce) {
      const texts = await feed.state.read(ids.slice(at, at + guildsAtOnce));
      if (!this.#holds(session)) return;
      for (const text of texts) {
        session.sequence += 1;
        this.#writer.dispatch('GUILD_CREATE', text, session.sequence);
        if (this.#writer.backlog > this.#lowBytes) await this.#writer.drained();
        if (!this.#holds(session)) return;
      }
    }
    session.started = true;
    session.mark(sequence);
    await this.#catchUp(feed, session, false);
  }

  /** Sends what the ring holds from the session's place on; then the client is live. */
  async #catchUp(feed: Feed, session: ClientSession, isResume: boolean): Promise<boolean> {
    let replayed = 0;
    const { ring } = feed;
    while (session.next < ring.end) {
      const event = ring.at(session.next);
      if (event === undefined) {
        // The client read too slowly, and what it still misses is gone.
        this.#forgetSession(feed, session);
        this.#host.outcome(isResume ? 'resume' : 'identify', 'lagged');
        this.input({ type: 'refused', resumable: false });
        return false;
      }
      session.next += 1;
      if (!session.passes(event)) continue;
      session.sequence += 1;
      replayed += 1;
      this.deliver(event);
      if (this.#writer.backlog <= this.#lowBytes) continue;
      await this.#writer.drained();
      if (!this.#holds(session)) return false;
    }
    if (isResume) {
      this.#host.replayed(replayed);
      // Not counted: the next event is the one after the last that was replayed.
      this.#writer.dispatch('RESUMED', '{"_trace":["tinfoil-gateway-proxy"]}', session.sequence);
    }
    feed.goLive(this);
    return true;
  }

  #holds(session: ClientSession): boolean {
    return this.#session === session && !this.#isClosed && this.#state.phase !== 'closed';
  }

  #answer(event: RingEvent, nonce: string, session: ClientSession): void {
    const text = event.bytes.toString('utf8', event.start, event.end);
    const data = Buffer.from(restoreNonce(text, nonce, session.nonces.get(nonce)));
    this.#writer.event({ type: event.type, bytes: data, start: 0, end: data.length }, session.sequence);
  }

  #forgetSession(feed: Feed, session: ClientSession): void {
    session.started = false;
    feed.detach(this, false, this.#host.timing().nowMs);
    this.#session = undefined;
    this.#feed = undefined;
  }

  /** Leaves the session to whoever resumes it. */
  release(): void {
    this.#detach(true);
  }

  #detach(keep: boolean): void {
    this.#giveUp?.();
    this.#giveUp = undefined;
    if (this.#session !== undefined) this.#feed?.detach(this, keep, this.#host.timing().nowMs);
    this.#session = undefined;
    this.#feed = undefined;
  }

  #close(code: number, reason: string, why: string): void {
    this.#writer.end();
    this.#host.closing(code, why);
    this.#detach(true);
    this.#socket.close(code, reason);
    // A client that does not read would keep the close frame, and its queue, waiting.
    setTimeout(() => this.#socket.terminate(), closeTimeoutMs).unref();
  }

  #closed(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writer.end();
    this.#state = { ...this.#state, phase: 'closed' };
    // As with Discord: these two say that the client will not come back.
    this.#detach(code !== 1000 && code !== 1001);
    if (!this.#raw.destroyed) this.#raw.destroy();
    this.#host.closed(this);
  }
}
