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
export type EventName<Events, Unknown extends readonly unknown[]> =
  | (keyof Events & string)
  | ([Unknown] extends [never] ? never : string & {});

/** Arguments of one event. */
export type EventArguments<Events, Unknown extends readonly unknown[], Name> = Name extends keyof Events
  ? Events[Name] extends readonly unknown[]
    ? Events[Name]
    : never
  : Unknown;

/** Function called for an event; a promise it returns counts as pending work until it settles. */
export type Listener<Arguments extends readonly unknown[]> = (...args: Arguments) => unknown;

/** Options of {@link Emitter.on} and {@link Emitter.once}. */
export interface ListenOptions {
  /** Removes the listener when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Gets what a listener threw or rejected with, and the event it was called for. What it throws itself is dropped. */
export type ListenerErrorHandler = (cause: unknown, event: string, args: readonly unknown[]) => void;

interface Entry {
  readonly listener: Listener<never>;
  readonly once: boolean;
  readonly stop: (() => void) | undefined;
  /** Set once and for good: an `emit` that is under way must not call it any more. */
  removed: boolean;
}

/**
 * Emitter over a map of events.
 *
 * @typeParam Events - Names and the tuples of their arguments.
 * @typeParam Unknown - Arguments of events that the map does not name; `never` forbids them.
 */
export class Emitter<Events, Unknown extends readonly unknown[] = never> {
  // The arrays are never changed in place, so that an emit under way keeps the listeners it began with.
  readonly #entries = new Map<string, readonly Entry[]>();
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

  /** Adds a listener, also a second time. @throws {@link TypeError} when it is no function. */
  on<Name extends EventName<Events, Unknown>>(
    event: Name,
    listener: Listener<EventArguments<Events, Unknown, Name>>,
    options?: ListenOptions,
  ): this {
    this.#add(event, listener as Listener<never>, false, options?.signal);
    return this;
  }

  /** Adds a listener for the next event of that name only. @throws {@link TypeError} when it is no function. */
  once<Name extends EventName<Events, Unknown>>(
    event: Name,
    listener: Listener<EventArguments<Events, Unknown, Name>>,
    options?: ListenOptions,
  ): this {
    this.#add(event, listener as Listener<never>, true, options?.signal);
    return this;
  }

  /** Removes a listener added with {@link on} or {@link once}, the oldest first; unknown ones are ignored. */
  off<Name extends EventName<Events, Unknown>>(
    event: Name,
    listener: Listener<EventArguments<Events, Unknown, Name>>,
  ): this {
    const entry = this.#entries.get(event)?.find((candidate) => candidate.listener === listener);
    if (entry !== undefined) this.#remove(event, entry);
    return this;
  }

  /** True when at least one listener waits for the event. */
  has(event: EventName<Events, Unknown>): boolean {
    return this.#entries.has(event);
  }

  /**
   * Calls the listeners in the order they were added. Never throws. Listeners added meanwhile wait for the next event;
   * those removed meanwhile are not called.
   *
   * @returns `undefined` when all are done, else a promise that resolves when the last has settled; it never rejects.
   */
  emit<Name extends EventName<Events, Unknown>>(
    event: Name,
    ...args: EventArguments<Events, Unknown, Name>
  ): Promise<void> | undefined {
    const entries = this.#entries.get(event);
    if (entries === undefined) return undefined;
    // Most listeners are done when they return: nothing is allocated for those.
    let open: Promise<void>[] | undefined;
    for (const entry of entries) {
      if (entry.removed) continue;
      if (entry.once) this.#remove(event, entry);
      const work = this.#call(entry, event, args);
      if (work === undefined) continue;
      if (open === undefined) open = [work];
      else open.push(work);
    }
    if (open === undefined) return undefined;
    return open.length === 1 ? open[0] : Promise.all(open).then(() => undefined);
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
    const stop = signal && (() => signal.removeEventListener('abort', abort));
    const entry: Entry = { listener, once, stop, removed: false };
    signal?.addEventListener('abort', abort, { once: true });
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), entry]);
  }

  #remove(event: string, entry: Entry): void {
    entry.removed = true;
    entry.stop?.();
    const rest = this.#entries.get(event)?.filter((candidate) => candidate !== entry) ?? [];
    if (rest.length === 0) this.#entries.delete(event);
    else this.#entries.set(event, rest);
  }

  #call(entry: Entry, event: string, args: readonly unknown[]): Promise<void> | undefined {
    try {
      // The map's tuple was checked where the listener was added and where emit was called.
      const result = entry.listener(...(args as never));
      if (!isThenable(result)) return undefined;
      const work = Promise.resolve(result);
      this.#pending += 1;
      return work.then(
        () => this.#settled(),
        (cause: unknown) => {
          this.#report(cause, event, args);
          this.#settled();
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
      // The handler of last resort failed, now or later: there is nobody left to tell, and the emitter must go on.
      const result: unknown = this.#onListenerError(cause, event, args);
      if (isThenable(result)) Promise.resolve(result).catch(() => undefined);
    } catch {}
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
