/**
 * Synchronous zlib-stream inflate by Node's public API alone, for runtimes whose zlib handle is not as expected.
 *
 * Deflate refers back at most 32 KiB. Each message ends at a byte boundary (it was flushed), so it can be inflated by itself as raw
 * deflate when the last 32 KiB of output before it are given as the dictionary. Costs about three times the handle's way.
 */
import { constants, inflateRawSync } from 'node:zlib';
import { type Decompressor, endedEarly, InflateError, tooLarge } from './inflate-decompressor.ts';

const windowBytes = 32 * 1024;
const headerBytes = 2;

/** A context for `zlib-stream`; its output is never overwritten. */
export function openDictionary(maxBytes: number): Decompressor {
  let dictionary: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let isClosed = false;
  return {
    decompress(bytes) {
      if (isClosed) throw new InflateError('the inflater is closed');
      let body = bytes;
      if (isFirst) {
        assertZlibHeader(bytes);
        body = bytes.subarray(headerBytes);
        isFirst = false;
      }
      const output = inflate(body, dictionary, maxBytes);
      dictionary = lastWindow(dictionary, output);
      return output;
    },
    close() {
      isClosed = true;
      dictionary = Buffer.alloc(0);
    },
  };
}

function inflate(bytes: Buffer, dictionary: Buffer, maxBytes: number): Buffer {
  try {
    // With `info` the result is not a Buffer but { buffer, engine }, which the types do not say.
    const { buffer, engine } = inflateRawSync(bytes, {
      ...(dictionary.length > 0 && { dictionary }),
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: maxBytes,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (engine.bytesWritten !== bytes.length) throw endedEarly();
    return buffer;
  } catch (error) {
    if (error instanceof InflateError) throw error;
    const { code } = error as { code?: unknown };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new InflateError(`a gateway message could not be inflated: ${String(code)}`);
  }
}

/** A zlib header of deflate without a preset dictionary (RFC 1950). */
function assertZlibHeader(bytes: Buffer): void {
  const [method = 0, flags = 0] = bytes;
  if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0 || (flags & 0x20) !== 0)
    throw new InflateError('a gateway message could not be inflated: no zlib header');
}

function lastWindow(dictionary: Buffer, output: Buffer): Buffer {
  if (output.length >= windowBytes) return Buffer.from(output.subarray(-windowBytes));
  const kept = Math.min(dictionary.length, windowBytes - output.length);
  return Buffer.concat([dictionary.subarray(dictionary.length - kept), output]);
}
