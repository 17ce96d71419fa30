import { Emitter, type ListenerErrorHandler } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';

type Events = { a: [value: number]; b: [] };

function create(onListenerError: ListenerErrorHandler = (cause) => expect.fail(String(cause))) {
  return new Emitter<Events, [value: unknown]>(onListenerError);
}

/** Promise with its ends outside. */
function deferred() {
  let resolve = () => {};
  let reject = (_cause: unknown) => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe('Emitter', () => {
  it('calls listeners in the order they were added, with the arguments of the event', () => {
    const calls: string[] = [];
    const emitter = create()
      .on('a', (value) => calls.push(`first ${value}`))
      .on('a', (value) => calls.push(`second ${value}`))
      .on('b', () => calls.push('other'));
    expect(emitter.emit('a', 7)).toBeUndefined();
    expect(calls).toEqual(['first 7', 'second 7']);
  });

  it('delivers events that the map does not name', () => {
    const got: unknown[] = [];
    create()
      .on('NEW_EVENT', (value) => got.push(value))
      .emit('NEW_EVENT', { id: '1' });
    expect(got).toEqual([{ id: '1' }]);
  });

  it('calls a listener that was added twice twice, and off removes one of them', () => {
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const emitter = create().on('b', listener).on('b', listener);
    emitter.emit('b');
    expect(calls).toBe(2);
    emitter.off('b', listener).emit('b');
    expect(calls).toBe(3);
    emitter.off('b', listener).off('b', listener);
    expect(emitter.has('b')).toBe(false);
  });

  it('calls a once listener one time, also when an earlier listener emits the same event again', () => {
    const calls: number[] = [];
    const emitter = create();
    emitter.on('a', (value) => {
      if (value < 3) emitter.emit('a', value + 1);
    });
    emitter.once('a', (value) => calls.push(value));
    emitter.emit('a', 1);
    expect(calls).toEqual([3]);
    expect(emitter.emit('a', 9)).toBeUndefined();
    expect(calls).toEqual([3]);
  });

  it('does not call a listener that an earlier one removed meanwhile', () => {
    const calls: string[] = [];
    const controller = new AbortController();
    const late = () => calls.push('off');
    const emitter = create();
    emitter.on('b', () => {
      emitter.off('b', late);
      controller.abort();
    });
    emitter.on('b', late).on('b', () => calls.push('aborted'), { signal: controller.signal });
    emitter.emit('b');
    expect(calls).toEqual([]);
  });

  it('calls a listener added meanwhile from the next event on', () => {
    const calls: string[] = [];
    const emitter = create();
    emitter.once('b', () => emitter.on('b', () => calls.push('late')));
    emitter.emit('b');
    expect(calls).toEqual([]);
    emitter.emit('b');
    expect(calls).toEqual(['late']);
  });

  it('removes a listener when its signal is aborted, and leaves nothing on the signal when it goes before', () => {
    const controller = new AbortController();
    let added = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      added += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      added -= 1;
      remove(...args);
    };
    const listener = () => expect.fail('called');
    const emitter = create().on('b', listener, { signal });
    emitter.off('b', listener);
    expect(added).toBe(0);
    emitter.once('b', () => {}, { signal }).emit('b');
    expect(added).toBe(0);
    emitter.on('b', listener, { signal });
    controller.abort();
    expect(emitter.has('b')).toBe(false);
    expect(emitter.on('b', listener, { signal }).has('b')).toBe(false);
  });

  it('refuses what is no function', () => {
    expect(() => create().on('a', 7 as never)).toThrow(new TypeError('listener for a must be a function, got number'));
  });

  it('reports what a listener throws, and goes on with the next', () => {
    const reports: unknown[][] = [];
    const calls: string[] = [];
    const failure = new Error('broken');
    const emitter = create((...report) => reports.push(report))
      .on('a', () => {
        throw failure;
      })
      .on('a', () => calls.push('next'));
    expect(emitter.emit('a', 1)).toBeUndefined();
    expect(reports).toEqual([[failure, 'a', [1]]]);
    expect(calls).toEqual(['next']);
  });

  it('reports what a listener rejects with; emit resolves when the last has settled', async () => {
    const reports: unknown[] = [];
    const one = deferred();
    const two = deferred();
    const emitter = create((cause) => reports.push(cause))
      .on('b', () => one.promise)
      .on('b', () => two.promise);
    let settled = false;
    const work = emitter.emit('b')?.then(() => {
      settled = true;
    });
    expect(emitter.pending).toBe(2);
    one.reject('late');
    await one.promise.catch(() => undefined);
    expect(emitter.pending).toBe(1);
    expect(settled).toBe(false);
    two.resolve();
    await work;
    expect(emitter.pending).toBe(0);
    expect(reports).toEqual(['late']);
  });

  it('is idle when every listener promise has settled, reports included', async () => {
    const order: string[] = [];
    const work = deferred();
    const emitter = create(() => order.push('reported')).on('b', () => work.promise);
    await emitter.idle();
    emitter.emit('b');
    const idle = Promise.all([emitter.idle(), emitter.idle()]).then(() => order.push('idle'));
    work.reject(new Error('no'));
    await idle;
    expect(order).toEqual(['reported', 'idle']);
  });

  it('never throws, whatever listeners and the error handler do', async () => {
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable that misbehaves is the point.
      get then(): never {
        throw new Error('then');
      },
    };
    for (const handler of [
      () => {
        throw new Error('handler');
      },
      async () => Promise.reject(new Error('handler, later')),
    ]) {
      const emitter = create(handler as ListenerErrorHandler)
        .on('b', () => hostile)
        .on('b', async () => Promise.reject(new Error('listener')))
        // biome-ignore lint/suspicious/noThenProperty: and one that is none.
        .on('b', () => ({ then: 7 }));
      await emitter.emit('b');
      await emitter.idle();
      expect(emitter.pending).toBe(0);
    }
  });

  it('clear removes every listener', () => {
    const emitter = create()
      .on('a', () => expect.fail('called'))
      .once('b', () => expect.fail('called'));
    emitter.clear();
    expect(emitter.has('a') || emitter.has('b')).toBe(false);
    emitter.emit('b');
  });
});
