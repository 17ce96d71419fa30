import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reservedForHeartbeats, SendLimiter } from '../../src/send-limiter.ts';

describe('reservedForHeartbeats', () => {
  it.each([
    [41_250, 4],
    [45_000, 4],
    [60_000, 2],
    [10_000, 12],
    [1, 119],
  ])('keeps for an interval of %i ms %i sends free', (intervalMs, reserved) => {
    expect(reservedForHeartbeats(intervalMs)).toBe(reserved);
  });
});

describe('SendLimiter', () => {
  it('lets 120 go at once and the next when the first has left the window', () => {
    const limiter = new SendLimiter(120, 60_000);
    for (let sent = 0; sent < 120; sent++) {
      expect(limiter.waitMs(5_000 + sent)).toBe(0);
      limiter.record(5_000 + sent);
    }
    expect(limiter.waitMs(6_000)).toBe(59_000);
    expect(limiter.waitMs(65_000)).toBe(0);
    limiter.record(65_000);
    expect(limiter.waitMs(65_000)).toBe(1);
  });

  it('keeps the reserve free, and lets those use it who may', () => {
    const limiter = new SendLimiter(120, 60_000);
    for (let sent = 0; sent < 116; sent++) limiter.record(1_000);
    expect(limiter.waitMs(1_000, 4)).toBe(60_000);
    expect(limiter.waitMs(1_000)).toBe(0);
  });

  it('never lets more go than the limit in any window, whatever the pace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.tuple(fc.nat(400), fc.boolean()), { maxLength: 200, size: 'max' }),
        (limit, attempts) => {
          const limiter = new SendLimiter(limit, 1_000);
          const reserved = Math.floor(limit / 3);
          const sent: { atMs: number; own: boolean }[] = [];
          let nowMs = 0;
          for (const [gapMs, own] of attempts) {
            nowMs += gapMs;
            const waitMs = limiter.waitMs(nowMs, own ? 0 : reserved);
            expect(waitMs).toBeGreaterThanOrEqual(0);
            if (waitMs > 0) {
              // The wait is exact: after it, and not a moment before, there is room.
              expect(limiter.waitMs(nowMs + waitMs, own ? 0 : reserved)).toBe(0);
              expect(limiter.waitMs(nowMs + waitMs - 0.5, own ? 0 : reserved)).toBeGreaterThan(0);
              continue;
            }
            limiter.record(nowMs);
            sent.push({ atMs: nowMs, own });
            const window = sent.filter(({ atMs }) => atMs > nowMs - 1_000);
            expect(window.length).toBeLessThanOrEqual(limit);
            if (!own) expect(window.length).toBeLessThanOrEqual(limit - reserved);
          }
        },
      ),
    );
  });
});
