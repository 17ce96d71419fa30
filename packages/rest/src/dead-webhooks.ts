/**
 * Webhooks that Discord said do not exist (10015), for an hour each: calling them again counts towards a ban. Bounded; the
 * oldest goes first.
 */

const forgottenAfterMs = 3_600_000;
const maxWebhooks = 1000;

export class DeadWebhooks {
  readonly #untilMs = new Map<string, number>();

  add(webhook: string, nowMs: number): void {
    this.#untilMs.delete(webhook);
    this.#untilMs.set(webhook, nowMs + forgottenAfterMs);
    if (this.#untilMs.size > maxWebhooks) this.#untilMs.delete(this.#untilMs.keys().next().value!);
  }

  has(webhook: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(webhook);
    if (untilMs === undefined) return false;
    if (untilMs > nowMs) return true;
    this.#untilMs.delete(webhook);
    return false;
  }
}
