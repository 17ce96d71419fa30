/**
 * Time limits of all requests in flight on one timer: it is set for the earliest and set anew when it fires. A timer per
 * request would cost more than all its bookkeeping, and nearly none of them ever fires.
 */
import type { Clock } from '@tinfoil/types';

/** Something with a time limit. */
export interface Limited {
  /** When it is due, by the clock. */
  readonly dueAtMs: number;
  /** Its time is over. */
  expire(): void;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Limited>();
  #cancel: (() => void) | undefined;
  #setForMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(limited: Limited): void {
    this.#open.add(limited);
    if (limited.dueAtMs < this.#setForMs) this.#set(limited.dueAtMs);
  }

  delete(limited: Limited): void {
    this.#open.delete(limited);
  }

  close(): void {
    this.#cancel?.();
    this.#open.clear();
  }

  #set(atMs: number): void {
    this.#cancel?.();
    this.#setForMs = atMs;
    // What is in flight holds the process by its socket; the timer need not.
    const delayMs = Math.max(0, Math.ceil(atMs - this.#clock.nowMs()));
    this.#cancel = this.#clock.after(delayMs, () => this.#fire(), { unref: true });
  }

  #fire(): void {
    this.#setForMs = Number.POSITIVE_INFINITY;
    this.#cancel = undefined;
    const nowMs = this.#clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const limited of [...this.#open]) {
      if (limited.dueAtMs > nowMs) nextMs = Math.min(nextMs, limited.dueAtMs);
      else {
        this.#open.delete(limited);
        limited.expire();
      }
    }
    if (nextMs < this.#setForMs) this.#set(nextMs);
  }
}
