/**
 * Invalid answers of the last 10 minutes, in slots of ten seconds, so that the window is never shorter than Discord's. Pure:
 * the caller passes `nowMs`.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans | Discord Docs/Invalid Request Limit}
 */

const slotMs = 10_000;
const slots = 61;

/** Sliding count. */
export class InvalidCount {
  readonly #counts = new Map<number, number>();

  /** Adds answers that came now. */
  add(nowMs: number, count = 1): void {
    const slot = Math.floor(nowMs / slotMs);
    this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + count);
  }

  /** Answers of the last 10 minutes. */
  count(nowMs: number): number {
    const oldest = Math.floor(nowMs / slotMs) - slots + 1;
    let sum = 0;
    for (const [slot, count] of this.#counts) {
      if (slot < oldest) this.#counts.delete(slot);
      else sum += count;
    }
    return sum;
  }
}
