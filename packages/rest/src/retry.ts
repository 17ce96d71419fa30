/**
 * Which failures may be repeated. What Discord did not process is safe for every method; what may have been processed is
 * repeated only when a second time changes nothing. Pure.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#http | Discord Docs/HTTP Status Codes}
 */
import type { HttpMethod } from '@tinfoil/types';

/** How an attempt failed. */
export type Failure =
  /** An answer with a status of 500 or more. */
  | { readonly type: 'status'; readonly status: number }
  /** No connection came about: nothing left this machine. */
  | { readonly type: 'unsent' }
  /** The connection broke after the request had left. */
  | { readonly type: 'lost' };

/** What decides beside the failure. */
export interface Repeatable {
  readonly method: HttpMethod;
  /** Discord recognises the second copy (Create Message with an enforced nonce). */
  readonly idempotent: boolean;
}

/** True when sending again cannot do the same thing twice. */
export function isSafeToRetry(failure: Failure, { method, idempotent }: Repeatable): boolean {
  if (failure.type === 'unsent') return true;
  // A gateway that could not reach Discord, and a service that takes no work.
  if (failure.type === 'status' && (failure.status === 502 || failure.status === 503)) return true;
  return idempotent || method === 'GET' || method === 'PUT' || method === 'DELETE';
}
