/**
 * Format of the file that keeps one shard's start state: records one after the other, the last word on a guild wins.
 *
 * A record is a fixed head and a body. Its checksum covers both, so that what a crash tore is found and cut off. Pure: bytes in,
 * bytes out.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** What a record says. */
export const RecordKind = {
  /** READY of the session, without guilds and session. Everything before belongs to another session. */
  ready: 1,
  /** A guild, whole. */
  guild: 2,
  /** An event that changes a guild: `[type, d]`. */
  patch: 3,
  /** The guild is gone. */
  removed: 4,
  /** The guild is there but not available. */
  unavailable: 5,
  /** Number of members; the body is a whole number as text. */
  members: 6,
  /** Everything up to the sequence is in the file. */
  reached: 7,
} as const;

/** One of the kinds. */
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Head of a record, and where its body is. */
export interface RecordHead {
  readonly kind: RecordKind;
  readonly isDeflated: boolean;
  readonly guildId: string;
  /** Sequence of the event that caused it. */
  readonly sequence: number;
  /** Index of the body. */
  readonly start: number;
  readonly end: number;
}

/** Bytes in front of a body: checksum, length, kind, flags, two spare, guild id, sequence. */
export const headBytes = 28;
const leastDeflated = 256;

/** One record. */
export function encodeRecord(kind: RecordKind, guildId: string, sequence: number, body: string): Buffer {
  const plain = Buffer.from(body);
  const isDeflated = plain.length >= leastDeflated;
  const content = isDeflated ? deflateRawSync(plain, { level: 3 }) : plain;
  const record = Buffer.allocUnsafe(headBytes + content.length);
  record.writeUInt32LE(content.length, 4);
  record[8] = kind;
  record[9] = isDeflated ? 1 : 0;
  record.writeUInt16LE(0, 10);
  record.writeBigUInt64LE(BigInt(guildId), 12);
  record.writeDoubleLE(sequence, 20);
  content.copy(record, headBytes);
  record.writeUInt32LE(crc32(record.subarray(4)), 0);
  return record;
}

/** Heads of the records in `bytes`, up to the first that is torn; `end` of the last one is where the file is sound. */
export function* readRecords(bytes: Buffer, from = 0): Generator<RecordHead> {
  let at = from;
  while (at + headBytes <= bytes.length) {
    const start = at + headBytes;
    const end = start + bytes.readUInt32LE(at + 4);
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32LE(at)) return;
    yield {
      // Only our own writing passes the checksum.
      kind: bytes[at + 8] as RecordKind,
      isDeflated: bytes[at + 9] === 1,
      guildId: String(bytes.readBigUInt64LE(at + 12)),
      sequence: bytes.readDoubleLE(at + 20),
      start,
      end,
    };
    at = end;
  }
}

/** Body of a record as text. */
export function decodeBody(body: Buffer, isDeflated: boolean): string {
  return (isDeflated ? inflateRawSync(body) : body).toString('utf8');
}
