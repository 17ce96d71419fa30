/**
 * Time as an input: a monotonic clock and timers behind one small interface, so that tests of intervals run on numbers.
 */

/** Monotonic time and one-shot timers. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`; the function returned cancels it. Timers do not keep the process alive when `unref`. */
  after(delayMs: number, run: () => void, options?: { readonly unref?: boolean }): () => void;
}

/** Longest that a timer of the runtime takes; it turns more into 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/** Clock of the running machine. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, run, options) {
    let timer: ReturnType<typeof setTimeout>;
    const start = (leftMs: number) => {
      const stepMs = Math.min(leftMs, longestTimerMs);
      timer = setTimeout(() => (leftMs > stepMs ? start(leftMs - stepMs) : run()), stepMs);
      // Browsers and Workers give numbers, which hold nothing alive.
      if (options?.unref === true && typeof timer === 'object') timer.unref();
    };
    start(delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`. Rejects with `signal.reason` as soon as the signal is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
