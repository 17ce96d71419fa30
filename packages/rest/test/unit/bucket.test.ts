import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyBareReply,
  applyRefusal,
  applyReply,
  applyRival,
  type BucketLimit,
  bucketWaitMs,
  createBucketLimit,
  forget,
  giveBack,
  isIdle,
  reserve,
} from '../../src/bucket.ts';
import type { RateLimitHeaders } from '../../src/headers.ts';

const unknown = Number.POSITIVE_INFINITY;

function headers(remaining: number, resetAfterMs: number, epochMs?: number, limit = 5): RateLimitHeaders {
  return { bucket: 'hash', limit, remaining, resetAfterMs, resetEpochMs: epochMs };
}

/** A bucket of 5 of which one request, answered at 100 ms, is known: the window ends at 1100. */
function knownBucket(remaining = 4): BucketLimit {
  const state = createBucketLimit();
  const window = reserve(state);
  applyReply(state, headers(remaining, 1000, 9000), window, 100);
  return state;
}

describe('a bucket', () => {
  it('lets one request find out while it is unknown', () => {
    const state = createBucketLimit();
    expect(bucketWaitMs(state, 0, 0)).toBe(0);
    reserve(state);
    expect(bucketWaitMs(state, 0, 0)).toBe(unknown);
    forget(state);
    expect(bucketWaitMs(state, 0, 0)).toBe(0);
  });

  it('lets as many leave at once as remain, then waits for the end of the window', () => {
    const state = knownBucket(3);
    for (let sent = 0; sent < 3; sent += 1) {
      expect(bucketWaitMs(state, 200, 0)).toBe(0);
      reserve(state);
    }
    expect(bucketWaitMs(state, 200, 0)).toBe(900);
  });

  it('counts every send of the window, whatever late headers say', () => {
    const state = knownBucket(4);
    const windows = [reserve(state), reserve(state), reserve(state)];
    // The first answer was written before the other two were counted.
    applyReply(state, headers(3, 900, 9000), windows[0]!, 200);
    expect(state.remaining).toBe(1);
  });

  it('takes the lower count of the server when others use the bucket too', () => {
    const state = knownBucket(4);
    const window = reserve(state);
    reserve(state);
    applyReply(state, headers(0, 900, 9000), window, 200);
    expect(bucketWaitMs(state, 200, 0)).toBe(900);
  });

  it('ends the window half a round trip before its earliest answer says', () => {
    const state = createBucketLimit();
    applyReply(state, headers(4, 1000, 9000), reserve(state), 100);
    const windows = [reserve(state), reserve(state)];
    applyReply(state, headers(3, 950, 9001), windows[0]!, 190);
    applyReply(state, headers(0, 900, 9000), windows[1]!, 170);
    expect(bucketWaitMs(state, 200, 25)).toBe(1070 - 25 - 200);
  });

  it('holds back those in flight when a window begins', () => {
    const state = knownBucket(4);
    reserve(state);
    reserve(state);
    expect(bucketWaitMs(state, 1100, 0)).toBe(0);
    expect(state.remaining).toBe(3);
  });

  it('does not let a late answer of the old window end the new one', () => {
    const state = knownBucket(4);
    const late = reserve(state);
    bucketWaitMs(state, 1100, 0);
    const fresh = reserve(state);
    applyReply(state, headers(0, 0, 9000), late, 1105);
    expect(state.resetAtMs).toBe(unknown);
    // Its token was held back for nothing.
    expect(state.remaining).toBe(4);
    applyReply(state, headers(4, 1000, 10_050), fresh, 1150);
    expect(state.resetAtMs).toBe(2150);
  });

  it('does the same without the server clock', () => {
    const state = createBucketLimit();
    applyReply(state, headers(4, 1000), reserve(state), 100);
    const late = reserve(state);
    bucketWaitMs(state, 1100, 0);
    applyReply(state, headers(3, 10), late, 1120);
    expect(state.resetAtMs).toBe(unknown);
  });

  it('counts a request in the window in which the server counted it', () => {
    const state = knownBucket(4);
    const window = reserve(state);
    bucketWaitMs(state, 1100, 0);
    applyReply(state, headers(4, 990, 10_000), window, 1110);
    expect(state.resetAtMs).toBe(2100);
    expect(state.remaining).toBe(4);
  });

  it('follows a sliding bucket to the time when it is full', () => {
    const state = createBucketLimit();
    applyReply(state, headers(4, 200, 9200), reserve(state), 0);
    const windows = [reserve(state), reserve(state), reserve(state), reserve(state)];
    for (const [index, window] of windows.entries())
      applyReply(state, headers(3 - index, 400 + 200 * index, 9400 + 200 * index), window, 1);
    expect(bucketWaitMs(state, 1, 0)).toBe(1000);
  });

  it('believes the server again when nothing is in flight', () => {
    const state = knownBucket(0);
    applyReply(state, headers(3, 500, 9000), reserve(state), 200);
    expect(state.remaining).toBe(3);
  });

  it('does not believe the last answer to arrive when it was not the last to be counted', () => {
    const state = knownBucket(3);
    const windows = [reserve(state), reserve(state)];
    applyReply(state, headers(1, 900, 9000), windows[1]!, 200);
    applyReply(state, headers(2, 890, 9000), windows[0]!, 210);
    expect(state.remaining).toBe(1);
  });

  it('has no limit when a success names none, and not when an error does', () => {
    const state = createBucketLimit();
    reserve(state);
    applyBareReply(state, false);
    reserve(state);
    expect(bucketWaitMs(state, 0, 0)).toBe(unknown);
    applyBareReply(state, true);
    expect(bucketWaitMs(state, 0, 0)).toBe(0);
    reserve(state);
    expect(bucketWaitMs(state, 0, 0)).toBe(0);
  });

  it('trusts Retry-After and then lets one leave, unless the bucket is full by then', () => {
    const state = knownBucket(4);
    reserve(state);
    applyRefusal(state, { retryAfterMs: 200, headers: headers(0, 1000, 9000) }, 300);
    expect(bucketWaitMs(state, 300, 0)).toBe(200);
    expect(bucketWaitMs(state, 500, 0)).toBe(0);
    expect(state.remaining).toBe(1);

    const full = knownBucket(4);
    reserve(full);
    applyRefusal(full, { retryAfterMs: 1000, headers: headers(0, 1000, 9000) }, 300);
    expect(bucketWaitMs(full, 1300, 0)).toBe(0);
    expect(full.remaining).toBe(5);
  });

  it('waits after a 429 without headers also while unknown', () => {
    const state = createBucketLimit();
    reserve(state);
    applyRefusal(state, { retryAfterMs: 200, headers: undefined }, 0);
    expect(bucketWaitMs(state, 100, 0)).toBe(100);
    expect(bucketWaitMs(state, 200, 0)).toBe(0);
    reserve(state);
    expect(bucketWaitMs(state, 200, 0)).toBe(unknown);
  });

  it('waits for a bucket of another name that the same route used up', () => {
    const state = knownBucket(4);
    reserve(state);
    applyRival(state, headers(0, 300), 200);
    expect(bucketWaitMs(state, 200, 0)).toBe(300);
    expect(bucketWaitMs(state, 500, 0)).toBe(0);
  });

  it('gives a token back to its own window alone', () => {
    const state = knownBucket(4);
    const window = reserve(state);
    giveBack(state, window);
    expect(state.remaining).toBe(4);
    const old = reserve(state);
    bucketWaitMs(state, 1100, 0);
    giveBack(state, old);
    expect(state.remaining).toBe(4);
  });

  it('is idle only when a fresh one would know as much', () => {
    const state = knownBucket(4);
    expect(isIdle(state, 500)).toBe(false);
    expect(isIdle(state, 1100)).toBe(true);
    reserve(state);
    expect(isIdle(state, 1100)).toBe(false);
  });
});

it('never exceeds a fixed window and never stands still, whatever the latencies', () => {
  const scenario = fc.record({
    limit: fc.integer({ min: 1, max: 10 }),
    windowMs: fc.integer({ min: 100, max: 3000 }),
    requests: fc.integer({ min: 1, max: 60 }),
    tripsMs: fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 20 }),
    kind: fc.constantFrom('fixed' as const, 'sliding' as const),
  });
  fc.assert(
    fc.property(scenario, ({ limit, windowMs, requests, tripsMs, kind }) => {
      const { refused, endedAtMs } = simulate(limit, windowMs, requests, tripsMs, kind);
      expect(refused).toBe(0);
      // Every window is used: the probe, the windows, and a way to and fro for each.
      const windows = Math.ceil(requests / limit);
      expect(endedAtMs).toBeLessThanOrEqual(windows * (windowMs + 130) + 200);
    }),
    { numRuns: 300 },
  );
});

/** Plays a client against a server with one bucket in virtual time. Ways there and back take the same time. */
function simulate(limit: number, windowMs: number, requests: number, tripsMs: number[], kind: 'fixed' | 'sliding') {
  const state = createBucketLimit();
  let leastTripMs = unknown;
  let server = { used: 0, atMs: 0 };
  let nowMs = 0;
  let sent = 0;
  let refused = 0;
  const pending: { atMs: number; run: () => void }[] = [];
  const arrive = (window: number, tripMs: number, sentAtMs: number) => {
    const atMs = nowMs;
    if (kind === 'sliding')
      server = { used: Math.max(0, server.used - ((atMs - server.atMs) * limit) / windowMs), atMs };
    else if (server.used === 0 || atMs - server.atMs >= windowMs) server = { used: 0, atMs };
    const allowed = server.used + 1 <= limit + 1e-9;
    if (allowed) server.used += 1;
    else refused += 1;
    const resetAfterMs = kind === 'sliding' ? (server.used * windowMs) / limit : server.atMs + windowMs - atMs;
    const remaining = Math.max(0, Math.floor(limit - server.used + 1e-9));
    const reply = headers(remaining, resetAfterMs, 1e6 + atMs + resetAfterMs, limit);
    pending.push({
      atMs: atMs + tripMs / 2,
      run: () => {
        leastTripMs = Math.min(leastTripMs, nowMs - sentAtMs);
        applyReply(state, reply, window, nowMs);
      },
    });
  };
  for (let step = 0; step < 10_000; step += 1) {
    let waitMs = bucketWaitMs(state, nowMs, leastTripMs === unknown ? 0 : leastTripMs / 2);
    while (sent < requests && waitMs === 0) {
      const window = reserve(state);
      const tripMs = tripsMs[sent % tripsMs.length]!;
      const sentAtMs = nowMs;
      sent += 1;
      pending.push({ atMs: nowMs + tripMs / 2, run: () => arrive(window, tripMs, sentAtMs) });
      waitMs = bucketWaitMs(state, nowMs, leastTripMs === unknown ? 0 : leastTripMs / 2);
    }
    pending.sort((a, b) => a.atMs - b.atMs);
    const next = pending[0];
    if (next === undefined && sent === requests) return { refused, endedAtMs: nowMs };
    if (next !== undefined && (sent === requests || next.atMs <= nowMs + waitMs)) {
      pending.shift();
      nowMs = next.atMs;
      next.run();
    } else nowMs += Math.ceil(waitMs);
  }
  throw new Error('stood still');
}
