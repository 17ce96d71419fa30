import { type Clock, sleep, systemClock } from '@tinfoil/types';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** Clock that moves when told to. */
function manualClock(): Clock & { advance(ms: number): void; readonly timers: number } {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      nowMs += ms;
      for (const timer of [...timers])
        if (timer.atMs <= nowMs) {
          timers.delete(timer);
          timer.run();
        }
    },
    get timers() {
      return timers.size;
    },
  };
}

describe('sleep', () => {
  it('resolves after its delay, and not before', async () => {
    const clock = manualClock();
    let done = false;
    const sleeping = sleep(clock, 100).then(() => {
      done = true;
    });
    clock.advance(99);
    await Promise.resolve();
    expect(done).toBe(false);
    clock.advance(1);
    await sleeping;
  });

  it('rejects with the reason of its signal at once, and leaves no timer', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const sleeping = sleep(clock, 100, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(clock.timers).toBe(0);
  });

  it('starts no timer when the signal was aborted before', async () => {
    const clock = manualClock();
    await expect(sleep(clock, 100, AbortSignal.abort('early'))).rejects.toBe('early');
    expect(clock.timers).toBe(0);
  });

  it('takes its listener off the signal when it is over', async () => {
    const clock = manualClock();
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const sleeping = sleep(clock, 1, signal);
    clock.advance(1);
    await sleeping;
    expect(remove).toHaveBeenCalledOnce();
  });
});

describe('systemClock', () => {
  afterEach(() => vi.useRealTimers());

  it('never goes back, and runs what it was given', async () => {
    const before = systemClock.nowMs();
    await sleep(systemClock, 5);
    expect(systemClock.nowMs()).toBeGreaterThanOrEqual(before + 4);
  });

  it('waits longer than one timer of the runtime can', () => {
    vi.useFakeTimers();
    let runs = 0;
    const days30Ms = 30 * 24 * 3_600_000;
    systemClock.after(days30Ms, () => {
      runs += 1;
    });
    vi.advanceTimersByTime(days30Ms - 1);
    expect(runs).toBe(0);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(1);
    const cancel = systemClock.after(days30Ms, () => expect.fail('cancelled'));
    vi.advanceTimersByTime(2 ** 31);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});
