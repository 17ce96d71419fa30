/**
 * Rate-limit headers, read once: the only place where Discord's seconds become milliseconds.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#header-format | Discord Docs/Header Format}
 */
import type { HeaderReader } from '@tinfoil/types';

/** State of a bucket as an answer tells it. */
export interface RateLimitHeaders {
  /** Hash that names the bucket; some answers lack it. */
  readonly bucket: string | undefined;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the bucket is full again. */
  readonly resetAfterMs: number;
  /** The same moment on the server's clock, in milliseconds: only ever compared with others of its kind. */
  readonly resetEpochMs: number | undefined;
}

/** Why a 429 was given. `cloudflare` stands for the ban of an IP address, which is no answer of Discord's API. */
export type RateLimitScope = 'user' | 'shared' | 'global' | 'cloudflare';

/** Reads the headers of a bucket; `undefined` when the answer has none. */
export function parseRateLimit(read: HeaderReader): RateLimitHeaders | undefined {
  const limit = number(read('x-ratelimit-limit'));
  const remaining = number(read('x-ratelimit-remaining'));
  if (limit === undefined || remaining === undefined) return undefined;
  const resetSeconds = number(read('x-ratelimit-reset'));
  const resetEpochMs = resetSeconds === undefined ? undefined : resetSeconds * 1000;
  const afterSeconds = number(read('x-ratelimit-reset-after'));
  const resetAfterMs = afterSeconds === undefined ? untilEpoch(resetEpochMs, read('date')) : afterSeconds * 1000;
  if (resetAfterMs === undefined) return undefined;
  return { bucket: read('x-ratelimit-bucket') ?? undefined, limit, remaining, resetAfterMs, resetEpochMs };
}

/** Milliseconds of a `Retry-After` in seconds, or as a date. */
export function parseRetryAfterMs(read: HeaderReader): number | undefined {
  const value = read('retry-after');
  if (value === null || value === undefined) return undefined;
  const seconds = number(value);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}

function number(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The server's own date is the only clock its epoch may be compared with. */
function untilEpoch(epochMs: number | undefined, date: string | null | undefined): number | undefined {
  if (epochMs === undefined) return undefined;
  const serverMs = Date.parse(date ?? '');
  return Math.max(0, Number.isNaN(serverMs) ? epochMs - Date.now() : epochMs - serverMs);
}
