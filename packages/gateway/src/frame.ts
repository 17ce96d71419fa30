/**
 * Gateway payloads from their bytes: `op`, `s` and `t` without parsing `d`, and `d` only for those who want it.
 *
 * A scan over the top-level keys, in any order, steps over values byte by byte. Whatever is unusual there (an escaped key, a number
 * with an exponent, a value of the wrong type) goes to `JSON.parse`, whose answer is the definition of the right one.
 *
 * Discord writes `d` last, and most payloads are never read further than that. Still no guess stands unproven, for a later
 * key may repeat an earlier one, and the last one holds: a header is handed out when nothing behind `d` can be such a key, or
 * when `d` was parsed as one JSON value that fills the rest, or when the scan came to the end.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#payload-structure | Discord Docs/Payload Structure}
 */
import { TinfoilError } from '@tinfoil/types';
import { byte, equalsAscii, plainStringEnd, skipSpace, skipValue, wholeNumber } from './json-scan.ts';

/** Bytes that are no gateway payload. The message holds none of them: payloads carry tokens and people's words. */
export class FrameError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_FRAME';

  constructor(message: string) {
    super('TINFOIL_GATEWAY_FRAME', message);
  }
}

/** What stands around `d`, and where `d` is. */
export interface FrameHeader {
  readonly op: number;
  readonly sequence: number | null;
  readonly type: string | null;
  /** True when `data` holds `d`; otherwise {@link parseData} reads it. */
  readonly parsed: boolean;
  readonly data: unknown;
  /** Index of the first byte of `d`; -1 when there is no `d`, or it has been parsed from a payload that was unusual. */
  readonly dataStart: number;
  /** Index after `d`, and after further keys that may stand behind it: the range is `d` when it parses as one value. */
  readonly dataEnd: number;
}

/** Says whether the `d` of a payload will be read. */
export type IsWanted = (op: number, type: string | null) => boolean;

const nobody: IsWanted = () => false;

/**
 * Reads `op`, `s` and `t`; `d` is left as bytes for {@link parseData}.
 *
 * @throws {@link FrameError} when the bytes are no JSON object with a whole number `op`. Faults inside `d` are found when it is parsed.
 */
export function readHeader(bytes: Buffer): FrameHeader {
  return scanFrame(bytes, nobody) ?? parseFrame(bytes);
}

/** Reads the header and, when `isWanted` says so, `d` in the same pass: cheaper than {@link readHeader} and {@link parseData}. */
export function readFrame(bytes: Buffer, isWanted: IsWanted): FrameHeader {
  return scanFrame(bytes, isWanted) ?? parseFrame(bytes);
}

/** Value of `d`; `undefined` when the payload has none. @throws {@link FrameError} when it is not JSON. */
export function parseData(bytes: Buffer, header: FrameHeader): unknown {
  if (header.parsed || header.dataStart < 0) return header.data;
  try {
    return JSON.parse(bytes.toString('utf8', header.dataStart, header.dataEnd));
  } catch {
    // Not one value: there are other keys behind it, another `d` perhaps.
    return parseFrame(bytes).data;
  }
}

const hasOp = 1;
const hasSequence = 2;
const hasType = 4;
const hasHeader = hasOp | hasSequence | hasType;

/**
 * Found in every text that has a key `op`, `s` or `t`: the key as it is, or an escape of one of the letters o, p, s, t. One
 * pass of a compiled expression over the text costs half of what stepping over its values does.
 */
const mayRepeatHeader = /"(?:op|[st])"|\\u00[67]/;

/** The header by scan, or `undefined` when only `JSON.parse` can tell. */
function scanFrame(bytes: Buffer, isWanted: IsWanted): FrameHeader | undefined {
  const { length } = bytes;
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== byte.openBrace) return undefined;
  let op = -1;
  let sequence: number | null = null;
  let type: string | null = null;
  let dataStart = -1;
  let dataEnd = -1;
  let seen = 0;
  do {
    at = skipSpace(bytes, at + 1);
    if (bytes[at] !== byte.quote) return undefined;
    const keyStart = at + 1;
    const keyEnd = plainStringEnd(bytes, keyStart);
    if (keyEnd < 0) return undefined;
    at = skipSpace(bytes, keyEnd + 1);
    if (bytes[at] !== byte.colon) return undefined;
    const start = skipSpace(bytes, at + 1);
    const key = keyName(bytes, keyStart, keyEnd);

    if (key === 'd' && (seen & hasHeader) === hasHeader) {
      const end = lastBrace(bytes);
      if (skipSpace(bytes, end + 1) !== length) return undefined;
      if (isWanted(op, type)) {
        try {
          // One JSON value up to the last brace leaves no room for another key; if there is one, this throws.
          const data: unknown = JSON.parse(bytes.toString('utf8', start, end));
          return { op, sequence, type, parsed: true, data, dataStart: start, dataEnd: end };
        } catch {
          return undefined;
        }
      }
      if (!mayRepeatHeader.test(bytes.toString('latin1', start, end)))
        return { op, sequence, type, parsed: false, data: undefined, dataStart: start, dataEnd: end };
    }
    const end = skipValue(bytes, start);
    if (end < 0) return undefined;
    // A repeated key counts as JSON.parse counts it: the last one holds.
    switch (key) {
      case 'd':
        dataStart = start;
        dataEnd = end;
        break;
      case 'op':
        op = wholeNumber(bytes, start, end);
        if (op < 0) return undefined;
        seen |= hasOp;
        break;
      case 's':
        if (equalsAscii(bytes, start, end, 'null')) sequence = null;
        else {
          sequence = wholeNumber(bytes, start, end);
          if (sequence < 0) return undefined;
        }
        seen |= hasSequence;
        break;
      case 't':
        if (equalsAscii(bytes, start, end, 'null')) type = null;
        else {
          const name = eventName(bytes, start, end);
          if (name === undefined) return undefined;
          type = name;
        }
        seen |= hasType;
        break;
      default:
    }
    at = skipSpace(bytes, end);
  } while (bytes[at] === byte.comma);
  if (bytes[at] !== byte.closeBrace || skipSpace(bytes, at + 1) !== length || (seen & hasOp) === 0) return undefined;
  return { op, sequence, type, parsed: false, data: undefined, dataStart, dataEnd };
}

/** The header by `JSON.parse`. */
function parseFrame(bytes: Buffer): FrameHeader {
  let payload: unknown;
  try {
    payload = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw notJson(bytes);
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw new FrameError('a gateway payload is no JSON object');
  const { op, s, t, d } = payload as { op?: unknown; s?: unknown; t?: unknown; d?: unknown };
  if (!isWhole(op)) throw new FrameError('a gateway payload has no whole number op');
  if (s !== undefined && s !== null && !isWhole(s)) throw new FrameError('s of a gateway payload is no whole number');
  if (t !== undefined && t !== null && typeof t !== 'string')
    throw new FrameError('t of a gateway payload is no string');
  return { op, sequence: s ?? null, type: t ?? null, parsed: true, data: d, dataStart: -1, dataEnd: -1 };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function keyName(bytes: Buffer, start: number, end: number): 'd' | 's' | 't' | 'op' | undefined {
  const first = bytes[start];
  if (end - start === 1) return first === 0x64 ? 'd' : first === 0x73 ? 's' : first === 0x74 ? 't' : undefined;
  return end - start === 2 && first === 0x6f && bytes[start + 1] === 0x70 ? 'op' : undefined;
}

/** Event names seen so far: Discord has about a hundred, and a string that exists need not be made and hashed again. */
const names = new Map<number, string>();
const maxNames = 1024;

/** Text of a quoted string of printable ASCII without escapes. */
function eventName(bytes: Buffer, start: number, end: number): string | undefined {
  if (bytes[start] !== byte.quote) return undefined;
  let hash = 0;
  for (let at = start + 1; at < end - 1; at++) {
    const value = bytes[at]!;
    if (value < 0x20 || value > 0x7e || value === byte.backslash) return undefined;
    hash = (Math.imul(hash, 31) + value) | 0;
  }
  const known = names.get(hash);
  if (known !== undefined && equalsAscii(bytes, start + 1, end - 1, known)) return known;
  const name = bytes.toString('latin1', start + 1, end - 1);
  if (known === undefined && names.size < maxNames) names.set(hash, name);
  return name;
}

function lastBrace(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && bytes[at] !== byte.closeBrace) at--;
  return at;
}

function notJson(bytes: Buffer): FrameError {
  // Without the cause: its message quotes the payload.
  return new FrameError(`a gateway payload of ${bytes.length} bytes is not JSON`);
}
