/**
 * Options of the client: what they mean, what they default to, and what is refused. Read once, at creation.
 */
import { type BackoffOptions, type Clock, type GlobalLimiter, projectUrl, systemClock } from '@tinfoil/types';
import { createGlobalLimiter, createUnlimited, type GlobalLimitOptions } from './global-limit.ts';
import type { Transport } from './transport.ts';

/** Options of {@link Rest}. */
export interface RestOptions {
  /** Bot token, with or without `Bot ` before it. Without one, only requests that need none succeed. */
  readonly token?: string | undefined;
  /** Address of the API, with its version. @defaultValue `https://discord.com/api/v10` */
  readonly baseUrl?: string | undefined;
  /**
   * Global limit: its size, a limiter of your own (to share it between processes), or `false` when a proxy keeps it.
   *
   * @defaultValue 50 requests in any 1100 ms
   */
  readonly globalLimit?: number | GlobalLimitOptions | GlobalLimiter | false | undefined;
  /** Milliseconds a request may take with all its retries, waits for rate limits not counted. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** How often a request is repeated after a failure that is safe to repeat, 0 to 10. @defaultValue 3 */
  readonly retries?: number | undefined;
  /** Delays between retries. @defaultValue `{ baseMs: 250, maxMs: 10000 }` */
  readonly retryBackoff?: BackoffOptions | undefined;
  /** `User-Agent` to send; Discord asks for the form `DiscordBot (url, version)`. */
  readonly userAgent?: string | undefined;
  /** Rejects with {@link RateLimitError} instead of waiting for a rate limit. @defaultValue false */
  readonly rejectOnRateLimit?: boolean | undefined;
  /** Posts messages to one channel one after the other, in the order of the calls. @defaultValue true */
  readonly orderedMessages?: boolean | undefined;
  /** Adds a nonce to posted messages that have none, so that a retry cannot post twice. @defaultValue true */
  readonly enforceNonce?: boolean | undefined;
  /** Requests that may wait at once; more reject with {@link QueueFullError}. @defaultValue 50000 */
  readonly maxQueued?: number | undefined;
  /**
   * Answers of 401, 403 and 429 in 10 minutes after which nothing more is sent; Discord bans the IP address at 10000.
   * `false` never stops.
   *
   * @defaultValue 9000
   */
  readonly invalidRequestLimit?: number | false | undefined;
  /** Sends the requests. @defaultValue undici on Node, `fetch` elsewhere */
  readonly transport?: Transport | undefined;
  /** Time; for tests. */
  readonly clock?: Clock | undefined;
}

/** Options with their defaults filled in. */
export interface ResolvedRestOptions {
  readonly token: string | undefined;
  readonly origin: string;
  /** Path of the base URL, without a slash at its end. */
  readonly basePath: string;
  readonly global: GlobalLimiter;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryBackoff: BackoffOptions;
  readonly userAgent: string;
  readonly rejectOnRateLimit: boolean;
  readonly orderedMessages: boolean;
  readonly enforceNonce: boolean;
  readonly maxQueued: number;
  readonly invalidRequestLimit: number;
  readonly transport: Transport | undefined;
  readonly clock: Clock;
}

/** Version of this package, as `User-Agent` tells it. */
const version = '0.0.0';

/** Fills in defaults. @throws {@link TypeError} or {@link RangeError} that names the option. */
export function resolveRestOptions(options: RestOptions): ResolvedRestOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`rest: options must be an object, got ${options === null ? 'null' : typeof options}`);
  const clock = options.clock ?? systemClock;
  const base = toBase(options.baseUrl ?? 'https://discord.com/api/v10');
  const { invalidRequestLimit = 9000 } = options;
  return {
    token: toToken(options.token),
    origin: base.origin,
    basePath: base.pathname.replace(/\/+$/, ''),
    global: toGlobalLimiter(options.globalLimit, clock),
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 30_000, 1, 2 ** 31 - 1, 'milliseconds'),
    retries: whole('retries', options.retries ?? 3, 0, 10, 'retries'),
    retryBackoff: toBackoff(options.retryBackoff),
    userAgent: toHeaderValue('userAgent', options.userAgent ?? `DiscordBot (${projectUrl}, ${version})`),
    rejectOnRateLimit: flag('rejectOnRateLimit', options.rejectOnRateLimit, false),
    orderedMessages: flag('orderedMessages', options.orderedMessages, true),
    enforceNonce: flag('enforceNonce', options.enforceNonce, true),
    maxQueued: whole('maxQueued', options.maxQueued ?? 50_000, 1, 10_000_000, 'requests'),
    invalidRequestLimit:
      invalidRequestLimit === false
        ? Number.POSITIVE_INFINITY
        : whole('invalidRequestLimit', invalidRequestLimit, 1, 10_000, 'answers'),
    transport: options.transport,
    clock,
  };
}

/** Time limit of one request. */
export function assertTimeoutMs(timeoutMs: number): number {
  return whole('timeoutMs', timeoutMs, 1, 2 ** 31 - 1, 'milliseconds');
}

function toToken(token: unknown): string | undefined {
  if (token === undefined) return undefined;
  if (typeof token !== 'string') throw new TypeError(`rest: token must be a string, got ${typeof token}`);
  const bare = token.trim().replace(/^Bot\s+/i, '');
  // What came is a secret, or half of one: it is not repeated.
  if (!/^[\x21-\x7e]+$/.test(bare)) throw new TypeError('rest: token must be printable characters without spaces');
  return bare;
}

function toBase(baseUrl: unknown): URL {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new TypeError(
      'rest: baseUrl must be an http or https URL without query, such as https://discord.com/api/v10',
    );
  return url;
}

function toGlobalLimiter(limit: RestOptions['globalLimit'], clock: Clock): GlobalLimiter {
  if (limit === false) return createUnlimited(clock);
  if (typeof limit === 'object' && 'take' in limit) return limit;
  const { requests = 50, windowMs = 1100 } = typeof limit === 'number' ? { requests: limit } : (limit ?? {});
  return createGlobalLimiter(
    whole('globalLimit.requests', requests, 1, 100_000, 'requests'),
    whole('globalLimit.windowMs', windowMs, 1, 60_000, 'milliseconds'),
    clock,
  );
}

function toBackoff(backoff: BackoffOptions | undefined): BackoffOptions {
  const baseMs = whole('retryBackoff.baseMs', backoff?.baseMs ?? 250, 0, 600_000, 'milliseconds');
  return { baseMs, maxMs: whole('retryBackoff.maxMs', backoff?.maxMs ?? 10_000, baseMs, 600_000, 'milliseconds') };
}

function toHeaderValue(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value))
    throw new TypeError(`rest: ${name} must be printable ASCII text`);
  return value;
}

function flag(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw new TypeError(`rest: ${name} must be true or false, got ${typeof value}`);
  return value;
}

function whole(name: string, value: unknown, least: number, most: number, unit: string): number {
  if (typeof value !== 'number')
    throw new TypeError(
      `rest: ${name} must be a whole number of ${unit}, got ${value === null ? 'null' : typeof value}`,
    );
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`rest: ${name} must be a whole number of ${unit} from ${least} to ${most}, got ${value}`);
}
