/**
 * Steps over JSON in its bytes: where a string, a value or white space ends. Knows no payload and decodes nothing.
 *
 * Right for every text that `JSON.parse` accepts, and finite for every other; it does not judge whether a text is JSON.
 * UTF-8 is no concern: quotes, backslashes and brackets are single bytes that occur in no longer sequence.
 */

/** Bytes with a meaning in JSON. */
export const byte = {
  quote: 0x22,
  comma: 0x2c,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

const plain = 0;
const quote = 1;
const opening = 2;
const closing = 3;
/** What each byte means outside of strings. */
const kinds = new Uint8Array(256);
kinds[byte.quote] = quote;
kinds[byte.openBrace] = opening;
kinds[byte.openBracket] = opening;
kinds[byte.closeBrace] = closing;
kinds[byte.closeBracket] = closing;

/** Index of the first byte from `at` on that is no white space; the length when there is none. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  while (at < length && isSpace(bytes[at]!)) at++;
  return at;
}

/** Index of the quote that ends a string without escapes, whose first character is at `at`; -1 for any other string. */
export function plainStringEnd(bytes: Uint8Array, at: number): number {
  for (const { length } = bytes; at < length; at++) {
    const value = bytes[at]!;
    if (value === byte.quote) return at;
    if (value === byte.backslash) return -1;
  }
  return -1;
}

/** Index after the value that starts at `start`; -1 when the bytes end before it does, or no value starts there. */
export function skipValue(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  const first = start < length ? bytes[start]! : 0;
  if (first === byte.quote) return skipString(bytes, start + 1);
  if (first !== byte.openBrace && first !== byte.openBracket) return skipLiteral(bytes, start);
  let at = start;
  // Only depth counts: in valid JSON the brackets match, and brackets in strings are stepped over.
  let depth = 0;
  while (at < length) {
    const kind = kinds[bytes[at++]!]!;
    if (kind === plain) continue;
    if (kind === quote) {
      // Inlined skipString: in this loop most bytes of a payload pass by.
      for (;;) {
        if (at >= length) return -1;
        const character = bytes[at++]!;
        if (character === byte.quote) break;
        if (character === byte.backslash) at++;
      }
    } else if (kind === opening) depth++;
    else if (--depth === 0) return at;
  }
  return -1;
}

/** True when the bytes from `start` to `end` are the characters of `text`, which must be ASCII. */
export function equalsAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Value of the decimal digits from `start` to `end`, a whole number below 10^15; -1 for anything else. */
export function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start;
  if (digits < 1 || digits > 15 || (digits > 1 && bytes[start] === byte.zero)) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - byte.zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function skipString(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  while (at < length) {
    const value = bytes[at++]!;
    if (value === byte.quote) return at;
    if (value === byte.backslash) at++;
  }
  return -1;
}

/** Numbers, `true`, `false`, `null`: everything up to what may follow a value. */
function skipLiteral(bytes: Uint8Array, start: number): number {
  let at = start;
  for (const { length } = bytes; at < length; at++) {
    const value = bytes[at]!;
    if (value === byte.comma || value === byte.closeBrace || value === byte.closeBracket || isSpace(value)) break;
  }
  return at === start ? -1 : at;
}

function isSpace(value: number): boolean {
  return value === 0x20 || value === 0x0a || value === 0x0d || value === 0x09;
}
