import { describe, expect, it } from 'vitest';
import { SessionCursor } from '../../src/session.ts';
import { settle } from '../fake-clock.ts';

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('SessionCursor', () => {
  it('has settled what it received while nothing is pending', () => {
    const cursor = new SessionCursor();
    expect(cursor.settled).toBeNull();
    cursor.received = 7;
    expect(cursor.settled).toBe(7);
  });

  it('never settles past the first event that is pending, in whatever order they finish', async () => {
    const cursor = new SessionCursor();
    const [five, six, sixAgain, eight] = [deferred(), deferred(), deferred(), deferred()];
    cursor.received = 9;
    cursor.hold(5, 'A', five.promise, 0);
    cursor.hold(6, 'B', six.promise, 0);
    cursor.hold(6, 'B', sixAgain.promise, 0);
    cursor.hold(8, 'C', eight.promise, 0);
    expect(cursor.settled).toBe(4);
    six.resolve();
    eight.resolve();
    await settle();
    expect(cursor.settled).toBe(4);
    five.resolve();
    await settle();
    expect(cursor.settled).toBe(5);
    sixAgain.resolve();
    await settle();
    expect(cursor.settled).toBe(9);
  });

  it('lets go of what has been pending for too long, and names it', () => {
    const cursor = new SessionCursor();
    cursor.received = 3;
    cursor.hold(2, 'SLOW', new Promise(() => {}), 1_000);
    cursor.hold(3, 'YOUNG', new Promise(() => {}), 20_000);
    expect(cursor.expire(31_000, 30_000)).toEqual([]);
    expect(cursor.expire(31_001, 30_000)).toEqual([{ event: 'SLOW', sequence: 2 }]);
    expect(cursor.settled).toBe(2);
  });

  it('is not held back in a new session by listeners of the old one', async () => {
    const cursor = new SessionCursor();
    const old = deferred();
    cursor.received = 100;
    cursor.hold(100, 'OLD', old.promise, 0);
    cursor.reset(null);
    cursor.received = 1;
    expect(cursor.settled).toBe(1);
    const young = deferred();
    cursor.hold(100, 'YOUNG', young.promise, 0);
    old.resolve();
    await settle();
    expect(cursor.pending).toBe(1);
  });

  it('is idle when nothing is pending, or when the wait is aborted', async () => {
    const cursor = new SessionCursor();
    const work = deferred();
    cursor.hold(1, 'A', work.promise, 0);
    let idle = false;
    const waiting = cursor.idle(new AbortController().signal).then(() => {
      idle = true;
    });
    await settle();
    expect(idle).toBe(false);
    work.resolve();
    await waiting;
    cursor.hold(2, 'B', new Promise(() => {}), 0);
    const abort = new AbortController();
    const aborted = cursor.idle(abort.signal);
    abort.abort();
    await aborted;
  });
});
