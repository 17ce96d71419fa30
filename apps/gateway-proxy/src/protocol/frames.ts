/**
 * Bytes on a client's wire: WebSocket frames around gateway payloads, written into a buffer of the caller's.
 *
 * Only the head of a payload differs from client to client; `d` is copied as Discord sent it. With zlib-stream and zstd-stream
 * the head is stored as it is and `d` is compressed once for all clients: the blocks of both formats may follow each other
 * freely as long as none looks back, which costs some ratio and saves a compression, and its context, per client.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/rfc6455#section-5.2 | RFC 6455, 5.2} for frames,
 * {@link https://datatracker.ietf.org/doc/html/rfc1951#section-3.2.4 | RFC 1951, 3.2.4} for stored blocks
 */
import { constants, deflateRawSync } from 'node:zlib';

/** What a client asked for with `compress`. */
export type Encoding = 'plain' | 'zlib-stream' | 'zstd-stream';

/** Payload as it is to be written: `{"t":type,"s":sequence,"op":0,"d":` and the bytes of `d`. */
export interface Outgoing {
  readonly type: string;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  deflated?: Buffer | undefined;
}

const heads = new Map<string, Buffer>();
const middle = Buffer.from(',"op":0,"d":');
/** Most that stands in front of `d`, but for the name of the type: frame, zlib head, block head, keys and digits. */
const headRoom = 96;

/** Bytes that a plain or zlib frame takes at most. */
export function frameBound(event: Outgoing): number {
  return headRoom + event.type.length * 6 + (event.deflated?.length ?? event.end - event.start) + storedOverhead(event);
}

function storedOverhead(event: Outgoing): number {
  return 16 + Math.ceil((event.end - event.start) / 65_535) * 5;
}

function headOf(type: string): Buffer {
  let head = heads.get(type);
  if (head === undefined) {
    head = Buffer.from(`{"t":${JSON.stringify(type)},"s":`);
    if (heads.size < 1_024) heads.set(type, head);
  }
  return head;
}

/** Writes a whole text frame; the index behind it comes back. `target` has room for {@link frameBound}. */
export function writePlain(target: Buffer, at: number, event: Outgoing, sequence: number): number {
  const head = headOf(event.type);
  const dataBytes = event.end - event.start;
  const length = head.length + digitsOf(sequence) + middle.length + dataBytes + 1;
  let index = writeHeader(target, at, 0x81, length);
  index = writeHead(target, index, head, sequence);
  event.bytes.copy(target, index, event.start, event.end);
  index += dataBytes;
  target[index] = 0x7d;
  return index + 1;
}

/** `d` below this many bytes is stored: compressing takes longer than anything else the proxy does with an event. */
const leastDeflated = 1_024;

/** Compresses what follows the head, once per event; the number of bytes that it now holds more. */
export function deflateOnce(event: Outgoing): number {
  if (event.deflated !== undefined) return 0;
  const tail = Buffer.allocUnsafe(event.end - event.start + 1);
  event.bytes.copy(tail, 0, event.start, event.end);
  tail[tail.length - 1] = 0x7d;
  event.deflated =
    tail.length < leastDeflated
      ? Buffer.concat([...storedBlocks(tail), emptyBlock])
      : deflateRawSync(tail, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
  return event.deflated.length;
}

const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Blocks that hold bytes as they are. */
function* storedBlocks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_535) {
    const part = bytes.subarray(at, at + 65_535);
    yield Buffer.from([0, part.length & 0xff, part.length >> 8, ~part.length & 0xff, (~part.length >> 8) & 0xff]);
    yield part;
  }
}

/** Writes a whole binary frame of a zlib stream; `isFirst` begins the stream. {@link deflateOnce} comes first. */
export function writeDeflated(target: Buffer, at: number, event: Outgoing, sequence: number, isFirst: boolean): number {
  const head = headOf(event.type);
  const deflated = event.deflated!;
  const headBytes = head.length + digitsOf(sequence) + middle.length;
  let index = writeHeader(target, at, 0x82, (isFirst ? 2 : 0) + 5 + headBytes + deflated.length);
  if (isFirst) index = writeZlibHead(target, index);
  index = writeStoredHead(target, index, headBytes);
  index = writeHead(target, index, head, sequence);
  deflated.copy(target, index);
  return index + deflated.length;
}

/** A payload of the connection itself, such as HELLO or a heartbeat's ACK, as one frame. */
export function encodeControl(text: string, encoding: Encoding, isFirst: boolean): Buffer {
  const bytes = Buffer.from(text);
  if (encoding !== 'zlib-stream') {
    const frame = Buffer.allocUnsafe(bytes.length + 10);
    const index = writeHeader(frame, 0, 0x81, bytes.length);
    bytes.copy(frame, index);
    return frame.subarray(0, index + bytes.length);
  }
  const frame = Buffer.allocUnsafe(bytes.length + 64);
  let index = writeHeader(frame, 0, 0x82, (isFirst ? 2 : 0) + 5 + bytes.length + emptyBlock.length);
  if (isFirst) index = writeZlibHead(frame, index);
  index = writeStoredHead(frame, index, bytes.length);
  index += bytes.copy(frame, index);
  index += emptyBlock.copy(frame, index);
  return frame.subarray(0, index);
}

/** Head of an unmasked frame. */
export function writeHeader(target: Buffer, at: number, first: number, length: number): number {
  target[at] = first;
  if (length < 126) {
    target[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    target[at + 1] = 126;
    target[at + 2] = length >> 8;
    target[at + 3] = length & 0xff;
    return at + 4;
  }
  target[at + 1] = 127;
  target.writeUInt32BE(Math.floor(length / 2 ** 32), at + 2);
  target.writeUInt32BE(length >>> 0, at + 6);
  return at + 10;
}

/** Everything up to `d`, as text. */
export function headText(type: string, sequence: number): string {
  return `{"t":${JSON.stringify(type)},"s":${sequence},"op":0,"d":`;
}

function writeHead(target: Buffer, at: number, head: Buffer, sequence: number): number {
  head.copy(target, at);
  let index = writeDigits(target, at + head.length, sequence);
  middle.copy(target, index);
  index += middle.length;
  return index;
}

function writeZlibHead(target: Buffer, at: number): number {
  target[at] = 0x78;
  target[at + 1] = 0x01;
  return at + 2;
}

function writeStoredHead(target: Buffer, at: number, length: number): number {
  target[at] = 0;
  target[at + 1] = length & 0xff;
  target[at + 2] = length >> 8;
  target[at + 3] = ~length & 0xff;
  target[at + 4] = (~length >> 8) & 0xff;
  return at + 5;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
}

function writeDigits(target: Buffer, at: number, value: number): number {
  const end = at + digitsOf(value);
  let rest = value;
  for (let index = end - 1; index >= at; index--) {
    target[index] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}
