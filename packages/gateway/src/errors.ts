/** Errors of the gateway: every one has a literal `code`, a one-line message, and never the token. */
import { TinfoilError } from '@tinfoil/types';
import { fatalReason } from './close-codes.ts';

/** Discord closed a shard with a code that connecting again cannot mend. */
export class GatewayFatalError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_FATAL';
  readonly shardId: number;
  /** Close code of Discord; undefined when the shard never got as far as a connection. */
  readonly closeCode: number | undefined;

  constructor(shardId: number, closeCode: number | undefined, options?: { readonly cause?: unknown }) {
    super('TINFOIL_GATEWAY_FATAL', `shard ${shardId} cannot connect: ${reasonOf(closeCode, options?.cause)}`, options);
    this.shardId = shardId;
    this.closeCode = closeCode;
  }
}

/** Reading `/gateway/bot` failed. */
export class GatewayBotError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_BOT';
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** Milliseconds after which Discord wants to be asked again, on 429. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super('TINFOIL_GATEWAY_BOT', `reading /gateway/bot failed: ${message}`, { cause: options.cause });
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Gateway, or the shard asked for, was closed before the work was done. */
export class GatewayClosedError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_CLOSED';

  constructor(what: string) {
    super('TINFOIL_GATEWAY_CLOSED', `${what}: the gateway is closed`);
  }
}

/** Queue of commands that wait for a shard to be ready is full. */
export class CommandQueueFullError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_QUEUE_FULL';
  readonly shardId: number;

  constructor(shardId: number, limit: number) {
    super('TINFOIL_GATEWAY_QUEUE_FULL', `shard ${shardId} has ${limit} commands waiting already`);
    this.shardId = shardId;
  }
}

/** Reader of an iterator fell behind by more than `maxBuffered` items. */
export class EventOverflowError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_OVERFLOW';

  constructor(what: string, maxBuffered: number) {
    super('TINFOIL_GATEWAY_OVERFLOW', `more than ${maxBuffered} items wait for the reader of ${what}`);
  }
}

/** The day's IDENTIFYs are used up but for the reserve; shards wait for the reset. */
export class IdentifyBudgetError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_IDENTIFY_BUDGET';
  /** IDENTIFYs left today. */
  readonly remaining: number;
  /** Milliseconds until Discord fills them up. */
  readonly resetAfterMs: number;

  constructor(remaining: number, reserve: number, resetAfterMs: number) {
    const hours = (resetAfterMs / 3_600_000).toFixed(1);
    super(
      'TINFOIL_GATEWAY_IDENTIFY_BUDGET',
      `${remaining} IDENTIFYs are left today and ${reserve} are kept in reserve: shards without a session wait up to ${hours} h for the reset`,
    );
    this.remaining = remaining;
    this.resetAfterMs = resetAfterMs;
  }
}

/** No answer, or not the event waited for, in time. */
export class GatewayTimeoutError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_TIMEOUT';

  constructor(what: string, timeoutMs: number) {
    super('TINFOIL_GATEWAY_TIMEOUT', `${what}: nothing came for ${timeoutMs} ms`);
  }
}

/** A listener's promise has been pending so long that it no longer holds back the saved sequence. */
export class SlowListenerError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_SLOW_LISTENER';
  readonly sequence: number;

  constructor(event: string, sequence: number, limitMs: number) {
    super(
      'TINFOIL_GATEWAY_SLOW_LISTENER',
      `a listener for ${event} (sequence ${sequence}) is pending for over ${limitMs} ms and no longer holds back the session`,
    );
    this.sequence = sequence;
  }
}

/** What came over the connection could not be read; the connection was replaced. */
export class BadPayloadError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_BAD_PAYLOAD';
  readonly shardId: number;

  constructor(shardId: number, cause: unknown) {
    super('TINFOIL_GATEWAY_BAD_PAYLOAD', `shard ${shardId} received what it cannot read: ${messageOf(cause)}`, {
      cause,
    });
    this.shardId = shardId;
  }
}

/** Session store failed; the shards run on without it. */
export class SessionStoreError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_SESSION_STORE';

  constructor(doing: string, cause: unknown) {
    super('TINFOIL_GATEWAY_SESSION_STORE', `session store failed to ${doing}: ${messageOf(cause)}`, { cause });
  }
}

function reasonOf(closeCode: number | undefined, cause: unknown): string {
  if (closeCode !== undefined) return `${fatalReason(closeCode)} (close code ${closeCode})`;
  return isUnauthorized(cause) ? `${fatalReason(4004)} (/gateway/bot answered 401)` : messageOf(cause);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** True when Discord refused the token, whichever client asked. */
export function isUnauthorized(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'status' in cause && cause.status === 401;
}
