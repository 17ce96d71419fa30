import { describe, expect, it } from 'vitest';
import { abortable, LinkedSignal, SharedWork } from '../../src/abortable.ts';

describe('LinkedSignal', () => {
  it('follows the first that aborts, and those that have', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const linked = new LinkedSignal([first.signal, undefined, second.signal]);
    expect(linked.signal.aborted).toBe(false);
    second.abort('second');
    first.abort('first');
    expect(linked.signal.reason).toBe('second');
    expect(new LinkedSignal([first.signal]).signal.reason).toBe('first');
  });

  it('lets go when it is ended', () => {
    const source = new AbortController();
    const linked = new LinkedSignal([source.signal]);
    linked.end();
    const { reason } = linked.signal;
    source.abort('late');
    expect(linked.signal.reason).toBe(reason);
  });
});

describe('SharedWork', () => {
  it('runs once for all who ask meanwhile, and anew afterwards', async () => {
    const work = new SharedWork<number>();
    let runs = 0;
    const start = async () => ++runs;
    expect(await Promise.all([work.run(start, undefined), work.run(start, undefined)])).toEqual([1, 1]);
    expect(await work.run(start, undefined)).toBe(2);
  });

  it('goes on when one leaves, and ends when the last does', async () => {
    const work = new SharedWork<void>();
    let ended = false;
    const start = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason);
        });
      });
    const [one, two] = [new AbortController(), new AbortController()];
    const waits = [work.run(start, one.signal), work.run(start, two.signal)].map((wait) =>
      expect(wait).rejects.toBe('left'),
    );
    one.abort('left');
    await waits[0];
    expect(ended).toBe(false);
    two.abort('left');
    await waits[1];
    expect(ended).toBe(true);
  });

  it('rejects at once on a signal that was aborted before', async () => {
    await expect(abortable(new Promise(() => {}), AbortSignal.abort('no'))).rejects.toBe('no');
    await expect(new SharedWork<void>().run(async () => {}, AbortSignal.abort('no'))).rejects.toBe('no');
  });
});
