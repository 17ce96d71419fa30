/**
 * One shard as its clients see it: the ring, the start state, the sessions, and how far Discord's stream has come.
 *
 * Knows no socket. Every event of the shard passes through {@link Feed.take} once; what Discord replays after a restart of the
 * proxy fills the ring again, and what was already seen is passed over.
 */
import { ClientSession, type StoredClient } from './protocol/client-session.ts';
import { readNonce } from './protocol/nonces.ts';
import { Ring, type RingEvent, type RingOptions } from './protocol/ring.ts';
import type { ReadyBase, ShardState } from './start/shard-state.ts';

/** A client that is connected, as its feed sees it. */
export interface LiveClient {
  readonly session: ClientSession;
  /** An event that passed its filter, with its number already given. */
  deliver(event: RingEvent): void;
  /** Its session is over. */
  lost(): void;
}

/** Settings of a feed. */
export interface FeedOptions extends RingOptions {
  /** How long a session is kept without a connection, while the ring still holds what it misses. */
  readonly sessionMaxMs: number;
  /** How far the saved sequence stays behind, so that a restart finds in Discord's replay what clients may have missed. */
  readonly trailMs: number;
}

/** Counts since the process started. */
export interface FeedCounters {
  events: number;
  forwarded: number;
  /** Sessions of Discord's that were lost, and with them all sessions of clients. */
  lostSessions: number;
  expired: number;
}

/** One shard's stream. */
export class Feed {
  readonly shardId: number;
  readonly totalShards: number;
  readonly ring: Ring;
  readonly state: ShardState;
  readonly sessions: Map<string, ClientSession> = new Map();
  readonly counters: FeedCounters = { events: 0, forwarded: 0, lostSessions: 0, expired: 0 };
  /** Clients that get every event as it comes. */
  readonly live: Set<LiveClient> = new Set();
  /** Clients that are connected, live or on their way. */
  readonly attached: Set<LiveClient> = new Set();
  /** True while the shard is up. */
  up = false;
  /** Discord's session; empty before the first. */
  sessionId = '';
  /** Discord's last sequence. */
  sequence = 0;
  readonly #options: FeedOptions;
  #ticks: { readonly sequence: number; readonly atMs: number }[] = [];
  #waiting: (() => void)[] = [];
  readonly #report: (cause: unknown) => void;

  constructor(
    shardId: number,
    totalShards: number,
    state: ShardState,
    options: FeedOptions,
    report: (cause: unknown) => void,
  ) {
    this.shardId = shardId;
    this.totalShards = totalShards;
    this.state = state;
    this.ring = new Ring(options);
    this.#options = options;
    this.#report = report;
  }

  /** Goes on with a session of Discord's: what comes next follows on `sequence`. */
  restore(sessionId: string, sequence: number): void {
    this.sessionId = sessionId;
    this.sequence = sequence;
    this.ring.clear(sequence);
    this.#ticks = [{ sequence, atMs: Number.NEGATIVE_INFINITY }];
  }

  /** One dispatch of the shard. */
  take(type: string, sequence: number, bytes: Buffer, nowMs: number): void {
    if (type === 'READY') {
      this.#begin(sequence, bytes);
      return;
    }
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    if (type === 'RESUMED') return;
    this.counters.events += 1;
    const event = this.ring.push(type, sequence, bytes, nowMs, readNonce);
    try {
      this.state.apply(event);
    } catch (cause) {
      this.#report(cause);
    }
    for (const client of this.live) {
      const { session } = client;
      if (!session.passes(event)) continue;
      session.sequence += 1;
      this.counters.forwarded += 1;
      client.deliver(event);
    }
  }

  /** The shard is up, or no longer. */
  setUp(up: boolean): void {
    this.up = up;
    if (!up) return;
    for (const run of this.#waiting.splice(0)) run();
  }

  /** Runs now, or as soon as the shard is up; the function returned gives it up. */
  whenUp(run: () => void): () => void {
    if (this.up) run();
    else this.#waiting.push(run);
    return () => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== run);
    };
  }

  /** Sequence to save: no later than what a restart must see again. */
  trail(sequence: number): number {
    return Math.min(sequence, this.#ticks[0]?.sequence ?? sequence);
  }

  /** A client is connected. */
  attach(client: LiveClient): void {
    this.attached.add(client);
    client.session.detachedAtMs = undefined;
  }

  /** From now on the client gets every event as it comes; it has had all that are in the ring. */
  goLive(client: LiveClient): void {
    this.live.add(client);
    this.note(client.session, true);
  }

  /** A client's connection is gone; its session waits, or is over. */
  detach(client: LiveClient, keep: boolean, nowMs: number): void {
    const { session } = client;
    if (!this.attached.delete(client)) return;
    const wasLive = this.live.delete(client);
    if (this.sessions.get(session.identity.id) !== session) return;
    if (!keep || !session.started) {
      this.sessions.delete(session.identity.id);
      return;
    }
    this.note(session, wasLive);
    session.detachedAtMs = nowMs;
  }

  /** Marks where a session stands. */
  note(session: ClientSession, isLive: boolean): void {
    if (isLive) {
      session.next = this.ring.end;
      session.mark(this.sequence);
      return;
    }
    const before = this.ring.at(session.next - 1);
    if (before !== undefined) session.mark(before.sequence);
  }

  /** Regular work: what is too old goes, and marks are set. */
  tick(nowMs: number): void {
    this.ring.evict(nowMs);
    this.#ticks.push({ sequence: this.sequence, atMs: nowMs });
    while (this.#ticks.length > 1 && nowMs - this.#ticks[1]!.atMs >= this.#options.trailMs) this.#ticks.shift();
    for (const client of this.live) this.note(client.session, true);
    const lost = Math.min(this.ring.lost, this.#ticks[0]!.sequence);
    for (const [id, session] of this.sessions) {
      session.forget(lost);
      const { detachedAtMs } = session;
      if (detachedAtMs === undefined) continue;
      const position = session.marks.at(-1)?.[0] ?? -1;
      if (position >= this.ring.lost && nowMs - detachedAtMs <= this.#options.sessionMaxMs) continue;
      this.sessions.delete(id);
      this.counters.expired += 1;
    }
  }

  /** Sessions as they are kept on disk. */
  store(): readonly StoredClient[] {
    for (const client of this.live) this.note(client.session, true);
    return [...this.sessions.values()].filter(({ started }) => started).map((session) => session.toJSON());
  }

  /** Takes sessions from disk. */
  load(stored: readonly StoredClient[], nowMs: number): void {
    for (const client of stored) {
      const session = ClientSession.from(client);
      session.detachedAtMs = nowMs;
      this.sessions.set(session.identity.id, session);
    }
  }

  #begin(sequence: number, bytes: Buffer): void {
    // READY is Discord's own word; the gateway has parsed it before.
    const { d } = JSON.parse(bytes.toString('utf8')) as { d: ReadyPayload };
    const { session_id, resume_gateway_url: _url, guilds, shard: _shard, ...ready } = d;
    if (this.sessionId !== '') this.counters.lostSessions += 1;
    this.restore(session_id, sequence);
    this.state.reset(
      session_id,
      ready,
      guilds.map(({ id }) => id),
      sequence,
    );
    this.sessions.clear();
    this.live.clear();
    for (const client of [...this.attached]) {
      this.attached.delete(client);
      client.lost();
    }
  }
}

interface ReadyPayload extends ReadyBase {
  readonly session_id: string;
  readonly resume_gateway_url?: string;
  readonly guilds: readonly { readonly id: string }[];
  readonly shard?: unknown;
}
