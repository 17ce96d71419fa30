/**
 * REST limit of all pods as a bucket in Redis or Valkey, for several clusters of one bot, and for those that run Redis anyway.
 *
 * Redis' own clock fills the bucket: 45 requests in 1.1 s and 5 at once, so that no second holds more than 50 even when a
 * token is used as late as it may be. Tokens are fetched ahead of their use, because a limiter answers at once; they live
 * for 50 ms. A bucket that is new begins below zero: Redis may have lost the one before, and pods may still live by their
 * static shares. While Redis is away each pod keeps to its static share, after one window without a send. Where some pods
 * reach Redis and others do not, both parts count: the sum may pass the limit until they agree again.
 */
import { type Clock, type GlobalLimiter, systemClock } from '@tinfoil/types';
import { type RedisClient, sender } from './redis-client.ts';
import { invalidBudget, RestHolder } from './rest-holder.ts';
import { restRules, standBy } from './rest-lease.ts';

/** Options of {@link createRedisRestLimiter}. */
export interface RedisRestLimiterOptions {
  /** Connected client; the caller closes it. */
  readonly client: RedisClient;
  /** Pods that share the limit, over all clusters: their static shares add up to it. */
  readonly pods: number;
  /** Place of this pod among them, from 0. */
  readonly ordinal: number;
  /** Beginning of every key; one per bot. @defaultValue `'tinfoil'` */
  readonly prefix?: string | undefined;
  /** Requests in any 1.1 s; a ninth more at once. @defaultValue 45 */
  readonly limit?: number | undefined;
  /** Pods behind one public IP address, which share Discord's limit of invalid requests. @defaultValue `'default'` */
  readonly egressGroup?: string | undefined;
  /** Time; for tests. */
  readonly clock?: Clock | undefined;
}

/** Milliseconds that a fetched token lives, that a fetch may take, and between two tries while Redis is away. */
const tokenMs = 50;
const fetchMs = 250;
const probeMs = 500;
/** A new bucket is empty for so long: pods notice that Redis is back, and a window passes. */
const quietMs = 2_000;
const invalidEveryMs = 1_000;
const mostAhead = 5;

const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local want, limit, window, burst, quiet = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local pause, invalid, count = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
if pause > 0 and redis.call('PTTL', KEYS[2]) < pause then redis.call('SET', KEYS[2], '1', 'PX', pause) end
local paused = redis.call('PTTL', KEYS[2])
local rate = limit / window
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = -quiet * rate
if state[1] then tokens = math.min(burst, tonumber(state[1]) + math.max(0, now - tonumber(state[2])) * rate) end
local taken = 0
if paused <= 0 then taken = math.max(0, math.min(want, math.floor(tokens))) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - taken), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], 86400000)
local sum = -1
if invalid > 0 or count == '1' then
  local slot = math.floor(now / 10000)
  if invalid > 0 then
    redis.call('HINCRBY', KEYS[3], slot, invalid)
    redis.call('PEXPIRE', KEYS[3], 620000)
  end
  sum = 0
  local counts = redis.call('HGETALL', KEYS[3])
  for index = 1, #counts, 2 do
    if tonumber(counts[index]) <= slot - 61 then redis.call('HDEL', KEYS[3], counts[index])
    else sum = sum + tonumber(counts[index + 1]) end
  end
end
return { taken, math.ceil(math.max(0, 1 - (tokens - taken)) / rate), paused, sum }
`;

/**
 * Limiter over Redis.
 *
 * @example
 * ```ts
 * const restLimiter = createRedisRestLimiter({ client: new Redis('redis://redis:6379'), pods: 8, ordinal: 3 });
 * const cluster = new Cluster({ ...clusterEnv(process.env), restLimiter });
 * ```
 * @throws {@link TypeError} or {@link RangeError} for bad options.
 */
export function createRedisRestLimiter(options: RedisRestLimiterOptions): GlobalLimiter {
  const { pods, ordinal, limit = 45, prefix = 'tinfoil', egressGroup = 'default', clock = systemClock } = options;
  assertWhole('pods', pods, 1, 1_000_000);
  assertWhole('ordinal', ordinal, 0, pods - 1);
  assertWhole('limit', limit, 1, 100_000);
  const rules = restRules({ limit, pods, ttlMs: 1_000 });
  // Redis Cluster keeps keys of one hash tag in one place, which a script needs.
  const tag = `{${prefix}:rest}`;
  const keys = [`${tag}:bucket`, `${tag}:pause`, `${tag}:invalid:${egressGroup}`];
  const send = sender(options.client);

  let inHand = 0;
  let inHandUntilMs = Number.NEGATIVE_INFINITY;
  let ahead = 1;
  let freeAtMs = Number.NEGATIVE_INFINITY;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let pauseToTellMs = 0;
  let invalidToTell = 0;
  let invalidSum = 0;
  let invalidReadAtMs = Number.NEGATIVE_INFINITY;
  let fetching = false;
  /** The static share, while Redis is away. */
  let alone: RestHolder | undefined;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  const evaluate = async (want: number, nowMs: number): Promise<readonly number[]> => {
    const counts = nowMs - invalidReadAtMs >= invalidEveryMs ? '1' : '0';
    const told = { invalid: invalidToTell, pauseMs: pauseToTellMs };
    const numbers = [want, limit, rules.windowMs, standBy(limit), quietMs, Math.ceil(told.pauseMs), told.invalid];
    const sent = send('EVAL', script, '3', ...keys, ...numbers.map(String), counts);
    const reply = await atMost(clock, fetchMs, sent);
    if (!Array.isArray(reply) || reply.length !== 4) throw new TypeError('reply of another script');
    invalidToTell -= told.invalid;
    if (pauseToTellMs === told.pauseMs) pauseToTellMs = 0;
    return reply.map(Number);
  };

  const fetch = async (want: number): Promise<void> => {
    if (fetching) return;
    fetching = true;
    const askedAtMs = clock.nowMs();
    try {
      const [taken = 0, waitMs = 0, pauseMs = 0, sum = -1] = await evaluate(want, askedAtMs);
      const nowMs = clock.nowMs();
      alone = undefined;
      failedAtMs = Number.NEGATIVE_INFINITY;
      inHand = taken;
      // From the ask: whatever the trip took, the token is used within its time.
      inHandUntilMs = askedAtMs + tokenMs;
      freeAtMs = taken > 0 ? nowMs : nowMs + waitMs;
      if (pauseMs > 0) pausedUntilMs = Math.max(pausedUntilMs, nowMs + pauseMs);
      if (sum >= 0) {
        invalidSum = sum;
        invalidReadAtMs = nowMs;
      }
    } catch {
      failedAtMs = clock.nowMs();
      // What this pod and others had of Redis may be in the window for as long as it is.
      alone ??= new RestHolder({ rules, ordinal, startedAtMs: failedAtMs, staticAtMs: failedAtMs });
    } finally {
      fetching = false;
    }
  };

  return {
    take() {
      const nowMs = clock.nowMs();
      if (pausedUntilMs > nowMs) return pausedUntilMs - nowMs;
      if (invalidSum >= invalidBudget) {
        if (nowMs - invalidReadAtMs >= invalidEveryMs) void fetch(0);
        return invalidEveryMs;
      }
      if (alone !== undefined) {
        if (nowMs - failedAtMs >= probeMs) void fetch(0);
        // Nobody asked for a while: Redis may be back, and its bucket whole.
        if (nowMs - failedAtMs > 2 * probeMs) return 10;
        return alone.take(nowMs, Date.now());
      }
      const fresh = nowMs < inHandUntilMs;
      if (fresh && inHand > 0) {
        inHand -= 1;
        return 0;
      }
      if (fetching) return 1;
      if (freeAtMs > nowMs) return Math.min(100, freeAtMs - nowMs);
      // Those that went unused were wasted for all; those that were used up at once were too few.
      ahead = fresh ? Math.min(mostAhead, ahead * 2) : inHand > 0 ? Math.max(1, ahead >> 1) : ahead;
      inHand = 0;
      void fetch(ahead);
      return 1;
    },
    sent() {
      alone?.sent(clock.nowMs());
    },
    giveBack() {
      alone?.giveBack();
    },
    pause(durationMs) {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + durationMs);
      pauseToTellMs = Math.max(pauseToTellMs, durationMs);
      void fetch(0);
    },
    invalid() {
      invalidToTell += 1;
      alone?.invalid(clock.nowMs());
    },
  };
}

function atMost<Value>(clock: Clock, limitMs: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(new Error('no answer in time')), { unref: true });
    work.then(resolve, reject).finally(cancel);
  });
}

function assertWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`cluster: ${name} must be a whole number from ${least} to ${most}, got ${value}`);
}
