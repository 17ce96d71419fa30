import * as zlib from 'node:zlib';
import { constants, createDeflate, type Deflate, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompressionName,
  chooseCompression,
  createInflater,
  frameMessages,
  InflateError,
  type Inflater,
  inflatePayload,
} from '../../src/inflate.ts';
import { openDictionary } from '../../src/inflate-dictionary.ts';
import { isHandleUsable, openHandle } from '../../src/inflate-handle.ts';

const maxBytes = 4 * 1024 * 1024;
const hasZstd = 'createZstdCompress' in zlib;

/** One connection as Discord compresses it: a context for its whole life, flushed after each message. */
class Compressor {
  readonly #stream: Deflate;
  readonly #flush: number;

  constructor(compression: Exclude<CompressionName, 'none'>) {
    const { createZstdCompress } = zlib as unknown as { createZstdCompress: () => Deflate };
    const isZlib = compression === 'zlib-stream';
    this.#stream = isZlib ? createDeflate() : createZstdCompress();
    this.#flush = isZlib ? constants.Z_SYNC_FLUSH : 1; // ZSTD_e_flush
  }

  compress(message: string | Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      const take = (part: Buffer) => parts.push(part);
      this.#stream.on('data', take);
      this.#stream.write(message);
      this.#stream.flush(this.#flush, () =>
        setImmediate(() => {
          this.#stream.off('data', take);
          resolve(Buffer.concat(parts));
        }),
      );
    });
  }

  close(): void {
    this.#stream.destroy();
  }
}

const messages = [
  '{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}',
  JSON.stringify({ t: 'MESSAGE_CREATE', s: 1, op: 0, d: { content: 'Größe 漢字 😀'.repeat(20) } }),
  'x',
  JSON.stringify({
    t: 'GUILD_CREATE',
    d: Array.from({ length: 9000 }, (_, id) => ({ id: String(id * 7919), name: `n${id % 97}` })),
  }),
  '{"t":null,"s":null,"op":11,"d":null}',
  '{"t":null,"s":null,"op":11,"d":null}',
];

function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const ways: readonly [string, Exclude<CompressionName, 'none'>, boolean, (maxBytes: number) => Inflater][] = [
  ['zlib-stream as chosen', 'zlib-stream', true, (limit) => createInflater('zlib-stream', { maxBytes: limit })],
  [
    'zlib-stream by the handle',
    'zlib-stream',
    isHandleUsable('zlib'),
    (limit) => frameMessages('zlib-stream', openHandle('zlib', limit), limit),
  ],
  [
    'zlib-stream by dictionary',
    'zlib-stream',
    true,
    (limit) => frameMessages('zlib-stream', openDictionary(limit), limit),
  ],
  ['zstd-stream', 'zstd-stream', hasZstd, (limit) => createInflater('zstd-stream', { maxBytes: limit })],
];

describe.each(ways.filter(([, , isHere]) => isHere))('%s', (_name, compression, _isHere, open) => {
  it('inflates messages of one connection in order', async () => {
    const compressor = new Compressor(compression);
    const inflater = open(maxBytes);
    for (const message of messages) expect(inflater.push(await compressor.compress(message))?.toString()).toBe(message);
    inflater.close();
    compressor.close();
  });

  it('reaches back over messages, as far as the window goes', async () => {
    const compressor = new Compressor(compression);
    const inflater = open(maxBytes);
    // Text without repetition in itself: whatever is saved later is a reference to it.
    let state = 1;
    const noise = Array.from({ length: 6000 }, () => {
      state = (state * 48271) % 2147483647;
      return state.toString(36);
    }).join('');
    for (const from of [0, 30_000, 100, 29_000, 2000, 28_000, 1, 0]) {
      const text = noise.slice(from, from + 1500) + noise.slice(0, from);
      expect(inflater.push(await compressor.compress(text))?.toString()).toBe(text);
    }
    inflater.close();
    compressor.close();
  });

  it('keeps one context per connection', async () => {
    const connections = [1, 2, 3].map((id) => ({
      id,
      compressor: new Compressor(compression),
      inflater: open(maxBytes),
    }));
    for (const message of messages)
      for (const { id, compressor, inflater } of connections) {
        const text = `${id}${message}`;
        expect(inflater.push(await compressor.compress(text))?.toString()).toBe(text);
      }
    for (const { compressor, inflater } of connections) {
      compressor.close();
      inflater.close();
    }
  });

  it('refuses what was compressed in another context', async () => {
    const old = new Compressor(compression);
    await old.compress(messages[0]!);
    const late = await old.compress(messages[1]!);
    old.close();
    const inflater = open(maxBytes);
    expect(() => inflater.push(late)).toThrow(InflateError);
    inflater.close();
  });

  it('refuses corrupt bytes in the midst of a connection, and everything after them', async () => {
    const compressor = new Compressor(compression);
    const inflater = open(maxBytes);
    const before = await compressor.compress(messages[1]!);
    const after = await compressor.compress(messages[0]!);
    expect(inflater.push(before)?.toString()).toBe(messages[1]);
    expect(() => inflater.push(Buffer.from('ffffffffffffff0000ffff', 'hex'))).toThrow(InflateError);
    expect(() => inflater.push(after)).toThrow(InflateError);
    inflater.close();
    compressor.close();
  });

  it('never throws anything but InflateError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), (chunks) => {
        const inflater = open(1000);
        try {
          for (const chunk of chunks) inflater.push(Buffer.from([...chunk, 0, 0, 0xff, 0xff]));
        } catch (error) {
          expect(error).toBeInstanceOf(InflateError);
        } finally {
          inflater.close();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('stops at the limit of one message, before it has the whole', async () => {
    const compressor = new Compressor(compression);
    const inflater = open(100_000);
    expect(inflater.push(await compressor.compress('a'.repeat(100_000)))?.length).toBe(100_000);
    const bomb = await compressor.compress(Buffer.alloc(20_000_000));
    expect(() => inflater.push(bomb)).toThrow('a gateway message inflates to more than 100000 bytes');
    inflater.close();
    compressor.close();
  });

  it('closes twice, and refuses bytes afterwards', async () => {
    const compressor = new Compressor(compression);
    const bytes = await compressor.compress(messages[0]!);
    const inflater = open(maxBytes);
    inflater.close();
    inflater.close();
    expect(() => inflater.push(bytes)).toThrow(InflateError);
    compressor.close();
  });

  it('passes over an empty chunk', () => {
    const inflater = open(maxBytes);
    expect(inflater.push(Buffer.alloc(0))).toBeUndefined();
    inflater.close();
  });
});

describe.each(ways.filter(([, compression, isHere]) => isHere && compression === 'zlib-stream'))(
  '%s, in pieces',
  (_name, compression, _isHere, open) => {
    it('waits for the flush that ends a message, wherever chunks are cut', async () => {
      const compressor = new Compressor(compression);
      const frames: Buffer[] = [];
      for (const message of messages) frames.push(await compressor.compress(message));
      compressor.close();
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
          const inflater = open(maxBytes);
          for (const [index, frame] of frames.entries()) {
            const chunks = chunksOf(frame, sizes);
            for (const [turn, chunk] of chunks.entries()) {
              const message = inflater.push(chunk)?.toString();
              expect(message).toBe(turn === chunks.length - 1 ? messages[index] : undefined);
            }
          }
          inflater.close();
        }),
        { numRuns: 30 },
      );
    });

    it('refuses a message that never ends', () => {
      const inflater = open(1000);
      expect(() => {
        for (let turn = 0; turn < 20; turn++) inflater.push(Buffer.alloc(100, 1));
      }).toThrow('more than 1000 bytes');
      inflater.close();
    });

    it('refuses bytes behind the end of the stream', () => {
      const inflater = open(1000);
      const ended = Buffer.concat([deflateSync('{"op":11}'), Buffer.from('0000ffff', 'hex')]);
      expect(() => inflater.push(ended)).toThrow('ended while the connection is open');
      inflater.close();
    });
  },
);

describe('choice of compression', () => {
  it('takes zstd where the runtime has it', () => {
    expect(chooseCompression('auto')).toBe(hasZstd ? 'zstd-stream' : 'zlib-stream');
  });

  it('takes what is asked for', () => {
    expect(chooseCompression('none')).toBe('none');
    expect(chooseCompression('zlib-stream')).toBe('zlib-stream');
  });

  it.runIf(!hasZstd)('refuses zstd in words where the runtime has none', () => {
    expect(() => chooseCompression('zstd-stream')).toThrow(RangeError);
    expect(() => chooseCompression('zstd-stream')).toThrow(/needs a runtime with zstd \(Node 22\.15/);
  });

  it('drives the zlib handle on this runtime', () => {
    expect(isHandleUsable('zlib')).toBe(true);
  });
});

describe('payload compression', () => {
  it('inflates one packet by itself', () => {
    const text = messages[3]!;
    expect(inflatePayload(deflateSync(text), maxBytes).toString()).toBe(text);
  });

  it.each([
    ['rubbish', Buffer.from('{"op":10}')],
    ['a cut packet', deflateSync(messages[1]!).subarray(0, 30)],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => inflatePayload(bytes, maxBytes)).toThrow(InflateError);
  });

  it('stops at the limit', () => {
    expect(() => inflatePayload(deflateSync(Buffer.alloc(5_000_000)), 1000)).toThrow('more than 1000 bytes');
  });
});
