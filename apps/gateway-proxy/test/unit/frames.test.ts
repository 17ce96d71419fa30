/** Bytes on the wire: any payload of Discord's comes out as the same event with another number, plain and compressed. */
import { constants, createInflate } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasGuildId, locateData } from '../../src/protocol/dispatch-bytes.ts';
import { deflateOnce, encodeControl, frameBound, writeDeflated, writePlain } from '../../src/protocol/frames.ts';
import { createNonce, readNonce, restoreNonce, tagIn } from '../../src/protocol/nonces.ts';

/** Payload and the length of the frame around it. */
function unframe(frame: Buffer): Buffer {
  const short = frame[1]!;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect(frame.length).toBe(start + length);
  return frame.subarray(start);
}

/** Inflates what a client gets, message by message, as clients do. */
async function inflate(messages: readonly Buffer[]): Promise<string[]> {
  const stream = createInflate({ flush: constants.Z_SYNC_FLUSH });
  const texts: string[] = [];
  let parts: Buffer[] = [];
  stream.on('data', (data) => {
    parts.push(data);
  });
  for (const message of messages) {
    expect(message.subarray(-4)).toEqual(Buffer.from([0, 0, 255, 255]));
    await new Promise<void>((resolve) => {
      stream.write(message);
      stream.flush(() => resolve());
    });
    texts.push(Buffer.concat(parts).toString());
    parts = [];
  }
  return texts;
}

const data = fc.oneof(
  fc.jsonValue(),
  fc.record({ content: fc.string({ unit: 'grapheme', maxLength: 3_000 }), guild_id: fc.string() }),
);

describe('frames', () => {
  it('carry d as it came, behind another number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(data, fc.integer({ min: 1, max: 2 ** 50 }), fc.constantFrom('tsod', 'opd', 'dts')), {
          maxLength: 8,
        }),
        async (events) => {
          const deflated = [unframe(encodeControl('{"op":10}', 'zlib-stream', true))];
          const expected: unknown[] = [{ op: 10 }];
          for (const [d, s, shape] of events) {
            const parts = { t: 'MESSAGE_CREATE', s: 5, op: 0, d };
            const payload =
              shape === 'tsod'
                ? parts
                : shape === 'opd'
                  ? { op: 0, s: 5, t: 'MESSAGE_CREATE', d }
                  : { d, t: 'X', s: 5, op: 0 };
            const event = { type: 'MESSAGE_CREATE', ...locateData(Buffer.from(JSON.stringify(payload))) };
            const want = JSON.parse(JSON.stringify({ t: 'MESSAGE_CREATE', s, op: 0, d }));
            const target = Buffer.alloc(frameBound(event));
            expect(JSON.parse(unframe(target.subarray(0, writePlain(target, 0, event, s))).toString())).toEqual(want);
            deflateOnce(event);
            const other = Buffer.alloc(frameBound(event));
            deflated.push(unframe(other.subarray(0, writeDeflated(other, 0, event, s, false))));
            expected.push(want);
          }
          expect((await inflate(deflated)).map((text) => JSON.parse(text))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('carry payloads above 64 KiB', async () => {
    const bytes = Buffer.from(JSON.stringify({ t: 'X', s: 1, op: 0, d: { content: 'ü'.repeat(100_000) } }));
    const event = { type: 'GUILD_CREATE', ...locateData(bytes) };
    const target = Buffer.alloc(frameBound(event));
    expect(JSON.parse(unframe(target.subarray(0, writePlain(target, 0, event, 7))).toString())).toMatchObject({ s: 7 });
    deflateOnce(event);
    const other = Buffer.alloc(frameBound(event));
    const [text] = await inflate([unframe(other.subarray(0, writeDeflated(other, 0, event, 7, true)))]);
    expect(JSON.parse(text!).d.content).toHaveLength(100_000);
  });
});

describe('hasGuildId', () => {
  it('looks at d itself and not inside', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (rest, here) => {
        const { guild_id: _, ...others } = rest;
        const value = { inner: { guild_id: '1' }, ...others, ...(here && { guild_id: '2' }) };
        const bytes = Buffer.from(JSON.stringify(value));
        expect(hasGuildId(bytes, 0, bytes.length)).toBe(here);
      }),
    );
  });
});

describe('nonces', () => {
  it('lead back to the client and its own nonce', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ maxLength: 32 }), { nil: undefined }), fc.boolean(), (original, last) => {
        const nonce = createNonce('0123456789ab', 2 ** 31);
        expect(Buffer.byteLength(nonce)).toBeLessThanOrEqual(32);
        const d = last ? { guild_id: '1', nonce } : { nonce, guild_id: '1' };
        const bytes = Buffer.from(JSON.stringify(d));
        expect(readNonce('GUILD_MEMBERS_CHUNK', bytes, 0, bytes.length)).toBe(nonce);
        expect(tagIn(nonce)).toBe('0123456789ab');
        expect(JSON.parse(restoreNonce(bytes.toString(), nonce, original))).toEqual({
          guild_id: '1',
          ...(original !== undefined && { nonce: original }),
        });
      }),
    );
  });
});
