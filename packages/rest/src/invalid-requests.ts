/**
 * Counts the answers that lead to a ban of the IP address: 401, 403, and 429 unless its scope is `shared`; 10,000 in 10
 * minutes. Counters of ten seconds each, so a window is never shorter than Discord's. Pure: the caller passes `nowMs`.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans | Discord Docs/Invalid Request Limit}
 */

const windowMs = 600_000;
const slotMs = 10_000;
const slots = windowMs / slotMs + 1;
const warningShares: readonly number[] = [0.5, 0.75, 0.9];

/** What a counted answer led to. */
export interface InvalidCount {
  /** Invalid answers of the last 10 minutes. */
  readonly count: number;
  /** True when the count has passed half, three quarters or nine tenths of the limit since the last warning. */
  readonly warn: boolean;
}

/** Counter of one client. */
export class InvalidRequests {
  readonly #limit: number;
  readonly #counts = new Uint32Array(slots);
  #slot = 0;
  #sum = 0;
  #warned = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one more. */
  add(nowMs: number): InvalidCount {
    this.#advance(nowMs);
    this.#counts[this.#slot % slots]! += 1;
    this.#sum += 1;
    const passed = warningShares.filter((share) => this.#sum >= share * this.#limit).length;
    const warn = passed > this.#warned;
    this.#warned = passed;
    return { count: this.#sum, warn };
  }

  /** Milliseconds until requests may be sent again; 0 when they may. */
  waitMs(nowMs: number): number {
    // Nearly always nothing was invalid, and nothing needs to be computed.
    if (this.#sum < this.#limit) return 0;
    this.#advance(nowMs);
    if (this.#sum < this.#limit) return 0;
    let over = this.#sum - this.#limit + 1;
    for (let slot = this.#slot - slots + 1; slot <= this.#slot; slot += 1) {
      over -= this.#counts[((slot % slots) + slots) % slots]!;
      if (over <= 0) return (slot + slots) * slotMs - nowMs;
    }
    return windowMs;
  }

  get count(): number {
    return this.#sum;
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / slotMs);
    const steps = Math.min(slots, slot - this.#slot);
    for (let step = 0; step < steps; step += 1) {
      const at = (slot - step) % slots;
      this.#sum -= this.#counts[at]!;
      this.#counts[at] = 0;
    }
    if (steps > 0) this.#slot = slot;
    if (this.#sum === 0) this.#warned = 0;
  }
}
