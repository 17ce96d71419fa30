/**
 * Reads an answer: its value, its refusal by a rate limit, or its error. Pure.
 */
import type { HeaderReader } from '@tinfoil/types';
import { parseRetryAfterMs, type RateLimitScope } from './headers.ts';

/** What an answer says. */
export type Answer =
  /** JSON, text, bytes, or `undefined` for an empty body. */
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'refused'; readonly scope: RateLimitScope; readonly retryAfterMs: number }
  /** The search index is not ready (202): ask again. */
  | { readonly type: 'busy'; readonly retryAfterMs: number; readonly value: unknown }
  | { readonly type: 'error'; readonly raw: unknown }
  /** A success whose JSON is none. */
  | { readonly type: 'garbled'; readonly cause: unknown };

const decoder = new TextDecoder();
/** Wait when a 429 does not say how long. */
const unknownRetryMs = 1000;
/** Wait when Cloudflare does not say how long it keeps an address out. */
const unknownBanMs = 60_000;
const searchIndexNotReady = 110_000;

/** Reads an answer with its whole body. */
export function readAnswer(status: number, header: HeaderReader, bytes: Uint8Array): Answer {
  if (status === 429) return readRefusal(header, bytes);
  if (status >= 300 && status !== 304) return { type: 'error', raw: readLoosely(bytes) };
  if (status === 204 || bytes.byteLength === 0) return { type: 'value', value: undefined };
  const contentType = header('content-type') ?? '';
  if (contentType.startsWith('text/')) return { type: 'value', value: decoder.decode(bytes) };
  if (!contentType.startsWith('application/json')) return { type: 'value', value: bytes };
  try {
    const value: unknown = JSON.parse(toText(bytes));
    if (status === 202 && isRecord(value) && value.code === searchIndexNotReady)
      return { type: 'busy', retryAfterMs: seconds(value.retry_after) ?? unknownRetryMs, value };
    return { type: 'value', value };
  } catch (cause) {
    return { type: 'garbled', cause };
  }
}

function readRefusal(header: HeaderReader, bytes: Uint8Array): Answer {
  const body = readLoosely(bytes);
  if (!isRecord(body)) {
    // Discord answers in JSON; what is not comes from Cloudflare, which keeps out the address and not the bot.
    return { type: 'refused', scope: 'cloudflare', retryAfterMs: parseRetryAfterMs(header) ?? unknownBanMs };
  }
  const named = header('x-ratelimit-scope');
  const isGlobal = body.global === true || header('x-ratelimit-global') === 'true' || named === 'global';
  return {
    type: 'refused',
    scope: isGlobal ? 'global' : named === 'shared' ? 'shared' : 'user',
    retryAfterMs: seconds(body.retry_after) ?? parseRetryAfterMs(header) ?? unknownRetryMs,
  };
}

/** JSON if it is, else text. */
function readLoosely(bytes: Uint8Array): unknown {
  const text = toText(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toText(bytes: Uint8Array): string {
  // Node's buffers decode three times as fast as TextDecoder.
  return typeof Buffer !== 'undefined' && bytes instanceof Buffer ? bytes.toString('utf8') : decoder.decode(bytes);
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
