/**
 * `@tinfoil/cluster/redis`: sessions and the REST limit (`redis-rest.ts`) in Redis or Valkey, for clusters that should not
 * depend on a manager's memory, and for several clusters of one bot. Brings no client: it takes one of `ioredis` or of `redis`.
 *
 * Sessions: one key per shard with the record as JSON, one with its packed guild index, both expiring when a session could no longer be
 * resumed. Text only, so that clients need no setting for binary replies.
 */
import type { SessionKey, SessionRecord, SessionStore } from '@tinfoil/types';
import { type RedisClient, sender } from './redis-client.ts';

export type { RedisClient } from './redis-client.ts';
export { createRedisRestLimiter, type RedisRestLimiterOptions } from './redis-rest.ts';

/** Options of {@link createRedisSessionStore}. */
export interface RedisSessionStoreOptions {
  /** Connected client; the caller closes it. */
  readonly client: RedisClient;
  /** Beginning of every key; one per bot. @defaultValue `'tinfoil'` */
  readonly prefix?: string | undefined;
  /** Milliseconds after which an unchanged session is forgotten. @defaultValue 600,000 */
  readonly ttlMs?: number | undefined;
}

/**
 * Store in Redis.
 *
 * @example
 * ```ts
 * const far = createRedisSessionStore({ client: new Redis('redis://redis:6379') });
 * const cluster = new Cluster({ ...clusterEnv(process.env), farSessionStore: far });
 * ```
 * @throws {@link TypeError} or {@link RangeError} for bad options.
 */
export function createRedisSessionStore(options: RedisSessionStoreOptions): SessionStore {
  const { prefix = 'tinfoil', ttlMs = 600_000 } = options;
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1)
    throw new RangeError(`cluster: ttlMs must be a positive whole number of milliseconds, got ${ttlMs}`);
  const send = sender(options.client);
  const recordKey = (key: SessionKey) => `${prefix}:session:${key.totalShards}:${key.shardId}`;
  const guildsKey = (key: SessionKey) => `${prefix}:guilds:${key.totalShards}:${key.shardId}`;

  const saveOne = async ({ guilds, ...record }: SessionRecord) => {
    const ttl = String(ttlMs);
    // The index first: a crash between the two leaves an older sequence, which replays, never a newer one without its guilds.
    if (guilds === undefined) await send('PEXPIRE', guildsKey(record), ttl);
    else await send('SET', guildsKey(record), Buffer.from(guilds).toString('base64'), 'PX', ttl);
    await send('SET', recordKey(record), JSON.stringify(record), 'PX', ttl);
  };

  return {
    async load(keys) {
      if (keys.length === 0) return [];
      const found = await send('MGET', ...keys.map(recordKey), ...keys.map(guildsKey));
      if (!Array.isArray(found)) return [];
      return keys.flatMap((key, index) => readRecord(key, found[index], found[keys.length + index]));
    },
    async save(records) {
      await Promise.all(records.map(saveOne));
    },
    async drop(keys) {
      if (keys.length > 0) await send('DEL', ...keys.map(recordKey), ...keys.map(guildsKey));
    },
  };
}

/** Record of a reply; none when it is not ours: a session that cannot be read costs one IDENTIFY, no more. */
function readRecord(key: SessionKey, record: unknown, guilds: unknown): SessionRecord[] {
  if (typeof record !== 'string') return [];
  try {
    const parsed = JSON.parse(record) as SessionRecord;
    if (parsed.shardId !== key.shardId || parsed.totalShards !== key.totalShards) return [];
    const packed = typeof guilds === 'string' ? new Uint8Array(Buffer.from(guilds, 'base64')) : undefined;
    return [packed === undefined ? parsed : { ...parsed, guilds: packed }];
  } catch {
    return [];
  }
}
