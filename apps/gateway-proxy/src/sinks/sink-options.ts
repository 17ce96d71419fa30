/** Options that every sink has, and what they are when not set. */
import type { BackoffOptions } from '@tinfoil/types';

/** What happens to events that do not fit. */
export type WhenFull = 'drop-oldest' | 'block';

/** Options of every sink. */
export interface BufferOptions {
  /** Bytes of events that may wait for the broker, over all shards. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /** `drop-oldest` counts what it drops; `block` stops the shard, so that Discord replays. @defaultValue `'drop-oldest'` */
  readonly whenFull?: WhenFull | undefined;
  /** Intervals, for tests. */
  readonly timing?: Partial<SinkTiming> | undefined;
}

/** Intervals in milliseconds. */
export interface SinkTiming {
  /** Between attempts to reach the broker. */
  readonly retry: BackoffOptions;
  /** How long an attempt to connect may take. */
  readonly openTimeoutMs: number;
  /** How long a batch may take. */
  readonly publishTimeoutMs: number;
  /** How long `close` waits for the broker to take the rest. */
  readonly closeTimeoutMs: number;
  /** Between attempts to start a shard that did not start. */
  readonly startRetryMs: number;
}

/** Options with nothing left open. */
export interface ResolvedBufferOptions {
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  readonly timing: SinkTiming;
}

const defaultTiming: SinkTiming = {
  retry: { baseMs: 100, maxMs: 5_000 },
  openTimeoutMs: 5_000,
  publishTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  startRetryMs: 5_000,
};

/** @throws {@link TypeError} or {@link RangeError} that begins with the sink's name. */
export function resolveBufferOptions(name: string, options: BufferOptions): ResolvedBufferOptions {
  const { maxBytes = 64 * 1024 * 1024, whenFull = 'drop-oldest', timing } = options;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new RangeError(`${name}: maxBytes must be a positive whole number of bytes, got ${maxBytes}`);
  if (whenFull !== 'drop-oldest' && whenFull !== 'block')
    throw new TypeError(`${name}: whenFull must be 'drop-oldest' or 'block', got ${JSON.stringify(whenFull)}`);
  return { maxBytes, whenFull, timing: { ...defaultTiming, ...timing } };
}
