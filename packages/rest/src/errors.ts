/**
 * Errors of requests. Messages name the route's template, never its URL, because webhook and interaction tokens stand in
 * URLs; no error holds a token, a header or the body that was sent.
 *
 * @see {@link https://docs.discord.com/developers/reference#error-messages | Discord Docs/Error Messages}
 */
import { type HttpMethod, TinfoilError } from '@tinfoil/types';
import type { RateLimitScope } from './headers.ts';

/** Operation that an error speaks of. */
export interface FailedRoute {
  readonly method: HttpMethod;
  /** Template of the path, such as `/channels/{}/messages`. */
  readonly route: string;
}

/** Failure of one request. */
export abstract class RestError extends TinfoilError implements FailedRoute {
  readonly method: HttpMethod;
  readonly route: string;

  constructor(code: string, failed: FailedRoute, what: string, options?: { readonly cause?: unknown }) {
    super(code, `${failed.method} ${failed.route} ${what}`, options);
    this.method = failed.method;
    this.route = failed.route;
  }
}

/** Discord answered with an error. Not worth repeating unchanged. */
export class DiscordApiError extends RestError {
  declare readonly code: 'TINFOIL_REST_API';
  readonly status: number;
  /** Discord's own code of the error, such as 10003 for an unknown channel; 0 when it gave none. */
  readonly discordCode: number;
  /** What is wrong with the request, one `path: message` per field. */
  readonly errors: readonly string[];
  /** Body of the answer as it came: parsed JSON, or text. */
  readonly raw: unknown;

  constructor(failed: FailedRoute, status: number, raw: unknown) {
    const body = isRecord(raw) ? raw : {};
    const discordCode = typeof body.code === 'number' ? body.code : 0;
    const errors = flattenErrors(body.errors);
    const text = body.message ?? body.error_description ?? body.error;
    const what = typeof text === 'string' ? `: ${oneLine(text)}` : '';
    const details = errors.length === 0 ? '' : `; ${errors.map(oneLine).join('; ')}`;
    super(
      'TINFOIL_REST_API',
      failed,
      `answered ${status}${what}${discordCode === 0 ? '' : ` (${discordCode})`}${details}`,
    );
    this.status = status;
    this.discordCode = discordCode;
    this.errors = errors;
    this.raw = raw;
  }
}

/** A limit stands in the way, and waiting was declined or is of no use. */
export class RateLimitError extends RestError {
  declare readonly code: 'TINFOIL_REST_RATE_LIMITED';
  readonly retryAfterMs: number;
  readonly scope: RateLimitScope;

  constructor(failed: FailedRoute, retryAfterMs: number, scope: RateLimitScope, why = '') {
    super('TINFOIL_REST_RATE_LIMITED', failed, `is rate limited (${scope}) for ${Math.ceil(retryAfterMs)} ms${why}`);
    this.retryAfterMs = retryAfterMs;
    this.scope = scope;
  }
}

/** No answer within `timeoutMs`. Whether Discord acted on the request is unknown. */
export class RestTimeoutError extends RestError {
  declare readonly code: 'TINFOIL_REST_TIMEOUT';
  readonly timeoutMs: number;

  constructor(failed: FailedRoute, timeoutMs: number) {
    super('TINFOIL_REST_TIMEOUT', failed, `was not answered within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** Discord could not be reached, or the connection broke; `cause` says how. */
export class RestConnectionError extends RestError {
  declare readonly code: 'TINFOIL_REST_CONNECTION';
  /** False when nothing left this machine. */
  readonly sent: boolean;

  constructor(failed: FailedRoute, sent: boolean, cause: unknown) {
    const what = sent ? 'lost its connection before the answer was whole' : 'could not connect';
    super('TINFOIL_REST_CONNECTION', failed, `${what}${nameOf(cause)}`, { cause });
    this.sent = sent;
  }
}

/** The answer was not what its content type says. */
export class RestAnswerError extends RestError {
  declare readonly code: 'TINFOIL_REST_ANSWER';
  readonly status: number;

  constructor(failed: FailedRoute, status: number, cause: unknown) {
    super('TINFOIL_REST_ANSWER', failed, `answered ${status} with a body that is no JSON`, { cause });
    this.status = status;
  }
}

/** The client is closed. */
export class RestClosedError extends RestError {
  declare readonly code: 'TINFOIL_REST_CLOSED';

  constructor(failed: FailedRoute) {
    super('TINFOIL_REST_CLOSED', failed, 'was not sent: the client is closed');
  }
}

/** More requests wait than `maxQueued` allows. */
export class QueueFullError extends RestError {
  declare readonly code: 'TINFOIL_REST_QUEUE_FULL';

  constructor(failed: FailedRoute, maxQueued: number) {
    super('TINFOIL_REST_QUEUE_FULL', failed, `was not sent: ${maxQueued} requests are waiting already (maxQueued)`);
  }
}

/** Discord refused the bot token, so nothing is sent with it any more. */
export class TokenRejectedError extends RestError {
  declare readonly code: 'TINFOIL_REST_TOKEN_REJECTED';

  constructor(failed: FailedRoute) {
    super('TINFOIL_REST_TOKEN_REJECTED', failed, 'was not sent: Discord answered 401 to the bot token');
  }
}

/** So many answers were 401, 403 or 429 that more would ban the IP address. */
export class InvalidRequestLimitError extends RestError {
  declare readonly code: 'TINFOIL_REST_INVALID_REQUEST_LIMIT';
  readonly retryAfterMs: number;

  constructor(failed: FailedRoute, count: number, retryAfterMs: number) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super(
      'TINFOIL_REST_INVALID_REQUEST_LIMIT',
      failed,
      `was not sent: ${count} invalid requests in 10 minutes, more would ban this IP address; try again in ${seconds} s`,
    );
    this.retryAfterMs = retryAfterMs;
  }
}

/** The webhook does not exist: Discord said so within the last hour. */
export class UnknownWebhookError extends RestError {
  declare readonly code: 'TINFOIL_REST_UNKNOWN_WEBHOOK';

  constructor(failed: FailedRoute) {
    super(
      'TINFOIL_REST_UNKNOWN_WEBHOOK',
      failed,
      'was not sent: Discord answered within the last hour that this webhook does not exist',
    );
  }
}

/** Flattens Discord's nested error tree into one `path: message` per error. */
export function flattenErrors(errors: unknown, path = ''): string[] {
  if (!isRecord(errors)) return [];
  const lines: string[] = [];
  for (const [key, value] of Object.entries(errors)) {
    if (key === '_errors' && Array.isArray(value)) {
      for (const error of value) {
        const message = isRecord(error) ? (error.message ?? error.code) : error;
        lines.push(path === '' ? String(message) : `${path}: ${String(message)}`);
      }
    } else if (isRecord(value)) {
      lines.push(...flattenErrors(value, path === '' ? key : /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`));
    } else if (typeof value === 'string') lines.push(`${path === '' ? key : `${path}.${key}`}: ${value}`);
  }
  return lines;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function nameOf(cause: unknown): string {
  if (!isRecord(cause)) return '';
  const name = cause.code ?? cause.name;
  return typeof name === 'string' ? ` (${name})` : '';
}
