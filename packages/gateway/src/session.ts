/**
 * How far a session's events were received, and how far they are done with.
 *
 * `received` is what a RESUME of this process names: all up to it was handed to the listeners. `settled` is what may be saved:
 * every listener up to it has returned and every promise it returned has settled, so a crash replays and never skips.
 */

/** Pending listeners of one event. */
interface Pending {
  readonly event: string;
  readonly sinceMs: number;
  /** Promises still open. */
  open: number;
}

/** Listener that was given up waiting for. */
export interface SlowListener {
  readonly event: string;
  readonly sequence: number;
}

/** Sequence of one session. */
export class SessionCursor {
  /** Highest sequence received; null before the first. */
  received: number | null = null;
  // Sequences only grow within a session, so a Map's insertion order is their order.
  #pending = new Map<number, Pending>();
  #idle: (() => void)[] = [];
  /** Number of the session, among those of this process. */
  #session = 0;
  /** Events kept from the listeners: how many, and the lowest sequence that may be one of them. */
  #kept = 0;
  #keptFrom = 0;

  /** Starts at a sequence: null for a new session, the saved one for a session from a store. */
  reset(sequence: number | null): void {
    this.received = sequence;
    this.#pending = new Map();
    this.#session += 1;
    this.#kept = 0;
    this.#settled();
  }

  /** Highest sequence up to which everything is done; null before the first. */
  get settled(): number | null {
    let settled = this.received;
    for (const first of this.#pending.keys()) {
      settled = first - 1;
      break;
    }
    return this.#kept > 0 && settled !== null ? Math.min(settled, this.#keptFrom - 1) : settled;
  }

  /** Notes an event that is kept from the listeners for now, which holds `settled` back. Returns the session's number. */
  keep(sequence: number): number {
    if (this.#kept === 0) this.#keptFrom = sequence;
    this.#kept += 1;
    return this.#session;
  }

  /** Ends what {@link keep} began, in the same order. Of a session that is over it means nothing. */
  release(session: number, sequence: number): void {
    if (session !== this.#session) return;
    this.#kept -= 1;
    this.#keptFrom = sequence + 1;
  }

  /** True when the number is that of the session now. */
  isCurrent(session: number): boolean {
    return session === this.#session;
  }

  /** Number of events whose listeners are at work. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Holds `settled` back until `work` has settled. `work` must not reject. */
  hold(sequence: number, event: string, work: Promise<void>, nowMs: number): void {
    const pendings = this.#pending;
    const known = pendings.get(sequence);
    const entry = known ?? { event, sinceMs: nowMs, open: 0 };
    entry.open += 1;
    if (known === undefined) pendings.set(sequence, entry);
    void work.then(() => {
      entry.open -= 1;
      if (entry.open === 0 && pendings.get(sequence) === entry) pendings.delete(sequence);
      if (pendings === this.#pending) this.#settled();
    });
  }

  /** Resolves when nothing is pending, or on abort. */
  idle(signal: AbortSignal): Promise<void> {
    if (this.#pending.size === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #settled(): void {
    if (this.#pending.size > 0 || this.#idle.length === 0) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  /** Stops waiting for listeners that have been pending for longer than `limitMs`, and names them. */
  expire(nowMs: number, limitMs: number): SlowListener[] {
    const slow: SlowListener[] = [];
    for (const [sequence, { event, sinceMs }] of this.#pending) {
      if (nowMs - sinceMs <= limitMs) break;
      this.#pending.delete(sequence);
      slow.push({ event, sequence });
    }
    this.#settled();
    return slow;
  }
}
