/**
 * Typed event emitter with one promise kept: a listener cannot break the code that emits.
 *
 * What a listener throws or rejects with goes to `onListenerError`. `emit` tells whether listeners are still at work, so
 * that a shard can hold back its saved sequence and a drain can wait. Node's own emitter does neither, and drags Node's
 * types into every consumer.
 */

/** Events by name, each with the tuple of arguments its listeners get. */
export type EventMap = { readonly [event: string]: readonly unknown[] };

/** Names that may be listened to: those of the map, and any other string when `Unknown` says what those carry. */
export type EventName<Map, Unknown extends readonly unknown[]> =
  | (keyof Map & string)
  | ([Unknown] extends [never] ? never : string & {});

/** Arguments of one event. */
export type EventArguments<Map, Unknown extends readonly unknown[], Name> = Name extends keyof Map
  ? Map[Name] extends readonly unknown[]
    ? Map[Name]
    : never
  : Unknown;

/** Function called for an event; a promise it returns counts as pending work until it settles. */
export type Listener<Arguments extends readonly unknown[]> = (...args: Arguments) => unknown;

/** Options of {@link Emitter.on} and {@link Emitter.once}. */
export interface ListenOptions {
  /** Removes the listener when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Gets what a listener threw or rejected with, and the event it was called for. */
export type ListenerErrorHandler = (cause: unknown, event: string, args: readonly unknown[]) => void;

interface Entry {
  readonly listener: Listener<never>;
  readonly once: boolean;
  readonly stop: (() => void) | undefined;
}

/**
 * Emitter over a map of events.
 *
 * @typeParam Map - Events and the tuples of their arguments.
 * @typeParam Unknown - Arguments of events that the map does not name; `never` forbids them.
 */
export class Emitter<Map, Unknown extends readonly unknown[] = never> {
  readonly #entries = new globalThis.Map<string, readonly Entry[]>();
  readonly #onListenerError: ListenerErrorHandler;
  #pending = 0;
  #idle: (() => void)[] = [];

  constructor(onListenerError: ListenerErrorHandler) {
    this.#onListenerError = onListenerError;
  }

  /** Number of listener promises that have not settled. */
  get pending(): number {
    return this.#pending;
  }

  on<Name extends EventName<Map, Unknown>>(
    event: Name,
    listener: Listener<EventArguments<Map, Unknown, Name>>,
    options?: ListenOptions,
  ): this {
    this.#add(event, listener as Listener<never>, false, options?.signal);
    return this;
  }

  once<Name extends EventName<Map, Unknown>>(
    event: Name,
    listener: Listener<EventArguments<Map, Unknown, Name>>,
    options?: ListenOptions,
  ): this {
    this.#add(event, listener as Listener<never>, true, options?.signal);
    return this;
  }

  /** Removes a listener added with {@link on} or {@link once}; unknown ones are ignored. */
  off<Name extends EventName<Map, Unknown>>(event: Name, listener: Listener<EventArguments<Map, Unknown, Name>>): this {
    const entry = this.#entries.get(event)?.find((candidate) => candidate.listener === listener);
    if (entry !== undefined) this.#remove(event, entry);
    return this;
  }

  /** True when at least one listener waits for the event. */
  has(event: EventName<Map, Unknown>): boolean {
    return this.#entries.has(event);
  }

  /**
   * Calls the listeners in the order they were added. Never throws.
   *
   * @returns `undefined` when all are done, else a promise that resolves when the last has settled; it never rejects.
   */
  emit<Name extends EventName<Map, Unknown>>(
    event: Name,
    ...args: EventArguments<Map, Unknown, Name>
  ): Promise<void> | undefined {
    const entries = this.#entries.get(event);
    if (entries === undefined) return undefined;
    const open: Promise<void>[] = [];
    for (const entry of entries) {
      if (entry.once) this.#remove(event, entry);
      const work = this.#call(entry, event, args);
      if (work !== undefined) open.push(work);
    }
    return open.length < 2 ? open[0] : Promise.all(open).then(() => undefined);
  }

  /** Resolves when no listener promise is pending. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Removes every listener. */
  clear(): void {
    for (const [event, entries] of this.#entries) for (const entry of entries) this.#remove(event, entry);
  }

  #add(event: string, listener: Listener<never>, once: boolean, signal: AbortSignal | undefined): void {
    if (typeof listener !== 'function')
      throw new TypeError(`listener for ${event} must be a function, got ${typeof listener}`);
    if (signal?.aborted) return;
    const abort = () => this.#remove(event, entry);
    const entry: Entry = { listener, once, stop: signal && (() => signal.removeEventListener('abort', abort)) };
    signal?.addEventListener('abort', abort, { once: true });
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), entry]);
  }

  #remove(event: string, entry: Entry): void {
    const rest = this.#entries.get(event)?.filter((candidate) => candidate !== entry) ?? [];
    if (rest.length === 0) this.#entries.delete(event);
    else this.#entries.set(event, rest);
    entry.stop?.();
  }

  #call(entry: Entry, event: string, args: readonly unknown[]): Promise<void> | undefined {
    try {
      // The map's tuple was checked where the listener was added and where emit was called.
      const result = entry.listener(...(args as never));
      if (!isThenable(result)) return undefined;
      this.#pending += 1;
      return Promise.resolve(result).then(
        () => this.#settled(),
        (cause: unknown) => {
          this.#settled();
          this.#report(cause, event, args);
        },
      );
    } catch (cause) {
      this.#report(cause, event, args);
      return undefined;
    }
  }

  #settled(): void {
    this.#pending -= 1;
    if (this.#pending > 0) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #report(cause: unknown, event: string, args: readonly unknown[]): void {
    try {
      this.#onListenerError(cause, event, args);
    } catch {
      // The handler of last resort failed: there is nobody left to tell, and the emitter must go on.
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
