/** Timers by name: setting one replaces the one before. */
import type { Clock } from '@tinfoil/types';

/** A few timers that are told apart by name. */
export class Timers<Name extends string> {
  readonly #clock: Clock;
  readonly #timeUp: (name: Name) => void;
  readonly #running = new Map<Name, () => void>();

  /** @param timeUp - Called when a timer has run out. */
  constructor(clock: Clock, timeUp: (name: Name) => void) {
    this.#clock = clock;
    this.#timeUp = timeUp;
  }

  set(name: Name, afterMs: number): void {
    this.clear(name);
    const cancel = this.#clock.after(afterMs, () => {
      this.#running.delete(name);
      this.#timeUp(name);
    });
    this.#running.set(name, cancel);
  }

  clear(name: Name): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }
}
