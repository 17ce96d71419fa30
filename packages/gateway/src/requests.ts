/**
 * Commands that Discord answers with events: members, soundboard sounds, channel info. Each is sent to the shard of its guild
 * and collected from that shard's events.
 *
 * An answer can be lost with its session, so a request is sent again when the shard identifies anew; what was already handed
 * out may then come twice.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#request-guild-members | Discord Docs/Request Guild Members}
 */
import { randomBytes } from 'node:crypto';
import { type Clock, type DispatchContext, sleep } from '@tinfoil/types';
import { LinkedSignal } from './abortable.ts';
import { EventOverflowError, GatewayTimeoutError } from './errors.ts';
import type { GatewayEmitter } from './event-stream.ts';
import type { ReadyEvent } from './events.ts';

/** Options of a request. */
export interface GatewayRequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without an answer, once the command was sent, after which to give up. @defaultValue 60,000 */
  readonly timeoutMs?: number | undefined;
  /** Answers that may wait for the reader; beyond it the iterator throws {@link EventOverflowError}. @defaultValue 1,000 */
  readonly maxBuffered?: number | undefined;
}

/** What a request needs of the gateway. */
export interface RequestContext {
  readonly emitter: GatewayEmitter;
  readonly clock: Clock;
  readonly shardId: number;
  /** Aborted, with the error to throw, when the shard or the gateway is closed. */
  readonly closed: AbortSignal;
  send(signal: AbortSignal): Promise<void>;
}

/** What an event means to a request. */
export type Answer<Value> =
  | { readonly type: 'other' }
  | { readonly type: 'part'; readonly value: Value; readonly last: boolean }
  | { readonly type: 'retry'; readonly afterMs: number };

/** Nonce that Discord sends back: at most 32 bytes, or it would be ignored. */
export function createNonce(): string {
  return randomBytes(12).toString('hex');
}

/**
 * Sends, and yields the answers in order until `read` says that one was the last.
 *
 * @param read - Says what an event of that shard means to this request.
 */
export async function* collect<Value>(
  what: string,
  names: readonly string[],
  read: (name: string, data: unknown) => Answer<Value>,
  context: RequestContext,
  options: GatewayRequestOptions,
): AsyncGenerator<Value, void, undefined> {
  const { emitter, clock, shardId, closed } = context;
  const { timeoutMs = 60_000, maxBuffered = 1_000 } = options;
  const linked = new LinkedSignal([closed, options.signal]);
  const { signal } = linked;
  const answers: Extract<Answer<Value>, { type: 'part' }>[] = [];
  let resend: { readonly afterMs: number } | undefined = { afterMs: 0 };
  let wake = () => {};
  for (const name of names)
    emitter.on(
      name,
      (data: unknown, { shardId: from }: DispatchContext) => {
        const answer = from === shardId ? read(name, data) : { type: 'other' as const };
        // One beyond the bound is kept, so that the reader is told.
        if (answer.type === 'part') {
          if (answers.length <= maxBuffered) answers.push(answer);
        } else if (answer.type === 'retry') resend = { afterMs: answer.afterMs };
        else return;
        wake();
      },
      { signal },
    );
  emitter.on(
    'ready',
    (event: ReadyEvent) => {
      if (event.shardId !== shardId || event.resumed) return;
      resend ??= { afterMs: 0 };
      wake();
    },
    { signal },
  );
  try {
    for (;;) {
      signal.throwIfAborted();
      if (answers.length > maxBuffered) throw new EventOverflowError(what, maxBuffered);
      if (resend !== undefined) {
        const { afterMs }: { readonly afterMs: number } = resend;
        if (afterMs > 0) await sleep(clock, afterMs, signal);
        resend = undefined;
        await context.send(signal);
      }
      const answer = answers.shift();
      if (answer !== undefined) {
        yield answer.value;
        if (answer.last) return;
        continue;
      }
      // What came while the command was sent has been seen above or asks to send again.
      if (resend !== undefined) continue;
      await new Promise<void>((resolve, reject) => {
        const abort = () => settle(() => reject(signal.reason));
        const cancel = clock.after(timeoutMs, () => settle(() => reject(new GatewayTimeoutError(what, timeoutMs))));
        const settle = (done: () => void) => {
          cancel();
          signal.removeEventListener('abort', abort);
          wake = () => {};
          done();
        };
        wake = () => settle(resolve);
        signal.addEventListener('abort', abort, { once: true });
      });
    }
  } finally {
    linked.end();
  }
}
