import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGlobalLimiter, createUnlimited } from '../../src/global-limit.ts';

/** A limiter, and the time it is told. */
function limiterOf(requests: number, windowMs: number) {
  const hand = { atMs: 0 };
  return {
    hand,
    limiter: createGlobalLimiter(requests, windowMs, { nowMs: () => hand.atMs, after: () => () => undefined }),
  };
}

describe('the global limit', () => {
  it('gives so many tokens in any window, and says how long to wait for the next', () => {
    const { hand, limiter } = limiterOf(3, 1100);
    for (const atMs of [0, 100, 200]) {
      hand.atMs = atMs;
      expect(limiter.take()).toBe(0);
      limiter.sent!();
    }
    expect(limiter.take()).toBe(900);
    hand.atMs = 1100;
    expect(limiter.take()).toBe(0);
    limiter.sent!();
    expect(limiter.take()).toBe(100);
  });

  it('counts from when a request is written', () => {
    const { hand, limiter } = limiterOf(2, 1000);
    expect([limiter.take(), limiter.take()]).toEqual([0, 0]);
    hand.atMs = 5000;
    expect(limiter.take()).toBe(1000);
    limiter.sent!();
    hand.atMs = 5300;
    limiter.sent!();
    expect(limiter.take()).toBe(670);
    hand.atMs = 5970;
    expect(limiter.take()).toBe(0);
    limiter.sent!();
    expect(limiter.take()).toBe(300);
  });

  it('does not add up the lateness of timers', () => {
    const { hand, limiter } = limiterOf(1, 1000);
    for (let window = 0; window < 20; window += 1) {
      const waitMs = limiter.take();
      hand.atMs += waitMs + 20;
      if (waitMs > 0) expect(limiter.take()).toBe(0);
      limiter.sent!();
    }
    expect(hand.atMs).toBeLessThan(20_100);
  });

  it('takes tokens back', () => {
    const { limiter } = limiterOf(1, 1000);
    expect(limiter.take()).toBe(0);
    limiter.giveBack();
    expect(limiter.take()).toBe(0);
    limiter.sent!();
    limiter.giveBack();
    expect(limiter.take()).toBe(1000);
  });

  it('pauses as long as Discord says', () => {
    const { hand, limiter } = limiterOf(5, 1000);
    limiter.pause(700);
    limiter.pause(300);
    expect(limiter.take()).toBe(700);
    hand.atMs = 700;
    expect(limiter.take()).toBe(0);
    const none = createUnlimited({ nowMs: () => hand.atMs, after: () => () => undefined });
    expect(none.take()).toBe(0);
    none.pause(100);
    expect(none.take()).toBe(100);
  });

  it('is never exceeded by what is written, however late that is (but for 3 % of the window)', () => {
    const event = fc.record({
      waitMs: fc.integer({ min: 0, max: 400 }),
      what: fc.constantFrom('take', 'sent', 'giveBack'),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(event, { maxLength: 200 }), (requests, events) => {
        const { hand, limiter } = limiterOf(requests, 1000);
        const writtenAtMs: number[] = [];
        let taken = 0;
        for (const { waitMs, what } of events) {
          hand.atMs += waitMs;
          if (what === 'take') taken += limiter.take() === 0 ? 1 : 0;
          else if (taken > 0) {
            taken -= 1;
            if (what === 'giveBack') limiter.giveBack();
            else {
              limiter.sent!();
              writtenAtMs.push(hand.atMs);
            }
          }
        }
        for (const [index, atMs] of writtenAtMs.entries()) {
          const before = writtenAtMs[index - requests];
          if (before !== undefined) expect(atMs - before).toBeGreaterThanOrEqual(970);
        }
      }),
    );
  });
});
