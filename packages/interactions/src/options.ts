/**
 * Options of {@link Interactions}: shape, defaults, and the checks made once at creation.
 */
import {
  type APIInteractionResponseCallbackData,
  type Clock,
  type DiscordRequest,
  isSnowflake,
  type Snowflake,
  systemClock,
} from '@tinfoil/types';
import { assertMessage } from './limits.ts';
import { createSender } from './sender.ts';
import { createVerifier, type Verifier } from './verify.ts';

/** Options of {@link Interactions}. */
export interface InteractionsOptions {
  /** The application's public key, or several while keys are changed. Needed to receive HTTP, not for `dispatch`. */
  readonly publicKey?: string | readonly string[] | undefined;
  /** Sends to Discord; `rest.request` of `@tinfoil/rest` fits. @defaultValue a small sender that honours Retry-After */
  readonly request?: DiscordRequest | undefined;
  /** Whose commands {@link Interactions.register} registers. @defaultValue asked of Discord */
  readonly applicationId?: Snowflake | undefined;
  /** Bot token for the built-in sender; only {@link Interactions.register} needs it. */
  readonly token?: string | undefined;
  /** Base URL of the built-in sender, version included. @defaultValue `https://discord.com/api/v10` */
  readonly baseUrl?: string | undefined;
  /** Largest body taken, in bytes; above it the answer is 413. @defaultValue 1 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** Refuses signatures whose timestamp is further than this from now, in milliseconds. @defaultValue any age is taken */
  readonly maxAgeMs?: number | undefined;
  /**
   * Milliseconds from receipt after which an interaction without an answer is deferred; Discord waits 3,000. `false` never
   * defers. A handler's own `defer` option goes before it.
   *
   * @defaultValue 2000
   */
  readonly deferAfterMs?: number | false | undefined;
  /**
   * How the first response to an HTTP interaction travels: in the HTTP response, or by a request of its own, to which the
   * HTTP response is an empty 202. The second suits runtimes that stop once they have responded.
   *
   * @defaultValue `inline`
   */
  readonly respondWith?: 'inline' | 'callback' | undefined;
  /** Answer, seen only by the user, when a handler fails. @defaultValue `Something went wrong.` */
  readonly errorMessage?: string | APIInteractionResponseCallbackData | undefined;
  /** @defaultValue {@link systemClock} */
  readonly clock?: Clock | undefined;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly verifier: Verifier | undefined;
  readonly request: DiscordRequest;
  readonly applicationId: Snowflake | undefined;
  readonly maxBodyBytes: number;
  readonly deferAfterMs: number | false;
  readonly respondWith: 'inline' | 'callback';
  readonly errorMessage: APIInteractionResponseCallbackData;
  readonly clock: Clock;
}

/** Fills in defaults. @throws {@link TypeError} or {@link RangeError} naming the option that cannot be. */
export function resolveInteractionsOptions(options: InteractionsOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`interactions: options must be an object, got ${options === null ? 'null' : typeof options}`);
  const { publicKey, applicationId, deferAfterMs = 2000, respondWith = 'inline', token, request } = options;
  const clock = options.clock ?? systemClock;
  if (options.maxAgeMs !== undefined) positive('maxAgeMs', options.maxAgeMs, 'milliseconds');
  if (deferAfterMs !== false) {
    positive('deferAfterMs', deferAfterMs, 'milliseconds');
    if (deferAfterMs >= 3000)
      throw new RangeError(`interactions: deferAfterMs must be false or below 3000 milliseconds, got ${deferAfterMs}`);
  }
  if (respondWith !== 'inline' && respondWith !== 'callback')
    throw new RangeError(`interactions: respondWith must be inline or callback, got ${String(respondWith)}`);
  if (applicationId !== undefined && !isSnowflake(applicationId))
    throw new TypeError('interactions: applicationId must be a snowflake (decimal string), got something else');
  if (request !== undefined && typeof request !== 'function')
    throw new TypeError(`interactions: request must be a function, got ${typeof request}`);
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)))
    throw new TypeError('interactions: token must be a string of visible ASCII characters, got something else');
  return {
    verifier: publicKey === undefined ? undefined : createVerifier(publicKey, options.maxAgeMs),
    request: request ?? createSender({ baseUrl: baseUrl(options.baseUrl), token, clock }),
    applicationId,
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 2 ** 20, 'bytes'),
    deferAfterMs,
    respondWith,
    errorMessage: errorMessage(options.errorMessage ?? 'Something went wrong.'),
    clock,
  };
}

function errorMessage(message: string | APIInteractionResponseCallbackData): APIInteractionResponseCallbackData {
  const body = typeof message === 'string' ? { content: message } : message;
  assertMessage(body);
  return { ...body, flags: (body.flags ?? 0) | 64 };
}

function baseUrl(url: string | undefined): string {
  if (url === undefined) return 'https://discord.com/api/v10';
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new TypeError('interactions: baseUrl must be an http or https URL with the version, got something else');
  return url.replace(/\/+$/, '');
}

function positive(name: string, value: unknown, unit: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw new RangeError(`interactions: ${name} must be a positive whole number of ${unit}, got ${String(value)}`);
  return value;
}
