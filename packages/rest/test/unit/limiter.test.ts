import type { Clock, GlobalLimiter } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';
import { createGlobalLimiter, createUnlimited } from '../../src/global-limit.ts';
import type { RateLimitHeaders } from '../../src/headers.ts';
import type { Bucket, Job } from '../../src/job.ts';
import { Limiter } from '../../src/limiter.ts';
import { type Route, RouteNode } from '../../src/route.ts';

/** Time that goes on by order, with its timers. */
class HandClock implements Clock {
  #nowMs = 0;
  #timers: { atMs: number; run: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = endMs;
  }
}

class TestJob implements Job {
  static #count = 0;
  readonly order: number = ++TestJob.#count;
  settled = false;
  bucket: Bucket | undefined = undefined;
  window = 0;
  startedAtMs: number | undefined;
  readonly route: Route;
  readonly major: string;
  readonly identity = '';
  readonly ordered: boolean;
  readonly global: boolean;
  readonly rejectOnRateLimit: boolean;
  readonly #clock: Clock;

  constructor(
    clock: Clock,
    route: Route,
    major = '1',
    options: { ordered?: boolean; global?: boolean; rejects?: boolean } = {},
  ) {
    this.#clock = clock;
    this.route = route;
    this.major = major;
    this.ordered = options.ordered ?? false;
    this.global = options.global ?? true;
    this.rejectOnRateLimit = options.rejects ?? false;
  }

  kind(): string {
    return '';
  }

  start(): void {
    this.startedAtMs = this.#clock.nowMs();
  }

  tooLong(): void {
    this.settled = true;
  }
}

function headers(remaining: number, resetAfterMs: number, bucket = 'hash'): RateLimitHeaders {
  return { bucket, limit: 5, remaining, resetAfterMs, resetEpochMs: undefined };
}

function setUp(global?: (clock: Clock) => GlobalLimiter) {
  const clock = new HandClock();
  const tokens = (global ?? createUnlimited)(clock);
  // Jobs of these tests are written as they start.
  const take = () => {
    const waitMs = tokens.take();
    if (waitMs === 0) tokens.sent?.();
    return waitMs;
  };
  const limiter = new Limiter({ clock, global: { ...tokens, take }, onWait: () => undefined });
  const root = new RouteNode();
  const route = root.segment('channels').parameter().segment('things').route('GET');
  const job = (major?: string, options?: { ordered?: boolean; global?: boolean; rejects?: boolean }) => {
    const made = new TestJob(clock, route, major, options);
    limiter.add(made);
    return made;
  };
  return { clock, limiter, route, root, job };
}

describe('the limiter', () => {
  it('starts one job of an unknown bucket, and the next when the first is lost', () => {
    const { limiter, job } = setUp();
    const [first, second] = [job(), job()];
    expect([first!.startedAtMs, second!.startedAtMs]).toEqual([0, undefined]);
    limiter.lost(first!, false);
    expect(second!.startedAtMs).toBe(0);
  });

  it('knows the bucket of another channel by its own answers alone', () => {
    const { limiter, job } = setUp();
    const first = job('1');
    limiter.replied(first, headers(4, 1000), true, 10, false);
    const others = [job('2'), job('2')];
    expect(others.map(({ startedAtMs }) => startedAtMs)).toEqual([0, undefined]);
  });

  it('puts a refused job before those that came later', () => {
    const { clock, limiter, job } = setUp();
    limiter.replied(job(), headers(4, 10_000), true, 10, false);
    const jobs = [job(), job(), job(), job(), job(), job()];
    expect(jobs.map(({ startedAtMs }) => startedAtMs)).toEqual([0, 0, 0, 0, undefined, undefined]);
    for (const index of [2, 0]) {
      limiter.refused(jobs[index]!, 500, undefined);
      limiter.again(jobs[index]!);
    }
    for (const index of [1, 3]) limiter.replied(jobs[index]!, headers(0, 400), true, 10, false);
    const starts: TestJob[] = [];
    for (const one of jobs) one.start = () => void starts.push(one);
    clock.pass(500);
    expect(starts).toEqual([jobs[0]]);
    limiter.replied(jobs[0]!, headers(4, 10_000), true, 10, false);
    expect(starts).toEqual([jobs[0], jobs[2], jobs[4], jobs[5]]);
  });

  it('serves buckets in turn when the global limit is the bottleneck', () => {
    const { clock, limiter, job } = setUp((hand) => createGlobalLimiter(1, 100, hand));
    const greedy = job('1');
    limiter.replied(greedy, undefined, true, 10, false);
    const order: string[] = [];
    for (const major of ['1', '1', '1', '2', '3']) {
      const made = job(major);
      made.start = () => {
        order.push(major);
        limiter.replied(made, undefined, true, 10, false);
      };
    }
    clock.pass(1000);
    expect(order).toEqual(['1', '2', '3', '1', '1']);
  });

  it('lets jobs that the global limit does not concern pass by', () => {
    const { job } = setUp((hand) => createGlobalLimiter(1, 100, hand));
    expect([job('1').startedAtMs, job('2').startedAtMs, job('3', { global: false }).startedAtMs]).toEqual([
      0,
      undefined,
      0,
    ]);
  });

  it('gives both permits back when a job never left', () => {
    const { clock } = setUp();
    const given: string[] = [];
    const global = {
      take: () => 0 * given.push('take'),
      giveBack: () => void given.push('giveBack'),
      pause: () => undefined,
    };
    const limiter = new Limiter({ clock, global, onWait: () => undefined });
    const route = new RouteNode().segment('x').route('GET');
    const jobs = [new TestJob(clock, route), new TestJob(clock, route)];
    for (const job of jobs) limiter.add(job);
    limiter.unsent(jobs[0]!, false);
    expect(given).toEqual(['take', 'giveBack', 'take']);
    expect(jobs[1]!.startedAtMs).toBe(0);
  });

  it('settles what rejects instead of waiting', () => {
    const { limiter, job } = setUp();
    limiter.replied(job(), headers(0, 1000), true, 10, false);
    const patient = job();
    const hasty = job('1', { rejects: true });
    expect([patient.settled, hasty.settled]).toEqual([false, true]);
  });

  it('forgets buckets that have been idle, and stops its timers then', () => {
    const { clock, limiter, job } = setUp();
    for (let major = 0; major < 3000; major += 1)
      limiter.replied(job(String(major)), headers(4, 1000), true, 10, false);
    expect(limiter.size).toBe(3000);
    clock.pass(29_000);
    job('0');
    clock.pass(15_000);
    expect(limiter.size).toBe(1);
    limiter.close();
    expect(clock.timers).toBe(0);
  });

  it('does not grow with channels that come once, however fast', () => {
    const { clock, limiter, job } = setUp();
    let largest = 0;
    for (let major = 0; major < 50_000; major += 1) {
      limiter.replied(job(String(major)), headers(4, 10), true, 10, false);
      clock.pass(10);
      largest = Math.max(largest, limiter.size);
    }
    expect(largest).toBeLessThan(6000);
  });

  it('forgets the bucket of an interaction after 15 minutes, also one that is blocked for longer', () => {
    const { clock, limiter, job } = setUp();
    limiter.refused(job('1', { global: false }), 3_600_000, headers(0, 3_600_000));
    clock.pass(890_000);
    expect(limiter.size).toBe(1);
    clock.pass(20_000);
    expect(limiter.size).toBe(0);
  });

  it('believes a new hash after the third answer that names it', () => {
    const { limiter, route, job } = setUp();
    limiter.replied(job(), headers(4, 1000, 'old'), true, 10, false);
    for (let answer = 0; answer < 2; answer += 1) limiter.replied(job(), headers(4, 1000, 'new'), true, 10, false);
    expect(route.hash).toBe('old');
    limiter.replied(job(), headers(4, 1000, 'new'), true, 10, false);
    expect(route.hash).toBe('new');
    expect(limiter.size).toBe(1);
  });

  it('loses no job when buckets are merged', () => {
    const { clock, limiter, root } = setUp();
    const node = root.segment('channels').parameter().segment('shared');
    const routes = [node.route('PUT'), node.route('DELETE')] as const;
    const jobs = Array.from({ length: 10 }, (_, index) => new TestJob(clock, routes[index % 2]!));
    const open = new Set<TestJob>();
    for (const job of jobs) {
      job.start = () => open.add(job);
      limiter.add(job);
    }
    let answered = 0;
    for (let step = 0; step < 100 && answered < 10; step += 1) {
      for (const job of [...open]) {
        open.delete(job);
        answered += 1;
        limiter.replied(job, headers(Math.max(0, 4 - answered), 100, 'shared'), true, 10, false);
      }
      clock.pass(100);
    }
    expect(answered).toBe(10);
    expect(limiter.size).toBe(1);
  });
});
