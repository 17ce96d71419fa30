/**
 * What must hold of a signature before any backend sees it, so that all backends give the same verdict.
 *
 * Left to themselves they differ: tweetnacl takes S ≥ L (a second valid signature for the same text), most take keys of
 * small order (which verify what nobody signed), and only some refuse a coordinate at or above the prime. All of these are
 * refused here, by comparing bytes. Pure.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7 | RFC 8032, 5.1.7}
 */

/** Order of the base point, little-endian: 2^252 + 27742317777372353535851937790883648493. */
const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 32) as Uint8Array;

/** Field prime, little-endian: 2^255 - 19. */
const prime = fromHex(`ed${'ff'.repeat(30)}7f`, 32) as Uint8Array;

/** Ordinates of the eight points of small order; a point and its negative share one. */
const smallOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((hex) => fromHex(hex, 32) as Uint8Array);

/** Bytes of exactly `length * 2` hexadecimal digits; `undefined` for anything else. */
export function fromHex(text: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== length * 2) return undefined;
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    const high = digit(text.charCodeAt(index * 2));
    const low = digit(text.charCodeAt(index * 2 + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

/** True when S is below the order and R is a canonical encoding of a point that is not of small order. */
export function isStrictSignature(signature: Uint8Array): boolean {
  return signature.length === 64 && isBelow(signature, 32, order, 0xff) && isStrictPoint(signature);
}

/** True when the first 32 bytes are canonical and not of small order. They may still be no point of the curve. */
export function isStrictPoint(bytes: Uint8Array): boolean {
  return bytes.length >= 32 && isBelow(bytes, 0, prime, 0x7f) && !smallOrder.some((y) => hasOrdinate(bytes, y));
}

function isBelow(bytes: Uint8Array, offset: number, limit: Uint8Array, topMask: number): boolean {
  for (let index = 31; index >= 0; index -= 1) {
    const byte = bytes[offset + index]! & (index === 31 ? topMask : 0xff);
    const bound = limit[index]!;
    if (byte !== bound) return byte < bound;
  }
  return false;
}

function hasOrdinate(bytes: Uint8Array, ordinate: Uint8Array): boolean {
  for (let index = 0; index < 31; index += 1) if (bytes[index] !== ordinate[index]) return false;
  return (bytes[31]! & 0x7f) === ordinate[31];
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
