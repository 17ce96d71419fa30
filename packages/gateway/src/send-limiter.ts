/**
 * Limit on what one connection may send: so many in any window, less what its heartbeats need.
 *
 * Keeps the send times of the last window (sliding-window log, a ring of numbers). A fixed window would let two bursts meet
 * at its edge and cost the connection. No clock inside: the caller passes `nowMs` and does the waiting.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#rate-limiting | Discord Docs/Rate Limiting}
 */

/** Messages a connection may send in a minute, of every opcode. */
export const sendsPerWindow = 120;

/** Sends of one minute to keep free for heartbeats: those on schedule, and as many again that Discord asks for. */
export function reservedForHeartbeats(heartbeatIntervalMs: number): number {
  return Math.min(sendsPerWindow - 1, Math.ceil(60_000 / heartbeatIntervalMs) * 2);
}

/** Sliding-window log of sends. */
export class SendLimiter {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #next = 0;
  #count = 0;

  constructor(limit: number, windowMs: number) {
    this.#times = new Float64Array(limit);
    this.#windowMs = windowMs;
  }

  /** Milliseconds until a message may be sent that leaves `reserved` sends of the window free; 0 when now. */
  waitMs(nowMs: number, reserved = 0): number {
    const limit = this.#times.length;
    const allowed = limit - reserved;
    if (this.#count < allowed) return 0;
    // The send that must have left the window for one more to fit under `allowed`.
    const oldest = this.#times[(this.#next - allowed + limit) % limit]!;
    return Math.max(0, oldest + this.#windowMs - nowMs);
  }

  /** Notes a send. */
  record(nowMs: number): void {
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    this.#count = Math.min(this.#count + 1, this.#times.length);
  }
}
