/**
 * Sink into Redis Streams (or Valkey): one entry per event, `XADD <stream> MAXLEN ~ <n> * id … shard … type … data …`.
 *
 * A batch is one transaction, so a Redis that refuses some of it (out of memory) takes none, and the order holds. What Redis has
 * acknowledged is as safe as Redis keeps it: `appendonly yes` is what survives a crash of the server.
 *
 * @see {@link https://redis.io/docs/latest/commands/xadd/ | XADD}
 */
import type { Redis } from 'ioredis';
import { type Broker, type BrokerLink, loadClient } from './broker.ts';
import { createBrokerSink } from './broker-sink.ts';
import type { OutboxEntry } from './outbox.ts';
import type { EventSink } from './sink.ts';
import type { BufferOptions } from './sink-options.ts';

/** Options of {@link createRedisStreamsSink}. */
export interface RedisStreamsOptions extends BufferOptions {
  /** `redis://` or `rediss://` URL, with user, password and database where needed. */
  readonly url: string;
  /** Key of the stream; `{shard}` in it becomes the shard's id, for a stream per shard. @defaultValue `'tinfoil:events'` */
  readonly stream?: string | undefined;
  /** Entries that a stream keeps, about. @defaultValue 100,000 */
  readonly maxLength?: number | undefined;
}

const name = 'redis-streams';
const connectTimeoutMs = 2_000;

type RedisModule = Pick<typeof import('ioredis'), 'Redis'>;

/** Sink into Redis Streams. Needs the package `ioredis`. @throws {@link TypeError} or {@link RangeError} for bad options. */
export function createRedisStreamsSink(options: RedisStreamsOptions): EventSink {
  const { url, stream = 'tinfoil:events', maxLength = 100_000 } = options;
  // The message holds nothing of the URL: there may be a password in it.
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    throw new TypeError(`${name}: url must be a redis:// or rediss:// URL, got another text`);
  if (stream === '') throw new TypeError(`${name}: stream must be the key of a stream, got an empty string`);
  if (!Number.isSafeInteger(maxLength) || maxLength < 1)
    throw new RangeError(`${name}: maxLength must be a positive whole number of entries, got ${maxLength}`);
  let redis: RedisModule | undefined;
  const broker: Broker = {
    name,
    async load() {
      redis = await loadClient(name, 'ioredis', () => import('ioredis'));
    },
    async open(signal) {
      return createLink(
        await connect(redis!, url, signal),
        (shardId) => stream.replaceAll('{shard}', String(shardId)),
        maxLength,
      );
    },
  };
  return createBrokerSink(broker, options);
}

async function connect({ Redis }: RedisModule, url: string, signal: AbortSignal): Promise<Redis> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    // A Redis that hangs does not answer the end of a connection either.
    disconnectTimeout: 250,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectionName: 'tinfoil-gateway-proxy',
  });
  let failure: unknown;
  client.on('error', (cause: unknown) => {
    failure ??= cause;
  });
  // The client's own limit is that of TCP alone; a Redis that hangs would be waited for without end.
  const abort = () => client.disconnect();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    return client;
  } catch (cause) {
    client.disconnect();
    throw failure ?? (signal.aborted ? signal.reason : cause);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function createLink(client: Redis, keyOf: (shardId: number) => string, maxLength: number): BrokerLink {
  return {
    async publish(entries) {
      const transaction = client.multi();
      for (const { id, shardId, type, bytes } of entries)
        transaction.xadd(
          keyOf(shardId),
          'MAXLEN',
          '~',
          maxLength,
          '*',
          'id',
          id,
          'shard',
          shardId,
          'type',
          type,
          'data',
          bytesOf(bytes),
        );
      const results = await transaction.exec().catch((cause: unknown) => {
        throw reasonOf(cause);
      });
      for (const [error] of results ?? []) if (error !== null) throw error;
      return [];
    },
    async close() {
      client.disconnect();
    },
  };
}

function bytesOf(bytes: OutboxEntry['bytes']): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A transaction that is discarded says so, and keeps the reason (such as OOM) beside it. */
function reasonOf(cause: unknown): unknown {
  const { previousErrors } = cause as { previousErrors?: readonly unknown[] };
  return previousErrors?.[0] ?? cause;
}
