/**
 * JSON texts for property tests: any value, written in any of the ways that JSON allows (white space, escapes, repeated keys).
 */
import * as fc from 'fast-check';

/** Characters that hide structure from a careless scan. */
const trickyCharacter = fc.constantFrom(
  ...'"\\{}[],:/ud0sopt\n\u0000\u2028é漢😀\ud800'.split(''),
  '😀',
  '"op":9',
  '\\"',
);
const text = fc.oneof(
  fc.array(trickyCharacter, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string(),
);

/** A string, with some of its characters escaped though they need not be. */
export const stringText: fc.Arbitrary<string> = fc
  .tuple(text, fc.array(fc.nat(3), { minLength: 1, maxLength: 8 }))
  .map(([value, ways]) => writeString(value, ways));

/** Writes a string literal; `ways` picks, in turn, which characters become \uXXXX. */
export function writeString(value: string, ways: readonly number[]): string {
  const units = Array.from({ length: value.length }, (_, index) => value[index]!);
  const written = units.map((unit, index) => {
    const code = unit.charCodeAt(0);
    const mustEscape = code < 0x20 || unit === '"' || unit === '\\' || (code >= 0xd800 && code <= 0xdfff);
    if (!mustEscape && ways[index % ways.length] !== 0) return unit;
    if (unit === '"' && ways[index % ways.length]! > 1) return '\\"';
    if (unit === '\\' && ways[index % ways.length]! > 1) return '\\\\';
    const hex = code.toString(16).padStart(4, '0');
    return `\\u${ways[index % ways.length] === 1 ? hex.toUpperCase() : hex}`;
  });
  return `"${written.join('')}"`;
}

export const space: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  fc.array(fc.constantFrom(' ', '\n', '\r', '\t'), { maxLength: 3 }).map((parts) => parts.join('')),
);

const numberText = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('-0', '0', '-1', '1e3', '1E+2', '1.5', '10.0', '9007199254740993', '123456789012345678901234567890'),
);
const literalText = fc.oneof(numberText, fc.constantFrom('true', 'false', 'null'));

/** One member of an object: key and value. */
export type Member = readonly [key: string, value: string];

/** An object from its members, with white space wherever it may stand. */
export function objectText(members: fc.Arbitrary<readonly Member[]>): fc.Arbitrary<string> {
  return fc.tuple(members, fc.array(space, { minLength: 1, maxLength: 9 })).map(([list, spaces]) => {
    let turn = 0;
    const gap = () => spaces[turn++ % spaces.length]!;
    const body = list.map(([key, value]) => `${gap()}${key}${gap()}:${gap()}${value}${gap()}`).join(',');
    return `${gap()}{${body || gap()}}${gap()}`;
  });
}

/** Any JSON value as text, nested keys named like the header's own among them. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string; key: string }>((tie) => ({
  key: fc.oneof(stringText, fc.constantFrom('"op"', '"s"', '"t"', '"d"', '"id"', '"guild_id"', '"\\u006fp"')),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    literalText,
    stringText,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    objectText(fc.array(fc.tuple(tie('key'), tie('value')), { maxLength: 4 })),
  ),
})).value;
