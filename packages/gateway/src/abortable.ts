/** Work that several wait for, each free to leave: the others go on, and when the last has left the work itself is ended. */

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
