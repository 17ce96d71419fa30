/** Sinks of the environment: names, mistakes in one line, and nothing secret in any message. */
import { expect, it } from 'vitest';
import { loadClient } from '../../src/sinks/broker.ts';
import { createSinks } from '../../src/sinks/create-sinks.ts';
import { createNatsJetStreamSink } from '../../src/sinks/nats-jetstream.ts';
import { createRedisStreamsSink } from '../../src/sinks/redis-streams.ts';

const redis = { TINFOIL_SINK_REDIS_URL: 'redis://user:hunter2@redis:6379/1' };
const nats = { TINFOIL_SINK_NATS_URL: 'nats://user:hunter2@one:4222, nats://two:4222' };

it('makes none, one or both', () => {
  const names = (env: Record<string, string>) => createSinks(env).map(({ name }) => name);
  expect(names({})).toEqual([]);
  expect(names({ TINFOIL_SINK_REDIS_URL: ' ' })).toEqual([]);
  expect(names(redis)).toEqual(['redis-streams']);
  expect(names({ ...redis, ...nats, TINFOIL_SINK_WHEN_FULL: 'block', TINFOIL_SINK_BUFFER_BYTES: '1000000' })).toEqual([
    'redis-streams',
    'nats-jetstream',
  ]);
});

it.each([
  ['TINFOIL_SINK_REDIS_URL', 'hunter2', 'redis:// or rediss://'],
  ['TINFOIL_SINK_REDIS_URL', 'https://:hunter2@redis', 'redis:// or rediss://'],
  ['TINFOIL_SINK_NATS_URL', 'nats://one,hunter2', 'nats:// or tls://'],
  ['TINFOIL_SINK_WHEN_FULL', 'panic', 'drop-oldest or block, got "panic"'],
  ['TINFOIL_SINK_BUFFER_BYTES', '1e6', 'a positive whole number, got "1e6"'],
  ['TINFOIL_SINK_REDIS_MAXLEN', '0', 'a positive whole number, got "0"'],
  ['TINFOIL_SINK_NATS_STREAM', 'a.b', 'got "a.b"'],
  ['TINFOIL_SINK_NATS_SUBJECT', 'a.>', 'got "a.>"'],
])('refuses %s=%s in one line', (variable, value, part) => {
  const make = () => createSinks({ ...redis, ...nats, [variable]: value });
  expect(make).toThrow(TypeError);
  expect(make).toThrow(part);
  expect(make).toThrow(new RegExp(`^${variable} must be [^\\n]+$`));
  expect(make).not.toThrow('hunter2');
});

it('refuses bad options by name', () => {
  const url = 'redis://127.0.0.1';
  expect(() => createRedisStreamsSink({ url: 'hunter2' })).toThrow(/^redis-streams: url must be (?!.*hunter2)/);
  expect(() => createRedisStreamsSink({ url, maxLength: 0.5 })).toThrow('maxLength must be a positive whole number');
  expect(() => createRedisStreamsSink({ url, maxBytes: -1 })).toThrow('maxBytes must be a positive whole number');
  expect(() => createRedisStreamsSink({ url, whenFull: 'no' as never })).toThrow(
    "'drop-oldest' or 'block', got \"no\"",
  );
  expect(() => createNatsJetStreamSink({ url: 'http://one' })).toThrow('url must be nats:// or tls://');
  expect(() => createNatsJetStreamSink({ url: 'nats://one', subject: '*' })).toThrow('subject must be names');
});

it('says in one line which package is missing', async () => {
  const absent = 'a-client-that-is-not-installed';
  await expect(loadClient('redis-streams', 'ioredis', () => import(/* @vite-ignore */ absent))).rejects.toMatchObject({
    code: 'TINFOIL_PROXY_SINK_CLIENT',
    message: 'redis-streams needs ioredis: run `npm install ioredis`',
  });
});
