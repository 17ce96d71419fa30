/** The proxy as a part of another program; `main.ts` is the program. */
export type { AccessToken } from './clients/access.ts';
export { ConfigError, parseConfig } from './config.ts';
export { GatewayProxy } from './gateway-proxy.ts';
export type { ListenAddress, ProxyOptions, ProxyTiming } from './options.ts';
export { createNatsJetStreamSink, type NatsJetStreamOptions } from './sinks/nats-jetstream.ts';
export { createRedisStreamsSink, type RedisStreamsOptions } from './sinks/redis-streams.ts';
export type { EventSink, SinkEvent, SinkHost } from './sinks/sink.ts';
export type { BufferOptions, SinkTiming, WhenFull } from './sinks/sink-options.ts';
