/**
 * Options of {@link Interactions}: shape, defaults, and the checks made once at creation.
 */
import {
  type APIInteractionResponseCallbackData,
  type Clock,
  type DiscordRequest,
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
   * defers. A handler's own `defer` option goes before it. The default lets the owner of a guild answer before the pod that
   * sent the interaction on to it gives up waiting (2,000).
   *
   * @defaultValue 1500
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
  const {
    publicKey,
    request,
    applicationId,
    token,
    baseUrl = 'https://discord.com/api/v10',
    maxBodyBytes = 2 ** 20,
    maxAgeMs,
    deferAfterMs = 1500,
    respondWith = 'inline',
    errorMessage: message = 'Something went wrong.',
    clock = systemClock,
  } = options;
  const positive = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0;
  must(positive(maxBodyBytes), 'maxBodyBytes', 'a positive whole number', maxBodyBytes);
  must(positive(maxAgeMs ?? 1), 'maxAgeMs', 'a positive whole number', maxAgeMs);
  const isInTime = deferAfterMs === false || (positive(deferAfterMs) && deferAfterMs < 3000);
  must(isInTime, 'deferAfterMs', 'false or a whole number of 1 to 2999 milliseconds', deferAfterMs);
  must(/^\d{1,20}$/.test(applicationId ?? '0'), 'applicationId', 'a snowflake', applicationId);
  must(/^[!-~]+$/.test(token ?? '!'), 'token', 'a string of visible ASCII characters', token);
  must(/^https?:/.test(baseUrl) && URL.canParse(baseUrl), 'baseUrl', 'an http or https URL with the version', baseUrl);
  const body = typeof message === 'string' ? { content: message } : message;
  assertMessage(body);
  return {
    verifier: publicKey === undefined ? undefined : createVerifier(publicKey, maxAgeMs),
    request: request ?? createSender({ baseUrl: baseUrl.replace(/\/+$/, ''), token, clock }),
    applicationId,
    maxBodyBytes,
    deferAfterMs,
    respondWith,
    errorMessage: { ...body, flags: (body.flags ?? 0) | 64 },
    clock,
  };
}

function must(isGood: boolean, name: string, allowed: string, value: unknown): void {
  if (isGood) return;
  // A string is not shown: a token set as the wrong option must not end up in a log.
  const came = typeof value === 'string' ? `${value.length} other characters` : String(value);
  const Mistake = typeof value === 'number' || typeof value === 'string' ? RangeError : TypeError;
  throw new Mistake(`interactions: ${name} must be ${allowed}, got ${came}`);
}
