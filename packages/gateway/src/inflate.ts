/**
 * Decompression of what a gateway connection receives: transport compression, one context per connection, and payload compression.
 *
 * Synchronous on purpose: messages stay in order by construction, and nothing queues up. Owns where one message ends and how large
 * it may be; how bytes are inflated is in `inflate-handle` (fast) and `inflate-dictionary` (public API only).
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#encoding-and-compression | Discord Docs/Encoding and Compression}
 */
import { inflateSync } from 'node:zlib';
import { type Decompressor, InflateError, tooLarge } from './inflate-decompressor.ts';
import { openDictionary } from './inflate-dictionary.ts';
import { isHandleUsable, openHandle } from './inflate-handle.ts';

export { InflateError } from './inflate-decompressor.ts';

/** Transport compression of a connection, as in the query of its URL; `none` is no `compress` at all. */
export type CompressionName = 'none' | 'zlib-stream' | 'zstd-stream';

/** The empty block in which zlib ends what it flushes: 00 00 ff ff. */
const syncFlush = 0x0000ffff;
const noTail = 0xffffffff;

/** Takes the WebSocket messages of one connection in order. */
export interface Inflater {
  /**
   * The complete gateway message that `chunk` ends, or `undefined` when more chunks are needed.
   * It may be a view into a buffer that all connections share: valid until the next `push` on any inflater.
   *
   * @throws {@link InflateError} when the bytes are corrupt or inflate to too much; the connection is then of no more use.
   */
  push(chunk: Buffer): Buffer | undefined;
  /** Frees the context. May be called twice. */
  close(): void;
}

/**
 * Compression to ask Discord for. `auto` is `zstd-stream` where the runtime has zstd (Node 22.15 and 23.8 on), else `zlib-stream`.
 *
 * @throws {@link RangeError} when `zstd-stream` is asked for by name and the runtime cannot inflate it.
 */
export function chooseCompression(wanted: 'auto' | CompressionName): CompressionName {
  if (wanted === 'auto') return isHandleUsable('zstd') ? 'zstd-stream' : 'zlib-stream';
  if (wanted === 'zstd-stream' && !isHandleUsable('zstd'))
    throw new RangeError(
      'gateway: compression zstd-stream needs a runtime with zstd (Node 22.15, 23.8 or later); take auto or zlib-stream',
    );
  return wanted;
}

/** An inflater with a new context, for one connection. @param options - `maxBytes`: most that one message may inflate to. */
export function createInflater(
  compression: Exclude<CompressionName, 'none'>,
  options: { readonly maxBytes: number },
): Inflater {
  const { maxBytes } = options;
  if (compression === 'zstd-stream') return frameMessages('zstd-stream', openHandle('zstd', maxBytes), maxBytes);
  const context = isHandleUsable('zlib') ? openHandle('zlib', maxBytes) : openDictionary(maxBytes);
  return frameMessages('zlib-stream', context, maxBytes);
}

/** Collects chunks until one ends a message. For {@link createInflater}, and for tests of each way to inflate. */
export function frameMessages(
  compression: Exclude<CompressionName, 'none'>,
  context: Decompressor,
  maxBytes: number,
): Inflater {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let tail = noTail;
  let failure: InflateError | undefined;

  function take(chunk: Buffer): Buffer | undefined {
    waitingBytes += chunk.length;
    if (waitingBytes > maxBytes) throw tooLarge(maxBytes);
    tail = lastFourBytes(tail, chunk);
    // A zstd message is one WebSocket message and ends no zstd frame; a zlib one ends in a flush and may take several.
    if (compression === 'zlib-stream' && tail !== syncFlush) {
      waiting.push(chunk);
      return undefined;
    }
    const bytes = waiting.length === 0 ? chunk : Buffer.concat([...waiting, chunk]);
    waiting = [];
    waitingBytes = 0;
    tail = noTail;
    const message = context.decompress(bytes);
    return message.length === 0 ? undefined : message;
  }

  return {
    push(chunk) {
      // A context that failed once would go on to yield rubbish.
      if (failure !== undefined) throw failure;
      if (chunk.length === 0) return undefined;
      try {
        return take(chunk);
      } catch (error) {
        failure =
          error instanceof InflateError
            ? error
            : new InflateError('a gateway message could not be inflated', { cause: error });
        waiting = [];
        throw failure;
      }
    },
    close() {
      waiting = [];
      context.close();
    },
  };
}

/**
 * Inflates one payload that Discord compressed by itself (`compress: true` in IDENTIFY): a whole zlib packet, without a context.
 *
 * @throws {@link InflateError} when it is none, or inflates to more than `maxBytes`.
 */
export function inflatePayload(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new InflateError(`a compressed gateway payload could not be inflated: ${String(code)}`);
  }
}

/** Last four bytes of a stream as one number, after `chunk` followed `tail`: a flush may be cut by a chunk's end. */
function lastFourBytes(tail: number, chunk: Buffer): number {
  if (chunk.length >= 4) return chunk.readUInt32BE(chunk.length - 4);
  let bytes = tail;
  for (const value of chunk) bytes = ((bytes << 8) | value) >>> 0;
  return bytes;
}
