import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, advance, type CutoverState, isDoubted, keptFromMs, plainlyActive } from '../../src/cutover.ts';
import { readHeader } from '../../src/frame.ts';
import { SessionCursor } from '../../src/session.ts';
import { StandbyBuffer } from '../../src/standby-buffer.ts';

const overlapMs = 1_000;

/** Fleet whose clock is off by `skewMs`; `tellMs` is the true time at which it heard of the cut-over. */
function fleet(role: 'taking' | 'yielding', skewMs: number, tellMs: number, atMs: number) {
  let state: CutoverState = role === 'taking' ? { phase: 'standby' } : plainlyActive;
  let told = false;
  const kept: { id: number; receivedAtMs: number }[] = [];
  const handed = new Map<number, boolean>();
  const tick = (trueMs: number) => {
    const nowMs = trueMs + skewMs;
    if (!told && trueMs >= tellMs) {
      told = true;
      state = { phase: role, atMs, overlapMs };
    }
    const before = state;
    state = advance(state, nowMs);
    if (before.phase === 'taking' && state.phase === 'active')
      for (const event of kept.splice(0)) if (event.receivedAtMs >= keptFromMs(before)) handed.set(event.id, true);
    return nowMs;
  };
  return {
    handed,
    event(id: number, trueMs: number) {
      const receivedAtMs = tick(trueMs);
      const admission = admit(state);
      if (admission === 'keep') kept.push({ id, receivedAtMs });
      if (admission === 'pass') handed.set(id, isDoubted(state, receivedAtMs));
    },
    tick,
  };
}

describe('cut-over', () => {
  it('hands out every event once or twice, twice near the common time alone, and says which may be', () => {
    const skew = fc.integer({ min: -450, max: 450 });
    const delay = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(
        skew,
        skew,
        delay,
        delay,
        fc.integer({ min: 0, max: 4_999 }),
        fc.integer({ min: 0, max: 4_999 }),
        (...at) => {
          const [oldSkew, newSkew, oldDelay, newDelay, oldTold, newTold] = at;
          const atMs = 10_000;
          const old = fleet('yielding', oldSkew, 5_000 + oldTold, atMs);
          const young = fleet('taking', newSkew, 5_000 + newTold, atMs);
          const arrivals = Array.from({ length: 200 }, (_, id) => [
            { fleet: old, id, trueMs: id * 100 + oldDelay },
            { fleet: young, id, trueMs: id * 100 + newDelay },
          ]).flat();
          for (const { fleet: receiver, id, trueMs } of arrivals.sort((a, b) => a.trueMs - b.trueMs))
            receiver.event(id, trueMs);
          for (let id = 0; id < 200; id++) {
            const twice = old.handed.has(id) && young.handed.has(id);
            expect(old.handed.has(id) || young.handed.has(id)).toBe(true);
            if (twice) {
              expect(Math.abs(id * 100 - atMs)).toBeLessThanOrEqual(overlapMs + 1_000 + 450);
              expect(young.handed.get(id)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it('changes nothing by time alone before it was told', () => {
    expect(advance({ phase: 'standby' }, 1e15)).toEqual({ phase: 'standby' });
    expect(advance(plainlyActive, 1e15)).toBe(plainlyActive);
  });
});

describe('StandbyBuffer', () => {
  const frame = (sequence: number) => Buffer.from(`{"op":0,"s":${sequence},"t":"X","d":{}}`);
  const push = (buffer: StandbyBuffer<string>, cursor: SessionCursor, sequence: number, nowMs: number) => {
    cursor.received = sequence;
    buffer.push('shard', cursor, readHeader(frame(sequence)), frame(sequence), nowMs);
  };

  it('keeps the last seconds within a number of bytes, and counts what it had no room for', () => {
    const size = frame(1).length;
    const buffer = new StandbyBuffer<string>(10_000, 3 * size);
    const cursor = new SessionCursor();
    cursor.reset(0);
    push(buffer, cursor, 1, 0);
    push(buffer, cursor, 2, 10_001);
    expect([buffer.size, buffer.overflowed]).toEqual([1, 0]);
    for (const sequence of [3, 4, 5]) push(buffer, cursor, sequence, 10_002);
    expect([buffer.size, buffer.bytes, buffer.overflowed]).toEqual([3, 3 * size, 1]);
    const handed: number[] = [];
    buffer.drain(0, ({ header }) => handed.push(header.sequence ?? 0));
    expect(handed).toEqual([3, 4, 5]);
    expect([buffer.size, buffer.bytes]).toEqual([0, 0]);
  });

  it('holds the saved sequence below what it keeps, and lets go of it when the session is over', () => {
    const buffer = new StandbyBuffer<string>(10_000, 1_000_000);
    const cursor = new SessionCursor();
    cursor.reset(4);
    push(buffer, cursor, 5, 0);
    push(buffer, cursor, 6, 9_000);
    expect(cursor.settled).toBe(4);
    buffer.trim(11_000);
    expect(cursor.settled).toBe(5);
    cursor.reset(1);
    expect(cursor.settled).toBe(1);
    buffer.drain(0, ({ cursor: owner, session }) => expect(owner.isCurrent(session)).toBe(false));
    expect(cursor.settled).toBe(1);
  });
});
