/**
 * Delay before another try: capped exponential backoff with full jitter on its upper half, so that many processes that
 * failed at the same moment do not come back at the same moment. Pure.
 */

/** Bounds of {@link backoffMs}. */
export interface BackoffOptions {
  /** Delay before the first retry, before jitter. */
  readonly baseMs: number;
  /** Largest delay. */
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before retry `attempt` (0 for the first): between half and all of `base * 2^attempt`, capped.
 *
 * @param random - A number from 0 up to 1.
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: number): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
