/** Numbers of a client's session: contiguous, and mapped back to the stream exactly, in this process and in the next. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientSession } from '../../src/protocol/client-session.ts';
import { Ring } from '../../src/protocol/ring.ts';

const types = ['MESSAGE_CREATE', 'TYPING_START', 'GUILD_BAN_ADD', 'PRESENCE_UPDATE'] as const;
const event = fc.record({ type: fc.constantFrom(...types), guild: fc.boolean(), skip: fc.integer({ min: 1, max: 3 }) });
const intents = fc.constantFrom(0, 0x200, 0x1000, 0x1200, 0x1a00, 0x4 | 0x800, 0x1ff);
const payload = (type: string, sequence: number, guild: boolean) =>
  Buffer.from(`{"t":"${type}","s":${sequence},"op":0,"d":{"id":"${sequence}"${guild ? ',"guild_id":"7"' : ''}}}`);
const identity = (bits: number) => ({ id: 'i', tag: 't', shardId: 0, consumer: 'c', intents: bits });

describe('ClientSession', () => {
  it('stands exactly behind the number that a client says it had, or says that it cannot', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 60 }),
        intents,
        fc.array(fc.nat(60)),
        fc.integer({ min: 200, max: 20_000 }),
        fc.nat(1_000),
        fc.boolean(),
        (stream, bits, markAt, maxBytes, ask, overDisk) => {
          const ring = new Ring({ maxAgeMs: 1_000, maxBytes });
          let session = new ClientSession(identity(bits), 0);
          session.started = true;
          session.sequence = 1;
          session.mark(0);
          const delivered = ['start'];
          let sequence = 0;
          const all: [string, number, boolean][] = [];
          stream.forEach(({ type, guild, skip }, index) => {
            sequence += skip;
            all.push([type, sequence, guild]);
            const pushed = ring.push(type, sequence, payload(type, sequence, guild), 0);
            session.next = ring.end;
            if (session.passes(pushed)) {
              session.sequence += 1;
              delivered.push(String(sequence));
            }
            if (markAt.includes(index)) session.mark(sequence);
          });
          expect(session.sequence).toBe(delivered.length);
          let source = ring;
          if (overDisk) {
            // The next process: the session from disk, the ring filled again by Discord's replay.
            session = ClientSession.from(JSON.parse(JSON.stringify(session)));
            source = new Ring({ maxAgeMs: 1_000, maxBytes });
            for (const [type, number, guild] of all) source.push(type, number, payload(type, number, guild), 0);
          }
          const own = 1 + (ask % delivered.length);
          if (!session.rewind(source, own)) {
            // Only what left the ring may be refused.
            expect(source.first).toBeGreaterThan(0);
            return;
          }
          expect(session.sequence).toBe(own);
          const replayed: string[] = [];
          for (; session.next < source.end; session.next++) {
            const next = source.at(session.next)!;
            if (session.passes(next)) replayed.push(String(next.sequence));
          }
          expect(replayed).toEqual(delivered.slice(own));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses a number that it never gave out', () => {
    const ring = new Ring({ maxAgeMs: 1_000, maxBytes: 1_000 });
    const session = new ClientSession(identity(0x200), 0);
    session.started = true;
    session.sequence = 3;
    session.mark(0);
    expect(session.rewind(ring, 4)).toBe(false);
    expect(session.rewind(ring, 2)).toBe(false);
    expect(session.rewind(ring, 3)).toBe(true);
  });
});

describe('Ring', () => {
  it('keeps to its bytes and its age, oldest first, and knows what it lost', () => {
    const ring = new Ring({ maxAgeMs: 100, maxBytes: 2_000 });
    for (let sequence = 1; sequence <= 50; sequence++)
      ring.push('MESSAGE_CREATE', sequence, payload('MESSAGE_CREATE', sequence, true), sequence);
    expect(ring.bytes).toBeLessThanOrEqual(2_000);
    expect(ring.end).toBe(50);
    expect(ring.at(ring.first - 1)).toBeUndefined();
    expect(ring.at(ring.first)?.sequence).toBe(ring.lost + 1);
    expect(ring.after(ring.lost - 1)).toBeUndefined();
    expect(ring.after(ring.lost)).toBe(ring.first);
    ring.evict(1_000);
    expect([ring.first, ring.bytes, ring.lost]).toEqual([50, 0, 50]);
  });
});
