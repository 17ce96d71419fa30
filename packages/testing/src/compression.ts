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

/** Makes the WebSocket message of a payload's text. */
export type Encode = (text: string) => string | Buffer;

const windowBytes = 32_768;

/** Whether this runtime can compress with zstd. */
export const hasZstd: boolean = 'createZstdCompress' in zlib;

/** Encoder of a connection that asked for this transport compression. */
export function createEncoder(compress: string | null): Encode {
  if (compress === 'zlib-stream') return createZlibStream();
  if (compress === 'zstd-stream' && hasZstd) return createZstdStream();
  return (text) => text;
}

/** One payload as a zlib frame of its own: payload compression. */
export function deflatePayload(text: string): Buffer {
  return zlib.deflateSync(text);
}

function createZlibStream(): Encode {
  let dictionary: Buffer | undefined;
  return (text) => {
    const input = Buffer.from(text);
    const raw = zlib.deflateRawSync(input, {
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
  _processChunk(chunk: Buffer, flush: number): Buffer;
}

function createZstdStream(): Encode {
  // `hasZstd` proved that the constructor exists; its synchronous method is what node's own *Sync functions call.
  const { createZstdCompress, constants } = zlib as unknown as {
    createZstdCompress(): ZstdStream;
    constants: { ZSTD_e_flush: number };
  };
  const stream = createZstdCompress();
  return (text) => stream._processChunk(Buffer.from(text), constants.ZSTD_e_flush);
}
