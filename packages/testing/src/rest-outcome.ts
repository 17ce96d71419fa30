/**
 * What a request comes to: an answer, a refusal, a 429, a page of the proxy before the API, or nothing at all.
 */
import type { BucketDecision } from './buckets.ts';
import type { EntryFields } from './entries.ts';
import type { BucketRule } from './options.ts';

type Scope = EntryFields['response']['scope'];

/** Answer about to be sent; status 0 is none. */
export interface Outcome {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  readonly scope: Scope;
  readonly processed: boolean;
}

/** Header of every JSON answer. */
export const jsonHeaders: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

const htmlBody =
  '<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Error 1015: you are being rate limited</h1></body></html>\n';
/** Rate-limit headers of a decision. */
export function bucketHeaders(rule: BucketRule, decision: BucketDecision, hash: string): Record<string, string> {
  const resetAfter = decision.resetAfterMs / 1000;
  return {
    'x-ratelimit-limit': String(rule.limit),
    'x-ratelimit-remaining': String(decision.remaining),
    'x-ratelimit-reset': (Date.now() / 1000 + resetAfter).toFixed(3),
    'x-ratelimit-reset-after': resetAfter.toFixed(3),
    'x-ratelimit-bucket': hash,
  };
}

/** 429 as JSON. */
export function limitedOutcome(
  scope: 'user' | 'global' | 'shared',
  retryAfterMs: number,
  headers: Record<string, string>,
): Outcome {
  const retryAfter = Math.ceil(retryAfterMs) / 1000;
  const body = { message: 'You are being rate limited.', retry_after: retryAfter, global: scope === 'global' };
  const limited = { 'retry-after': String(Math.ceil(retryAfter)), 'x-ratelimit-scope': scope };
  return { ...errorOutcome(429, body, { ...headers, ...limited }), scope };
}

/** Refusal as JSON. */
export function errorOutcome(status: number, body: unknown, headers: Record<string, string> = {}): Outcome {
  return { status, headers: { ...jsonHeaders, ...headers }, body: JSON.stringify(body), scope: null, processed: false };
}

/** Page of the proxy in front of the API. */
export function htmlOutcome(status: number, headers: Record<string, string>, scope: Scope): Outcome {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
    body: htmlBody,
    scope,
    processed: false,
  };
}

/** No answer at all. */
export const unanswered: Outcome = { status: 0, headers: {}, body: '', scope: null, processed: false };
