/**
 * Listening to signals: one listener per signal, however many requests share it. A program has one signal for its shutdown
 * and hundreds of requests, and Node warns of a leak from the eleventh listener on.
 */

interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/** Calls `callback` when the signal is aborted. @returns a function that stops listening. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let watch = watches.get(signal);
  if (watch === undefined) {
    const callbacks = new Set<() => void>();
    const listener = () => {
      for (const call of [...callbacks]) call();
    };
    watch = { callbacks, listener };
    watches.set(signal, watch);
    signal.addEventListener('abort', listener, { once: true });
  }
  const { callbacks, listener } = watch;
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0 || watches.get(signal)?.listener !== listener) return;
    watches.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}
