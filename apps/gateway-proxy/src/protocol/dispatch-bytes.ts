/**
 * Where `d` is in the bytes of a dispatch payload, without parsing it.
 *
 * Discord writes `t`, `s` and `op` before `d`, and `d` last. Where that is so, everything from `d` on can be forwarded as it
 * is, behind a head with another sequence. A payload of any other shape is parsed and written anew: slow, rare, and right.
 */

/** Range of `d`; `bytes` are those given, or new ones when the payload had another shape. */
export interface DataRange {
  readonly bytes: Buffer;
  readonly start: number;
  /** Index after `d`. */
  readonly end: number;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const closeBrace = 0x7d;
const letterD = 0x64;

/** Finds `d`. @throws {@link SyntaxError} when the bytes are not JSON; none of them are in the message. */
export function locateData(bytes: Buffer): DataRange {
  const { length } = bytes;
  const start = dataStart(bytes);
  if (start > 0 && bytes[length - 1] === closeBrace) return { bytes, start, end: length - 1 };
  return rewrite(bytes);
}

/** Index of the first byte of `d` when only plain `t`, `s` and `op` stand before it; -1 otherwise. */
function dataStart(bytes: Buffer): number {
  if (bytes[0] !== 0x7b) return -1;
  let at = 1;
  // Three members at most stand before `d`; none of their values holds an escape, a bracket or a space.
  for (let member = 0; member < 4; member++) {
    if (bytes[at] !== quote) return -1;
    if (bytes[at + 1] === letterD && bytes[at + 2] === quote && bytes[at + 3] === colon)
      return member < 3 ? -1 : at + 4;
    while (bytes[at] !== comma) {
      const value = bytes[at++];
      if (value === undefined || value === 0x5c || value === 0x7b || value === 0x5b || value <= 0x20) return -1;
    }
    at += 1;
  }
  return -1;
}

function rewrite(bytes: Buffer): DataRange {
  let payload: unknown;
  try {
    payload = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new SyntaxError(`a gateway payload of ${bytes.length} bytes is not JSON`);
  }
  const d = typeof payload === 'object' && payload !== null && 'd' in payload ? payload.d : null;
  const fresh = Buffer.from(JSON.stringify(d ?? null));
  return { bytes: fresh, start: 0, end: fresh.length };
}

/** True when `d`, an object, has the key `guild_id` itself, not only somewhere inside. */
export function hasGuildId(bytes: Uint8Array, start: number, end: number): boolean {
  let depth = 0;
  let at = start;
  while (at < end) {
    const value = bytes[at++]!;
    if (value === 0x7b || value === 0x5b) depth += 1;
    else if (value === closeBrace || value === 0x5d) depth -= 1;
    else if (value === quote) {
      const open = at;
      while (at < end && bytes[at] !== quote) at += bytes[at] === 0x5c ? 2 : 1;
      at += 1;
      if (depth === 1 && at - 1 - open === guildId.length && bytes[at] === colon && equals(bytes, open, guildId)) {
        return bytes[at + 1] !== 0x6e; // `null` is no guild
      }
    }
  }
  return false;
}

const guildId = Buffer.from('guild_id');

function equals(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}
