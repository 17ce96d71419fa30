import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameError, type FrameHeader, parseData, readFrame, readHeader } from '../../src/frame.ts';
import { type Member, objectText, stringText, valueText } from './json-text.ts';

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('"op"', '"s"', '"t"', '"d"') },
  fc.constantFrom('"\\u006fp"', '"\\u0073"', '"o\\u0070"', '"\\u0064"', '"ops"', '""', '"toString"', '"__proto__"'),
  stringText,
);
const value = fc.oneof(
  valueText,
  fc.constantFrom(
    '0',
    '7',
    '"MESSAGE_CREATE"',
    '"\\u0052EADY"',
    '"ü"',
    'null',
    '{"op":3,"t":"X"}',
    '"0"',
    '[]',
    '1.0',
    '-1',
  ),
);
/** Discord's own order and spacing, and what stands behind it. */
const discordText = fc
  .tuple(stringText, fc.nat(), fc.nat(20), valueText, fc.array(fc.tuple(key, value), { maxLength: 2 }))
  .map(([t, s, op, d, more]) => {
    const rest = more.map(([name, content]) => `,${name}:${content}`).join('');
    return `{"t":${t},"s":${s},"op":${op},"d":${d}${rest}}`;
  });
const frameText = fc.oneof(
  discordText,
  objectText(fc.array(fc.tuple(key, value) as fc.Arbitrary<Member>, { maxLength: 7 })),
);

interface Expected {
  readonly op: number;
  readonly sequence: number | null;
  readonly type: string | null;
  readonly data: unknown;
}

/** What a payload says, by `JSON.parse` alone; `undefined` for none. */
function expectedOf(text: string): Expected | undefined {
  const payload: unknown = JSON.parse(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
  const { op, s = null, t = null, d } = payload as Record<string, unknown>;
  const isWhole = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0;
  if (!isWhole(op) || !(s === null || isWhole(s)) || !(t === null || typeof t === 'string')) return undefined;
  return { op: op as number, sequence: s as number | null, type: t as string | null, data: d };
}

function readAll(bytes: Buffer, read: (bytes: Buffer) => FrameHeader): Expected | undefined {
  try {
    const header = read(bytes);
    const { op, sequence, type } = header;
    return { op, sequence, type, data: parseData(bytes, header) };
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
    return undefined;
  }
}

describe('header of a payload', () => {
  it('is what JSON.parse says, in any order, spacing, escaping and repetition of keys', () => {
    fc.assert(
      fc.property(frameText, (text) => {
        expect(readAll(Buffer.from(text), readHeader)).toStrictEqual(expectedOf(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is the same when the data is parsed in the same pass', () => {
    fc.assert(
      fc.property(frameText, fc.boolean(), (text, isWanted) => {
        const read = (bytes: Buffer) => readFrame(bytes, () => isWanted);
        expect(readAll(Buffer.from(text), read)).toStrictEqual(expectedOf(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is right for changed bytes that are still JSON, and fails only as FrameError for others', () => {
    fc.assert(
      fc.property(frameText, fc.nat(), fc.nat(255), fc.boolean(), (text, position, replacement, isCut) => {
        const bytes = Buffer.from(text);
        const at = position % bytes.length;
        const damaged = isCut ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (!isCut) damaged[at] = replacement;
        let expected: Expected | undefined;
        try {
          expected = expectedOf(damaged.toString());
        } catch {
          // Damage inside what was not parsed may go unseen; whatever is seen is a FrameError.
          readAll(damaged, (frame) => readFrame(frame, () => true));
          readAll(damaged, readHeader);
          return;
        }
        expect(readAll(damaged, readHeader)).toStrictEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads what Discord sends without parsing the data', () => {
    const text = '{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"content":"\\"op\\":7}","op":7,"nested":{"t":"X","s":1}}}';
    const bytes = Buffer.from(text);
    const header = readHeader(bytes);
    expect(header).toMatchObject({ op: 0, sequence: 42, type: 'MESSAGE_CREATE', parsed: false, data: undefined });
    expect(bytes.toString('utf8', header.dataStart, header.dataEnd)).toBe(JSON.stringify(JSON.parse(text).d));
  });

  it('lets the last of repeated keys hold, also behind the data', () => {
    const bytes = Buffer.from('{"t":"A","s":1,"op":0,"d":{},"t":"B","s":2,"d":{"x":1},"op":5}');
    for (const isWanted of [true, false]) {
      const header = readFrame(bytes, () => isWanted);
      expect(header).toMatchObject({ op: 5, sequence: 2, type: 'B' });
      expect(parseData(bytes, header)).toStrictEqual({ x: 1 });
    }
  });

  it('tells event names apart that hash alike', () => {
    for (const name of ['Aa', 'BB', 'Aa', 'AaAa', 'BBBB', 'AaBB'])
      expect(readHeader(Buffer.from(`{"t":"${name}","s":1,"op":0,"d":{}}`)).type).toBe(name);
  });

  it('is not led astray by text that looks like structure', () => {
    const texts = [
      '{"t":"A","s":1,"op":0,"d":{"\\"},":":{\\""}}',
      '{"t":"A","s":1,"op":0,"d":["\\\\","}",{"a":"\\\\\\"]"}]}',
    ];
    for (const text of texts) {
      const bytes = Buffer.from(text);
      const header = readHeader(bytes);
      expect(header).toMatchObject({ parsed: false, type: 'A' });
      expect(parseData(bytes, header)).toStrictEqual(JSON.parse(text).d);
    }
  });

  it('sees through an escaped key behind the data', () => {
    const bytes = Buffer.from('{"t":"A","s":1,"op":0,"d":{},"\\u006f\\u0070":9}');
    expect(readHeader(bytes).op).toBe(9);
    expect(readFrame(bytes, () => true).op).toBe(9);
  });

  it.each([
    ['nothing', ''],
    ['an array', '[1]'],
    ['null', 'null'],
    ['no op', '{"t":"A","s":1,"d":{}}'],
    ['an op that is a string', '{"op":"0","d":{}}'],
    ['a type that is a number', '{"op":0,"t":4,"s":1,"d":{}}'],
    ['a sequence that is an object', '{"op":0,"t":"A","s":{},"d":{}}'],
    ['a cut payload', '{"t":"A","s":1,"op":0,"d":{"a":"b'],
    ['rubbish behind the end', '{"t":"A","s":1,"op":0,"d":{}}x'],
    ['a byte order mark', '\ufeff{"op":1}'],
  ])('refuses %s', (_name, text) => {
    for (const isWanted of [true, false])
      expect(() => readFrame(Buffer.from(text), () => isWanted)).toThrow(FrameError);
  });

  it('keeps the payload out of the error', () => {
    const bytes = Buffer.from('{"t":"VOICE_SERVER_UPDATE","s":1,"op":0,"d":{"token":"secret" x}}');
    expect(() => readFrame(bytes, () => true)).toThrow(/^a gateway payload of \d+ bytes is not JSON$/);
    const header = readHeader(bytes);
    expect(() => parseData(bytes, header)).toThrow(/^a gateway payload of \d+ bytes is not JSON$/);
  });

  it('copes with deep nesting', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(readHeader(Buffer.from(`{"t":"A","s":1,"op":0,"d":${deep}}`)).type).toBe('A');
  });
});
