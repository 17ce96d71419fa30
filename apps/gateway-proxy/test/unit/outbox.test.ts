/** The queue of a sink: order, bounds, and what a failed batch and a full queue leave. */
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/sinks/outbox.ts';

const overhead = 256;
const limits = { entries: 3, bytes: 10_000 };

function box(maxEntries: number) {
  const outbox = new Outbox(maxEntries * (overhead + 10));
  const settled: number[] = [];
  const push = (sequence: number, bytes = 10) =>
    outbox.push({
      id: `0:s:${sequence}`,
      shardId: 0,
      sequence,
      type: 'X',
      bytes: new Uint8Array(bytes),
      settle: () => settled.push(sequence),
    });
  const take = () => outbox.take(limits).map(({ sequence }) => sequence);
  return { outbox, settled, push, take };
}

describe('a queue', () => {
  it('gives batches in order, and settles what the broker has', () => {
    const { outbox, settled, push, take } = box(10);
    for (const sequence of [1, 2, 3, 4]) push(sequence);
    expect(take()).toEqual([1, 2, 3]);
    expect([outbox.size, settled]).toEqual([4, []]);
    outbox.done();
    expect(settled).toEqual([1, 2, 3]);
    expect(take()).toEqual([4]);
    outbox.done();
    expect([outbox.size, outbox.bytes]).toEqual([0, 0]);
  });

  it('gives a failed batch again, before what came after it', () => {
    const { outbox, settled, push, take } = box(10);
    for (const sequence of [1, 2, 3, 4]) push(sequence);
    take();
    push(5);
    outbox.undo();
    expect([take(), settled]).toEqual([[1, 2, 3], []]);
  });

  it('drops the oldest for what comes, but nothing that is with the broker', () => {
    const { outbox, settled, push, take } = box(4);
    for (const sequence of [1, 2, 3, 4]) push(sequence);
    expect(take()).toEqual([1, 2, 3]);
    expect(outbox.fits(10)).toBe(false);
    expect(outbox.makeRoom(10)).toBe(1);
    expect(settled).toEqual([4]);
    push(5);
    outbox.undo();
    expect(outbox.makeRoom(10)).toBe(1);
    expect([settled, take()]).toEqual([
      [4, 1],
      [2, 3, 5],
    ]);
  });

  it('bounds a batch in bytes, but takes one event that is larger', () => {
    const { push, take, outbox } = box(1_000);
    push(1, 6_000);
    push(2, 6_000);
    push(3, 60_000);
    expect(take()).toEqual([1]);
    outbox.done();
    expect(take()).toEqual([2]);
    outbox.done();
    expect(take()).toEqual([3]);
  });

  it('settles every event once and in order, and never holds more than its bound, whatever happens', () => {
    assert(
      property(array(constantFrom('push', 'take', 'done', 'undo')), (steps) => {
        const { outbox, settled, push, take } = box(5);
        let sequence = 0;
        let dropped = 0;
        let isUnderWay = false;
        for (const step of steps) {
          if (step === 'push') {
            dropped += outbox.makeRoom(10);
            push(++sequence);
          } else if (step === 'take' && !isUnderWay) {
            isUnderWay = take().length > 0;
          } else if (step === 'done') {
            outbox.done();
            isUnderWay = false;
          } else if (step === 'undo') {
            outbox.undo();
            isUnderWay = false;
          }
          // Four at most beside a batch of three.
          expect(outbox.size).toBeLessThanOrEqual(5);
          expect(settled.length + outbox.size).toBe(sequence);
          expect(new Set(settled).size).toBe(settled.length);
        }
        if (dropped === 0) expect(settled).toEqual(settled.toSorted((a, b) => a - b));
      }),
    );
  });
});
