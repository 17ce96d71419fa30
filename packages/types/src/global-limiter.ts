/**
 * Discord's global limit (50 requests per second and bot) as a seam: one process keeps it by itself, a cluster leases shares.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#global-rate-limit | Discord Docs/Global Rate Limit}
 */

/** Gives out the right to send one request now. Synchronous, because it stands on every request's path. */
export interface GlobalLimiter {
  /** Takes one token. 0 means taken: send now; otherwise nothing was taken: ask again after so many milliseconds. */
  take(): number;
  /**
   * One of the requests that took a token is being written now. Its second counts from here: before may lie the opening of a
   * connection. Each token is followed by one call of this or of {@link giveBack}.
   */
  sent?(): void;
  /** Returns a token whose request never left. */
  giveBack(): void;
  /** Discord answered 429 with scope `global`: no token before so many milliseconds have passed. */
  pause(durationMs: number): void;
  /** Discord answered 401, 403 or an unshared 429, which count towards a ban of the IP address. */
  invalid?(status: number): void;
}
