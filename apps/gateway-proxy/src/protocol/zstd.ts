/**
 * zstd-stream: every message a frame of its own, whose head is a raw block per client and whose rest was compressed once.
 *
 * A decoder with a lasting context takes one frame after the other. The blocks of `d` cannot follow those of another event within
 * one frame, because a frame's blocks share the offsets they repeat; they can follow a raw block, which leaves these alone.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1 | RFC 8878, 3.1.1}
 */
import * as zlib from 'node:zlib';
import { headText, type Outgoing, writeHeader } from './frames.ts';

/** Types of Node 20 know no zstd. */
const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };

/** True when the runtime compresses with zstd. */
export const hasZstd: boolean = typeof zstdCompressSync === 'function';

const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Window of 128 KiB: no block is larger. */
const leastWindowLog = 17;

/** Whole binary frame of one event. */
export function encodeZstd(event: Outgoing & { zstd?: Buffer | undefined }, sequence: number): Buffer {
  event.zstd ??= compressTail(event);
  return encodeMessage(Buffer.from(headText(event.type, sequence)), event.zstd, event.end - event.start + 1);
}

/** Whole binary frame of a payload of the connection itself. */
export function encodeZstdControl(text: string): Buffer {
  const bytes = Buffer.from(text);
  return encodeMessage(bytes, Buffer.from([1, 0, 0]), 0);
}

/** Blocks of `d` and the closing brace, without the frame's header. */
function compressTail(event: Outgoing): Buffer {
  const tail = Buffer.allocUnsafe(event.end - event.start + 1);
  event.bytes.copy(tail, 0, event.start, event.end);
  tail[tail.length - 1] = 0x7d;
  const frame = zstdCompressSync!(tail);
  return frame.subarray(headerBytes(frame));
}

function encodeMessage(head: Buffer, blocks: Buffer, blockBytes: number): Buffer {
  const length = magic.length + 2 + 3 + head.length + blocks.length;
  const message = Buffer.allocUnsafe(length + 10);
  let at = writeHeader(message, 0, 0x82, length);
  at += magic.copy(message, at);
  // No content size, no checksum, no dictionary; then the exponent of the window.
  message[at++] = 0;
  message[at++] = (Math.max(leastWindowLog, Math.ceil(Math.log2(blockBytes + 1))) - 10) << 3;
  message.writeUIntLE(head.length << 3, at, 3);
  at += 3;
  at += head.copy(message, at);
  at += blocks.copy(message, at);
  return message.subarray(0, at);
}

/** Length of a frame's header. */
function headerBytes(frame: Buffer): number {
  const descriptor = frame[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  return 5 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
}
