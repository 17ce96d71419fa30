/** Small parts that have no file of their own to fill: queue, counters, lists, headers, options. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadWebhooks } from '../../src/dead-webhooks.ts';
import { Deadlines } from '../../src/deadlines.ts';
import { DiscordApiError, flattenErrors } from '../../src/errors.ts';
import { parseRateLimit, parseRetryAfterMs } from '../../src/headers.ts';
import * as index from '../../src/index.ts';
import { InvalidRequests } from '../../src/invalid-requests.ts';
import { type RestOptions, resolveRestOptions } from '../../src/options.ts';
import { OrderedQueue } from '../../src/queue.ts';

describe('the queue', () => {
  it('gives what is not settled, in the order of the calls, whatever comes back', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const) }),
      fc.record({ do: fc.constant('shift' as const) }),
      fc.record({ do: fc.constant('again' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('settle' as const), which: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new OrderedQueue<{ order: number; settled: boolean }>();
        let inside: { order: number; settled: boolean }[] = [];
        let outside: { order: number; settled: boolean }[] = [];
        let order = 0;
        for (const one of steps) {
          if (one.do === 'push') {
            const item = { order: ++order, settled: false };
            queue.push(item);
            inside.push(item);
          } else if (one.do === 'shift') {
            expect(queue.shift()).toBe(inside[0]);
            if (inside[0] !== undefined) outside.push(inside[0]);
            inside = inside.slice(1);
          } else if (one.do === 'again' && outside.length > 0) {
            const item = outside[one.which % outside.length]!;
            outside = outside.filter((other) => other !== item);
            queue.push(item);
            inside = [...inside, item].sort((a, b) => a.order - b.order);
          } else if (one.do === 'settle' && inside.length > 0) {
            const item = inside[one.which % inside.length]!;
            item.settled = true;
            queue.abandon();
            inside = inside.filter((other) => other !== item);
          }
          expect(queue.peek()).toBe(inside[0]);
        }
        expect(queue.drain()).toEqual(inside);
      }),
    );
  });

  it('does not keep what was abandoned', () => {
    const queue = new OrderedQueue<{ order: number; settled: boolean }>();
    const first = { order: 0, settled: false };
    queue.push(first);
    for (let order = 1; order < 10_000; order += 1) {
      const item = { order, settled: false };
      queue.push(item);
      item.settled = true;
      queue.abandon();
    }
    expect(queue.length).toBeLessThan(100);
    expect(queue.peek()).toBe(first);
  });
});

describe('invalid requests', () => {
  it('leave the count ten minutes after they came', () => {
    const counter = new InvalidRequests(3);
    expect([counter.add(0).count, counter.add(5_000).count]).toEqual([1, 2]);
    expect(counter.waitMs(300_000)).toBe(0);
    expect(counter.add(300_000).count).toBe(3);
    expect(counter.waitMs(300_000)).toBeGreaterThan(300_000);
    expect(counter.waitMs(605_000)).toBeGreaterThan(0);
    expect(counter.waitMs(620_000)).toBe(0);
    expect(counter.add(620_000).count).toBe(2);
  });

  it('warn once as each share of the limit is passed, and again after they were gone', () => {
    const counter = new InvalidRequests(4);
    expect([1, 2, 3, 4].map(() => counter.add(0).warn)).toEqual([false, true, true, true]);
    expect(counter.add(1).warn).toBe(false);
    expect([1, 2].map(() => counter.add(2_000_000).warn)).toEqual([false, true]);
  });

  it('are counted as in a list of all of them, but for ten seconds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 200 }), (gaps) => {
        const counter = new InvalidRequests(1e6);
        const times: number[] = [];
        let nowMs = 1e6;
        for (const gap of gaps) {
          nowMs += gap;
          times.push(nowMs);
          const { count } = counter.add(nowMs);
          const within = (ms: number) => times.filter((time) => nowMs - time < ms).length;
          expect(count).toBeGreaterThanOrEqual(within(600_000));
          expect(count).toBeLessThanOrEqual(within(610_001));
        }
      }),
    );
  });
});

it('dead webhooks are remembered for an hour, a thousand at most', () => {
  const dead = new DeadWebhooks();
  dead.add('a', 0);
  expect([dead.has('a', 3_599_999), dead.has('a', 3_600_000), dead.has('b', 0)]).toEqual([true, false, false]);
  for (let index = 0; index < 1001; index += 1) dead.add(String(index), 0);
  expect([dead.has('0', 1), dead.has('1', 1), dead.has('1000', 1)]).toEqual([false, true, true]);
});

it('deadlines expire in time, each once, on one timer', () => {
  let nowMs = 0;
  const timers: { atMs: number; run: () => void; live: boolean }[] = [];
  const deadlines = new Deadlines({
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run, live: true };
      timers.push(timer);
      return () => {
        timer.live = false;
      };
    },
  });
  const expired: string[] = [];
  const add = (name: string, dueAtMs: number) => {
    const limited = { dueAtMs, expire: () => void expired.push(`${name} ${nowMs}`) };
    deadlines.add(limited);
    return limited;
  };
  add('a', 100);
  add('b', 300);
  const c = add('c', 50);
  deadlines.delete(c);
  for (nowMs = 0; nowMs <= 400; nowMs += 10)
    for (const timer of timers)
      if (timer.live && timer.atMs <= nowMs) {
        timer.live = false;
        timer.run();
      }
  expect(expired).toEqual(['a 100', 'b 300']);
  expect(timers.filter(({ live }) => live)).toEqual([]);
});

describe('headers', () => {
  const read = (headers: Record<string, string>) => (name: string) => headers[name];

  it('become milliseconds', () => {
    const all = {
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '4',
      'x-ratelimit-reset': '1700000000.123',
      'x-ratelimit-reset-after': '1.25',
      'x-ratelimit-bucket': 'abc',
    };
    expect(parseRateLimit(read(all))).toEqual({
      bucket: 'abc',
      limit: 5,
      remaining: 4,
      resetAfterMs: 1250,
      resetEpochMs: 1_700_000_000_123,
    });
    expect(parseRateLimit(read({}))).toBeUndefined();
    expect(parseRateLimit(read({ ...all, 'x-ratelimit-limit': 'many' }))).toBeUndefined();
    const { 'x-ratelimit-reset-after': _, ...absolute } = all;
    const date = new Date(1_699_999_998_000).toUTCString();
    expect(parseRateLimit(read({ ...absolute, date }))?.resetAfterMs).toBe(2123);
  });

  it('give Retry-After in seconds or as a date', () => {
    expect(parseRetryAfterMs(read({ 'retry-after': '2' }))).toBe(2000);
    expect(parseRetryAfterMs(read({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() }))).toBeGreaterThan(
      50_000,
    );
    expect(parseRetryAfterMs(read({ 'retry-after': 'soon' }))).toBeUndefined();
    expect(parseRetryAfterMs(read({}))).toBeUndefined();
  });
});

describe('errors', () => {
  it('flatten what Discord nests', () => {
    const errors = {
      _errors: [{ message: 'top' }],
      name: { _errors: [{ message: 'too long' }, { code: 'ONLY_A_CODE' }] },
      embeds: { 3: { title: { _errors: [{ message: 'missing' }] } } },
      odd: 'text',
      none: null,
    };
    expect(flattenErrors(errors)).toEqual([
      'top',
      'name: too long',
      'name: ONLY_A_CODE',
      'embeds[3].title: missing',
      'odd: text',
    ]);
    expect(flattenErrors(undefined)).toEqual([]);
  });

  it.each([
    [{ message: 'Unknown\nChannel', code: 10_003 }, 'GET /x answered 404: Unknown Channel (10003)'],
    [{ error: 'invalid_grant', error_description: 'Invalid code' }, 'GET /x answered 404: Invalid code'],
    ['<html>', 'GET /x answered 404'],
    [null, 'GET /x answered 404'],
  ])('say in one line what %j means', (raw, message) => {
    expect(new DiscordApiError({ method: 'GET', route: '/x' }, 404, raw).message).toBe(message);
  });
});

describe('options', () => {
  it.each([
    [{ timeoutMs: -1 }, 'rest: timeoutMs must be a whole number of milliseconds from 1 to 2147483647, got -1'],
    [{ timeoutMs: '5' }, 'rest: timeoutMs must be a whole number of milliseconds, got string'],
    [{ retries: 11 }, 'rest: retries must be a whole number of retries from 0 to 10, got 11'],
    [{ token: 5 }, 'rest: token must be a string, got number'],
    [{ token: 'a b' }, 'rest: token must be printable characters without spaces'],
    [
      { baseUrl: 'discord.com' },
      'rest: baseUrl must be an http or https URL without query, such as https://discord.com/api/v10',
    ],
    [{ globalLimit: 0 }, 'rest: globalLimit.requests must be a whole number of requests from 1 to 100000, got 0'],
    [{ rejectOnRateLimit: 1 }, 'rest: rejectOnRateLimit must be true or false, got number'],
    [{ userAgent: 'a\nb' }, 'rest: userAgent must be printable ASCII text'],
    [
      { retryBackoff: { baseMs: 10, maxMs: 5 } },
      'rest: retryBackoff.maxMs must be a whole number of milliseconds from 10 to 600000, got 5',
    ],
    [
      { invalidRequestLimit: 20_000 },
      'rest: invalidRequestLimit must be a whole number of answers from 1 to 10000, got 20000',
    ],
    [null, 'rest: options must be an object, got null'],
  ])('%j are refused in one line', (options, message) => {
    expect(() => resolveRestOptions(options as unknown as RestOptions)).toThrow(message);
  });

  it('given as undefined are as if not given', () => {
    const given = resolveRestOptions({
      timeoutMs: undefined,
      retries: undefined,
      baseUrl: undefined,
      globalLimit: undefined,
    });
    expect(given).toMatchObject({ timeoutMs: 30_000, retries: 3, origin: 'https://discord.com', basePath: '/api/v10' });
  });
});

it('exports these names and no others', () => {
  expect(Object.keys(index).sort()).toMatchInlineSnapshot(`
    [
      "DiscordApiError",
      "InvalidRequestLimitError",
      "QueueFullError",
      "RateLimitError",
      "Rest",
      "RestAnswerError",
      "RestClosedError",
      "RestConnectionError",
      "RestError",
      "RestTimeoutError",
      "TokenRejectedError",
      "UnknownWebhookError",
      "createFetchTransport",
      "createUndiciTransport",
      "listArchivedThreads",
      "listAuditLogEntries",
      "listBans",
      "listCurrentUserGuilds",
      "listEntitlements",
      "listMembers",
      "listMessages",
      "listPins",
      "listPollVoters",
      "listReactions",
      "listScheduledEventUsers",
      "listSubscriptions",
      "listThreadMembers",
    ]
  `);
});
