/**
 * Events by pulling: `gateway.events()` and `gateway.waitFor()`.
 *
 * A streamed event counts as done with when the reader asks for the next: until then it holds back the saved sequence, as a
 * listener's promise would. The buffer is bounded; a reader that falls behind gets an error, not a silent gap.
 */
import type { Clock, DispatchContext, Emitter, GatewayEventName } from '@tinfoil/types';
import { EventOverflowError, GatewayClosedError, GatewayTimeoutError } from './errors.ts';
import type { DispatchEvent, GatewayListeners, UnknownEvent } from './events.ts';
import { checkBound } from './options.ts';

/** Emitter of a gateway. */
export type GatewayEmitter = Emitter<GatewayListeners, UnknownEvent>;

/** Event out of a stream; names that Tinfoil does not know carry `unknown`. */
export type StreamedEvent<Name extends string> = Name extends GatewayEventName
  ? DispatchEvent<Name>
  : DispatchContext & { readonly type: Name; readonly data: unknown };

/** Options of {@link Gateway.events}. */
export interface EventStreamOptions {
  /** Ends the stream with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Events that may wait for the reader. @defaultValue 10,000 */
  readonly maxBuffered?: number | undefined;
}

interface Entry {
  readonly event: StreamedEvent<string>;
  /** Lets go of the saved sequence. */
  readonly done: () => void;
}

/** Bounded queue between an emitter and one reader. */
export class EventStream implements AsyncIterableIterator<StreamedEvent<string>> {
  readonly #listening = new AbortController();
  readonly #maxBuffered: number;
  #buffered: Entry[] = [];
  #current: Entry | undefined;
  #reader:
    | { resolve: (result: IteratorResult<StreamedEvent<string>>) => void; reject: (cause: unknown) => void }
    | undefined;
  #end: { readonly cause: unknown } | 'closed' | undefined;

  /** @param ended - Called once when the stream takes no more. */
  constructor(emitter: GatewayEmitter, names: readonly string[], options: EventStreamOptions, ended: () => void) {
    this.#listening.signal.addEventListener('abort', ended, { once: true });
    this.#maxBuffered = checkBound('maxBuffered', options.maxBuffered ?? 10_000);
    const { signal } = this.#listening;
    for (const name of names)
      emitter.on(name, (data, context) => this.#take({ type: name, data, ...context }), { signal });
    const abort = () => this.#fail(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true, signal });
    if (options.signal?.aborted) abort();
  }

  /** Ends the stream after what is buffered. */
  close(): void {
    this.#listening.abort();
    this.#end ??= 'closed';
    this.#settleReader();
  }

  next(): Promise<IteratorResult<StreamedEvent<string>>> {
    this.#current?.done();
    this.#current = undefined;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#settleReader();
    });
  }

  return(): Promise<IteratorResult<StreamedEvent<string>>> {
    this.#listening.abort();
    this.#end = 'closed';
    this.#letGo();
    this.#settleReader();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(event: StreamedEvent<string>): Promise<void> {
    return new Promise((done) => {
      if (this.#end !== undefined) return done();
      this.#buffered.push({ event, done });
      if (this.#buffered.length > this.#maxBuffered)
        this.#fail(new EventOverflowError('gateway.events()', this.#maxBuffered));
      else this.#settleReader();
    });
  }

  #fail(cause: unknown): void {
    this.#listening.abort();
    this.#end = { cause };
    this.#letGo();
    this.#settleReader();
  }

  #letGo(): void {
    for (const entry of this.#buffered) entry.done();
    this.#buffered = [];
    this.#current?.done();
    this.#current = undefined;
  }

  #settleReader(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const entry = this.#buffered.shift();
    if (entry === undefined && this.#end === undefined) return;
    this.#reader = undefined;
    if (entry !== undefined) {
      this.#current = entry;
      reader.resolve({ done: false, value: entry.event });
    } else if (typeof this.#end === 'object') {
      const { cause } = this.#end;
      // An iterator fails once, then it is over.
      this.#end = 'closed';
      reader.reject(cause);
    } else reader.resolve({ done: true, value: undefined });
  }
}

/** Options of {@link Gateway.waitFor}. */
export interface WaitForOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which to give up. @defaultValue never */
  readonly timeoutMs?: number | undefined;
}

/** What a wait needs beside the emitter. */
export interface WaitContext {
  readonly clock: Clock;
  /** Aborted when the gateway is closed. */
  readonly closed: AbortSignal;
}

/** First argument of the first event that satisfies the predicate. */
export function waitForEvent(
  emitter: GatewayEmitter,
  name: string,
  predicate: (...args: readonly never[]) => unknown,
  options: WaitForOptions,
  { clock, closed }: WaitContext,
): Promise<unknown> {
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    if (closed.aborted) return reject(new GatewayClosedError(`waitFor ${name}`));
    const end = new AbortController();
    const finish = (settle: () => void) => {
      end.abort();
      cancel?.();
      settle();
    };
    const cancel =
      timeoutMs === undefined
        ? undefined
        : clock.after(timeoutMs, () => finish(() => reject(new GatewayTimeoutError(`waitFor ${name}`, timeoutMs))));
    signal?.addEventListener('abort', () => finish(() => reject(signal.reason)), { signal: end.signal });
    closed.addEventListener('abort', () => finish(() => reject(new GatewayClosedError(`waitFor ${name}`))), {
      signal: end.signal,
    });
    const listener = (...args: readonly unknown[]) => {
      try {
        // The caller's types say what the event carries; the emitter passes exactly that.
        if (predicate(...(args as readonly never[]))) finish(() => resolve(args[0]));
      } catch (cause) {
        finish(() => reject(cause));
      }
    };
    emitter.on(name, listener, { signal: end.signal });
  });
}
