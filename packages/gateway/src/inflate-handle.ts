/**
 * Synchronous inflate with a lasting context, by driving the handle beneath a `node:zlib` stream.
 *
 * This file alone rests on fields that Node does not document: `_handle.writeSync`, `_handle.onerror` and `_writeState`. Node offers
 * no public way to do this: its streams hop to the thread pool for every message and cost five to eight times the CPU. So the
 * fields are looked for, and before first use each kind must inflate known bytes, through an output buffer that is too small for
 * them, and report corrupt ones; where it does not, {@link openHandle} says so and the caller takes another way.
 */
import * as zlib from 'node:zlib';
import { type Decompressor, endedEarly, InflateError, tooLarge } from './inflate-decompressor.ts';

export type HandleKind = 'zlib' | 'zstd';

interface Handle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  /** Called during `writeSync`; the stream's own 'error' would come a turn later. */
  onerror: (message: string, number: number, code: string) => void;
}

interface HandleStream {
  /** `null` once the stream is closed. */
  readonly _handle: Handle | null;
  /** Room left in the output, bytes left of the input. */
  readonly _writeState: Uint32Array;
  on(event: 'error', listener: () => void): unknown;
  close(): void;
}

/** The one output buffer of the process: messages are read one at a time, so all connections share it. */
let output = Buffer.alloc(0);
const firstOutputBytes = 64 * 1024;
/** A message beyond this gets a buffer of its own, so that one huge guild does not hold memory for good. */
const keptOutputBytes = 1024 * 1024;

const works = new Map<HandleKind, boolean>();

/** True when the runtime has the handle, and the handle passed its test. Tested once per process. */
export function isHandleUsable(kind: HandleKind): boolean {
  let usable = works.get(kind);
  if (usable === undefined) {
    usable = passesSelfTest(kind, createStream(kind));
    works.set(kind, usable);
  }
  return usable;
}

/** A context whose output is a view into the shared buffer. Check {@link isHandleUsable} first. */
export function openHandle(kind: HandleKind, maxBytes: number): Decompressor {
  const stream = asHandleStream(createStream(kind));
  if (stream === undefined) throw new InflateError(`this runtime has no synchronous ${kind} handle`);
  if (output.length === 0) output = Buffer.allocUnsafeSlow(firstOutputBytes);
  return driveHandle(kind, stream, maxBytes, (size) => {
    const larger = Buffer.allocUnsafeSlow(size);
    if (size <= keptOutputBytes) output = larger;
    return larger;
  });
}

function driveHandle(
  kind: HandleKind,
  stream: HandleStream,
  maxBytes: number,
  grow: (size: number) => Buffer,
  firstOutput?: Buffer,
): Decompressor {
  const handle = stream._handle!;
  const state = stream._writeState;
  const flush = kind === 'zlib' ? zlib.constants.Z_SYNC_FLUSH : 0; // ZSTD_e_continue, which Node 20 has no name for
  let failure: string | undefined;
  let isClosed = false;
  handle.onerror = (_message, _number, code) => {
    failure = code;
  };
  // Nothing reaches the stream itself, but an 'error' without a listener would end the process.
  stream.on('error', () => {});
  return {
    decompress(bytes) {
      if (isClosed) throw new InflateError('the inflater is closed');
      let target = firstOutput ?? output;
      let written = 0;
      let left = bytes.length;
      for (;;) {
        handle.writeSync(flush, bytes, bytes.length - left, left, target, written, target.length - written);
        if (failure !== undefined) throw new InflateError(`a gateway message could not be inflated: ${failure}`);
        const room = state[0]!;
        left = state[1]!;
        written = target.length - room;
        if (written > maxBytes) throw tooLarge(maxBytes);
        if (room > 0) break;
        const larger = grow(target.length * 2);
        target.copy(larger, 0, 0, written);
        target = larger;
      }
      if (left > 0) throw endedEarly();
      return target.subarray(0, written);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      stream.close();
    },
  };
}

/** A stream of the runtime; `undefined` when it has none of that kind. The stream's own buffer is never used: 64 bytes is its least size. */
function createStream(kind: HandleKind): unknown {
  // Types of Node 20 know no zstd.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: { chunkSize: number }) => unknown };
  const create = kind === 'zlib' ? zlib.createInflate : createZstdDecompress;
  return typeof create === 'function' ? create({ chunkSize: 64 }) : undefined;
}

/** The stream, if it has the fields that are used here. */
function asHandleStream(stream: unknown): HandleStream | undefined {
  const { _handle, _writeState } = Object(stream) as { _handle?: Partial<Handle> | null; _writeState?: unknown };
  const isKnown =
    typeof _handle?.writeSync === 'function' && _writeState instanceof Uint32Array && _writeState.length === 2;
  // What the fields do is proven by the self-test.
  return isKnown ? (stream as HandleStream) : undefined;
}

/** Two messages of one stream, each flushed as Discord does, and bytes that cannot follow them. */
const samples: Record<HandleKind, readonly [first: string, second: string, corrupt: string]> = {
  zlib: [
    '789c34c6310a80300c05d0bbfcb9432bbae42a22256ac44268a54697d2bb3bf9a6d760a0fca83adc7fca050ade6107359cc2d556618b299bd49715348661f20ed12a6f029a61291f252996de3f000000ffff',
    'aac665a021d8409040adc2905504f528000000ffff',
    'ffffffffff',
  ],
  zstd: [
    '28b52ffd005854020092841017806b1babc76e4427c2647e5b01993879d078d185193802ef1167c590a5fa437e0d6d9d8e47005090676ddaf652a9758b6ebac95dfe381e9457d872646656beef020100244a12',
    'cc000070316e756c6c7d2074696e666f696c030036a4a8a03d6a0941',
    'ffffffffff',
  ],
};
const sampleTexts = [
  '{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250,"_trace":["tinfoil"]}}',
  `${'{"t":null,"s":null,"op":11,"d":null} '.repeat(6)}tinfoil`,
];

/** True when a new stream inflates as it should, by its handle. Never throws. The stream is of no use afterwards. */
export function passesSelfTest(kind: HandleKind, stream: unknown): boolean {
  const known = asHandleStream(stream);
  if (known === undefined) return false;
  const tested = driveHandle(kind, known, 1024, (size) => Buffer.alloc(size), Buffer.alloc(50));
  try {
    const [first, second, corrupt] = samples[kind];
    for (const [index, hex] of [first, second].entries())
      if (tested.decompress(Buffer.from(hex, 'hex')).toString() !== sampleTexts[index]) return false;
    return refuses(tested, corrupt);
  } catch {
    return false;
  } finally {
    tested.close();
  }
}

function refuses(tested: Decompressor, hex: string): boolean {
  try {
    tested.decompress(Buffer.from(hex, 'hex'));
    return false;
  } catch (error) {
    return error instanceof InflateError;
  }
}
