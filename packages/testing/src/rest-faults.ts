/**
 * What a planned fault makes of a request: before it takes effect, or of its answer afterwards.
 */
import { createHash } from 'node:crypto';
import type { RestFault } from './faults.ts';
import { htmlOutcome, jsonHeaders, limitedOutcome, type Outcome, unanswered } from './rest-outcome.ts';

/** Answer of a fault that keeps the request from taking effect; `null` when it goes on. */
export function faultBefore(fault: RestFault | undefined): Outcome | null {
  if (fault === undefined) return null;
  if (fault.type === 'html') return htmlOutcome(fault.status ?? 502, {}, null);
  if ((fault.type === 'reset' || fault.type === 'hang') && fault.processed !== true) return unanswered;
  if (fault.type === 'status' && fault.processed !== true) return statusOutcome(fault, false);
  if (fault.type !== 'rateLimit') return null;
  const { scope, retryAfterMs } = fault;
  if (scope === 'cloudflare')
    return htmlOutcome(429, { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }, 'cloudflare');
  if (scope === 'global') return limitedOutcome('global', retryAfterMs, { 'x-ratelimit-global': 'true' });
  const headers = {
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': scope === 'sublimit' ? '9' : '0',
    'x-ratelimit-reset': ((Date.now() + retryAfterMs) / 1000).toFixed(3),
    'x-ratelimit-reset-after': (retryAfterMs / 1000).toFixed(3),
    'x-ratelimit-bucket': createHash('md5').update(scope).digest('hex'),
  };
  return limitedOutcome(scope === 'sublimit' ? 'user' : scope, retryAfterMs, headers);
}

/** Outcome of a request that took effect and whose answer is spoilt. */
export function faultAfter(fault: RestFault | undefined, outcome: Outcome): Outcome {
  if (fault?.type === 'status') return statusOutcome(fault, true);
  if (fault?.type === 'reset' || fault?.type === 'hang') return { ...unanswered, processed: true };
  return outcome;
}

function statusOutcome(fault: RestFault & { readonly type: 'status' }, processed: boolean): Outcome {
  const body = fault.body === undefined ? { message: `${fault.status}: simulated`, code: 0 } : fault.body;
  const text = typeof body === 'string';
  return {
    status: fault.status,
    headers: { ...(text ? { 'content-type': 'text/plain' } : jsonHeaders), ...fault.headers },
    body: text ? body : JSON.stringify(body),
    scope: null,
    processed,
  };
}
