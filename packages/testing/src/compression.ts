/**
 * Outgoing compression of one gateway connection. `zlib-stream` and `zstd-stream` share one context over the connection's life.
 *
 * The zlib context is carried by hand: each message is deflated raw with the last 32 KB of what went before as its dictionary and
 * ended by a sync flush, which is byte for byte a stream that only a shared inflate context can read. It is synchronous, so a close
 * frame cannot overtake a message, and it holds no native handle per connection.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#transport-compression | Discord Docs/Transport Compression}
 */
import zlib from 'node:zlib';

/** Makes WebSocket messages of payloads, in order. */
export interface Encoder {
  /** Hands the message to `emit`: at once, except with zstd, which compresses on another thread. */
  encode(text: string, emit: (message: string | Buffer) => void): void;
  /** Runs once everything before it was emitted, so that a close frame does not overtake it. */
  idle(run: () => void): void;
  /** Frees what the context holds. */
  end(): void;
}

const windowBytes = 32_768;

/** Whether this runtime can compress with zstd. */
export const hasZstd: boolean = 'createZstdCompress' in zlib;

/** Encoder of a connection that asked for this transport compression. */
export function createEncoder(compress: string | null): Encoder {
  if (compress === 'zlib-stream') return synchronous(createZlibStream());
  if (compress === 'zstd-stream' && hasZstd) return createZstdStream();
  return synchronous((text) => text);
}

/** One payload as a zlib frame of its own: payload compression. */
export function deflatePayload(text: string): Buffer {
  return zlib.deflateSync(text);
}

function synchronous(transform: (text: string) => string | Buffer): Encoder {
  return {
    encode: (text, emit) => emit(transform(text)),
    idle: (run) => run(),
    end: () => {},
  };
}

function createZlibStream(): (text: string) => Buffer {
  let dictionary: Buffer | undefined;
  return (text) => {
    const input = Buffer.from(text);
    const raw = zlib.deflateRawSync(input, {
      // Half the time of the defaults, which is spent on preparing tables rather than on these few bytes.
      level: 3,
      memLevel: 5,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary === undefined ? {} : { dictionary }),
    });
    const first = dictionary === undefined;
    dictionary = Buffer.concat([dictionary ?? Buffer.alloc(0), input]).subarray(-windowBytes);
    return first ? Buffer.concat([Buffer.of(0x78, 0x9c), raw]) : raw;
  };
}

/** Part of node's zstd stream that is used; Node 20's types do not know it. */
interface ZstdStream {
  write(chunk: string): void;
  flush(kind: number, done: () => void): void;
  read(): Buffer | null;
  on(event: 'error', listener: () => void): void;
  destroy(): void;
}

function createZstdStream(): Encoder {
  // `hasZstd` proved that the constructor exists.
  const { createZstdCompress, constants } = zlib as unknown as {
    createZstdCompress(options: { readonly highWaterMark: number }): ZstdStream;
    constants: { readonly ZSTD_e_flush: number };
  };
  // Above any message, so that the stream never waits for a reader before its flush is done.
  const stream = createZstdCompress({ highWaterMark: 2 ** 28 });
  stream.on('error', () => {});
  const waiting: (() => void)[] = [];
  let busy = false;
  const next = () => {
    busy = false;
    while (!busy) {
      const run = waiting.shift();
      if (run === undefined) return;
      run();
    }
  };
  const enqueue = (run: () => void) => {
    waiting.push(run);
    if (!busy) next();
  };
  return {
    encode: (text, emit) =>
      enqueue(() => {
        busy = true;
        stream.write(text);
        stream.flush(constants.ZSTD_e_flush, () => {
          emit(stream.read() ?? Buffer.alloc(0));
          next();
        });
      }),
    idle: enqueue,
    end: () => stream.destroy(),
  };
}
