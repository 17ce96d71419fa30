/**
 * What should have been handled against what was, id by id, while both lists grow. Ids that were met on both sides are forgotten
 * but for the last of them, so that a run of days needs no more memory than one of minutes.
 */

/** Figures of a balance; `missing` and `unknown` are 0 when all is well. */
export interface BalanceCounts {
  /** Distinct ids that should be handled. */
  readonly expected: number;
  /** Distinct ids that were. */
  readonly handled: number;
  /** Times an id was handled again. */
  readonly duplicates: number;
  readonly missing: number;
  /** Handled, though nobody expected it. */
  readonly unknown: number;
}

/** Settled ids that are remembered, to tell duplicates. */
const memory = 100_000;

/** Open account of one kind of id. */
export class Balance {
  readonly #missing = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #settled = new Set<string>();
  #expected = 0;
  #handled = 0;
  #duplicates = 0;

  expect(id: string): void {
    this.#expected += 1;
    if (this.#unknown.delete(id)) this.#settle(id);
    else this.#missing.add(id);
  }

  handle(id: string): void {
    if (this.#settled.has(id) || this.#unknown.has(id)) {
      this.#duplicates += 1;
      return;
    }
    this.#handled += 1;
    if (this.#missing.delete(id)) this.#settle(id);
    else this.#unknown.add(id);
  }

  /** The id may have been handled or not: its answer was cut off. */
  excuse(id: string): void {
    if (this.#unknown.delete(id)) this.#handled -= 1;
  }

  get counts(): BalanceCounts {
    return {
      expected: this.#expected,
      handled: this.#handled,
      duplicates: this.#duplicates,
      missing: this.#missing.size,
      unknown: this.#unknown.size,
    };
  }

  #settle(id: string): void {
    this.#settled.add(id);
    if (this.#settled.size <= memory) return;
    for (const oldest of this.#settled) {
      this.#settled.delete(oldest);
      return;
    }
  }
}
