/**
 * Waiting that can be ended: work that several wait for, each free to leave, and signals that follow others.
 */

/** Settles as `work` does, or rejects with `signal.reason` on abort; the work goes on. */
export function abortable<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Marks a promise as looked after: a caller who does not await it must not lose the process to its rejection. */
export function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/** One piece of work at a time, shared by all who ask while it is under way. */
export class SharedWork<Value> {
  #current: { readonly promise: Promise<Value>; readonly end: AbortController; waiting: number } | undefined;

  /** Joins the work under way, or starts it. */
  async run(start: (signal: AbortSignal) => Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    signal?.throwIfAborted();
    let work = this.#current;
    if (work === undefined) {
      const end = new AbortController();
      work = { promise: start(end.signal), end, waiting: 0 };
      this.#current = work;
    }
    work.waiting += 1;
    try {
      return await abortable(work.promise, signal);
    } finally {
      work.waiting -= 1;
      if (work.waiting === 0) {
        if (this.#current === work) this.#current = undefined;
        work.end.abort();
      }
    }
  }
}

/** Follows several signals until it is ended. `AbortSignal.any` would leave a reference on the long-lived among them for ever. */
export class LinkedSignal {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #follow: (event: Event) => void;

  constructor(sources: readonly (AbortSignal | undefined)[]) {
    this.#sources = sources.filter((source) => source !== undefined);
    // Listeners are only ever added to signals.
    this.#follow = (event) => this.#controller.abort((event.target as AbortSignal).reason);
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      source.addEventListener('abort', this.#follow, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets go of the others, and aborts what still listens. */
  end(): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#follow);
    this.#controller.abort();
  }
}
