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

  /** Starts at a sequence: null for a new session, the saved one for a session from a store. */
  reset(sequence: number | null): void {
    this.received = sequence;
    this.#pending = new Map();
    this.#settled();
  }

  /** Highest sequence up to which everything is done; null before the first. */
  get settled(): number | null {
    for (const first of this.#pending.keys()) return first - 1;
    return this.received;
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
