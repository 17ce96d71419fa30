/**
 * Session of one client: its own sequence numbers, which count what its filter lets through, and where in the shard's stream it
 * stands. Pure but for the ring that it reads.
 *
 * Numbers are contiguous, so a client can trust that it missed nothing, and they can be mapped back: at intervals the session
 * notes which number fell on which sequence of Discord's. From such a mark on, counting what passes the filter leads to any
 * later number, in this process or in the next one, whose ring Discord's own replay has filled again.
 */
import { type FilterOptions, Rule, ruleFor } from './event-filter.ts';
import { tagIn } from './nonces.ts';
import { isInGuild, type Ring, type RingEvent } from './ring.ts';

/** Number `own` was the last one given out when the shard stood at `sequence`. */
export type Mark = readonly [sequence: number, own: number];

/** What names a session and never changes. */
export interface ClientIdentity {
  readonly id: string;
  /** Stands in nonces. */
  readonly tag: string;
  readonly shardId: number;
  /** Name of the access token that opened it. */
  readonly consumer: string;
  readonly intents: number;
  readonly events?: ReadonlySet<string> | undefined;
}

const maxNonces = 1_000;

/** One client's session. */
export class ClientSession {
  readonly identity: ClientIdentity;
  /** Last number given out. */
  sequence = 0;
  /** Position in the ring of the next event to look at. */
  next: number;
  /** False until the start is sent: such a session cannot be resumed. */
  started = false;
  /** When its connection went, if it is without one. */
  detachedAtMs: number | undefined;
  /** The clients' nonces by ours. */
  readonly nonces: Map<string, string | undefined> = new Map();
  #marks: Mark[] = [];
  #rules: Rule[] = [];
  readonly #filter: FilterOptions;

  constructor(identity: ClientIdentity, next: number) {
    this.identity = identity;
    this.#filter = identity;
    this.next = next;
  }

  /** Marks in order. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** True when the client gets the event. */
  passes(event: RingEvent): boolean {
    const { typeId } = event;
    let rule = this.#rules[typeId];
    if (rule === undefined) {
      while (this.#rules.length < typeId) this.#rules.push(undefined as unknown as Rule);
      rule = ruleFor(event.type, this.#filter);
      this.#rules[typeId] = rule;
    }
    if (rule === Rule.none) return false;
    if (event.nonce !== undefined && tagIn(event.nonce) !== this.identity.tag) return false;
    return rule === Rule.all || isInGuild(event) === (rule === Rule.guilds);
  }

  /** Notes where the session stands; `sequence` is that of the last event it looked at. */
  mark(sequence: number): void {
    const last = this.#marks.at(-1);
    if (last?.[0] === sequence) return;
    // What lies between changes nothing for the client: the later mark says more.
    if (last?.[1] === this.sequence && this.#marks.length > 1) this.#marks.pop();
    this.#marks.push([sequence, this.sequence]);
  }

  /** Drops marks that lead nowhere any more, but never the last. */
  forget(lostUpTo: number): void {
    let drop = 0;
    while (drop < this.#marks.length - 1 && this.#marks[drop]![0] < lostUpTo) drop += 1;
    if (drop > 0) this.#marks.splice(0, drop);
  }

  /** Remembers a client's nonce; the oldest are forgotten. */
  remember(nonce: string, original: string | undefined): void {
    if (this.nonces.size >= maxNonces)
      for (const oldest of this.nonces.keys()) {
        this.nonces.delete(oldest);
        break;
      }
    this.nonces.set(nonce, original);
  }

  /**
   * Stands the session behind the client's number `own`, so that what follows can be sent again. `false` when that place is
   * lost or never was: the session is over.
   */
  rewind(ring: Ring, own: number): boolean {
    if (!this.started) return false;
    const index = this.#marks.findLastIndex(([, number]) => number <= own);
    const mark = this.#marks[index];
    const from = mark && ring.after(mark[0]);
    if (mark === undefined || from === undefined) return false;
    let position = from;
    for (let left = own - mark[1]; left > 0; position++) {
      const event = ring.at(position);
      if (event === undefined) return false;
      if (this.passes(event)) left -= 1;
    }
    this.next = position;
    this.sequence = own;
    // Later marks speak of numbers that are about to be given out again.
    this.#marks.length = index + 1;
    const before = ring.at(position - 1);
    if (own > mark[1] && before !== undefined) this.#marks.push([before.sequence, own]);
    return true;
  }

  /** As it is kept on disk. */
  toJSON(): StoredClient {
    const { events, ...identity } = this.identity;
    return {
      ...identity,
      events: events && [...events],
      marks: this.#marks,
      nonces: [...this.nonces].map(([nonce, original]) => [nonce, original ?? null]),
    };
  }

  /** A session from disk; it stands nowhere until it is rewound. */
  static from(stored: StoredClient): ClientSession {
    const { events, marks, nonces, ...identity } = stored;
    const session = new ClientSession({ ...identity, events: events && new Set(events) }, 0);
    session.started = true;
    session.#marks = [...marks];
    session.sequence = marks.at(-1)?.[1] ?? 0;
    for (const [nonce, original] of nonces) session.nonces.set(nonce, original ?? undefined);
    return session;
  }
}

/** Session as JSON. */
export interface StoredClient extends Omit<ClientIdentity, 'events'> {
  readonly events?: readonly string[] | undefined;
  readonly marks: readonly Mark[];
  readonly nonces: readonly (readonly [string, string | null])[];
}
