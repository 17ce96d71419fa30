/**
 * What the guild index needs of a guild or member event: four top-level fields of `d`, read from the bytes.
 *
 * A GUILD_CREATE can be megabytes, of which nothing else matters here. Anything unusual in the bytes (escapes in a key, a value of
 * another type) gives `undefined`, and the caller parses.
 */
import type { FrameHeader } from './frame.ts';
import { byte, equalsAscii, plainStringEnd, skipSpace, skipValue, wholeNumber } from './json-scan.ts';

export interface GuildFields {
  id: string | undefined;
  guildId: string | undefined;
  memberCount: number | undefined;
  unavailable: boolean | undefined;
}

/** The fields of a parsed `d`; those of another type count as missing. */
export function fieldsOf(data: unknown): GuildFields {
  const { id, guild_id, member_count, unavailable } = Object(data) as Record<string, unknown>;
  return {
    id: typeof id === 'string' ? id : undefined,
    guildId: typeof guild_id === 'string' ? guild_id : undefined,
    memberCount: isCount(member_count) ? member_count : undefined,
    unavailable: typeof unavailable === 'boolean' ? unavailable : undefined,
  };
}

/** The fields of a `d` in its bytes; `undefined` when only `JSON.parse` can tell. */
export function scanFields(bytes: Buffer, header: FrameHeader): GuildFields | undefined {
  const { dataStart, dataEnd } = header;
  if (dataStart < 0 || bytes[dataStart] !== byte.openBrace) return undefined;
  const fields: GuildFields = { id: undefined, guildId: undefined, memberCount: undefined, unavailable: undefined };
  let at = skipSpace(bytes, dataStart + 1);
  const isEmpty = bytes[at] === byte.closeBrace;
  while (!isEmpty) {
    if (bytes[at] !== byte.quote) return undefined;
    const keyStart = at + 1;
    const keyEnd = plainStringEnd(bytes, keyStart);
    if (keyEnd < 0) return undefined;
    at = skipSpace(bytes, keyEnd + 1);
    if (bytes[at] !== byte.colon) return undefined;
    const start = skipSpace(bytes, at + 1);
    const end = skipValue(bytes, start);
    if (end < 0 || !readField(fields, bytes, keyStart, keyEnd, start, end)) return undefined;
    at = skipSpace(bytes, end);
    if (bytes[at] === byte.closeBrace) break;
    if (bytes[at] !== byte.comma) return undefined;
    at = skipSpace(bytes, at + 1);
  }
  // Further keys may stand behind `d`, another `d` too.
  return at + 1 === dataEnd || skipSpace(bytes, at + 1) === dataEnd ? fields : undefined;
}

/** Notes the value when the key is one of the four. False when the value is of a kind that the scan does not read. */
function readField(
  fields: GuildFields,
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  start: number,
  end: number,
): boolean {
  if (equalsAscii(bytes, keyStart, keyEnd, 'id')) {
    fields.id = digits(bytes, start, end);
    return fields.id !== undefined;
  }
  if (equalsAscii(bytes, keyStart, keyEnd, 'guild_id')) {
    fields.guildId = digits(bytes, start, end);
    return fields.guildId !== undefined;
  }
  if (equalsAscii(bytes, keyStart, keyEnd, 'member_count')) {
    const count = wholeNumber(bytes, start, end);
    fields.memberCount = count;
    return isCount(count);
  }
  if (equalsAscii(bytes, keyStart, keyEnd, 'unavailable')) {
    fields.unavailable = equalsAscii(bytes, start, end, 'true');
    return fields.unavailable || equalsAscii(bytes, start, end, 'false');
  }
  return true;
}

/** Text of a quoted string of decimal digits. */
function digits(bytes: Buffer, start: number, end: number): string | undefined {
  if (bytes[start] !== byte.quote) return undefined;
  for (let at = start + 1; at < end - 1; at++) if (bytes[at]! < byte.zero || bytes[at]! > byte.nine) return undefined;
  return bytes.toString('latin1', start + 1, end - 1);
}

/** Member counts are kept in 31 bits. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fff_ffff;
}
