/** Options of the proxy: what may be set, and what it is when not set. */
import type { ClusterEnvOptions } from '@tinfoil/cluster';
import type { GatewayOptions, GatewayTiming } from '@tinfoil/gateway';
import type { IntentsResolvable } from '@tinfoil/types';
import type { AccessToken } from './clients/access.ts';
import type { EventSink } from './sinks/sink.ts';

/** Where a listener binds; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Intervals in milliseconds, for tests that run faster than Discord. */
export interface ProxyTiming {
  /** Heartbeat interval that clients are told. */
  readonly heartbeatMs: number;
  /** From HELLO to IDENTIFY or RESUME. */
  readonly identifyTimeoutMs: number;
  /** How long a client waits for a shard that is not up. */
  readonly answerTimeoutMs: number;
  /** How long a client's session waits for it, while the buffer holds what it misses. */
  readonly sessionMaxMs: number;
  /** How far the saved sequence stays behind. */
  readonly trailMs: number;
  /** Regular work. */
  readonly tickMs: number;
}

/** Options of {@link GatewayProxy}. */
export interface ProxyOptions {
  readonly token: string;
  readonly intents: IntentsResolvable;
  /** Versioned base URL of Discord's REST API. @defaultValue `https://discord.com/api/v10` */
  readonly apiUrl?: string | undefined;
  readonly shards?: GatewayOptions['shards'];
  readonly accessTokens: readonly AccessToken[];
  /** Accept the bot token from clients as well. @defaultValue false */
  readonly acceptBotToken?: boolean | undefined;
  /** Where clients connect, REST and gateway. */
  readonly listen: ListenAddress;
  /** Probes and metrics. */
  readonly ops: ListenAddress;
  /** WebSocket URL at which clients reach the proxy; taken from their requests when absent. */
  readonly publicUrl?: string | undefined;
  /** Start state, sessions, clients. A directory belongs to one process. */
  readonly stateDirectory: string;
  /** Age of the oldest event that can be replayed. @defaultValue 60,000 */
  readonly bufferMs?: number | undefined;
  /** Bytes of events that can be replayed, per shard. @defaultValue 16 MiB */
  readonly bufferBytes?: number | undefined;
  /** Bytes that may wait for one client. @defaultValue 8 MiB */
  readonly clientQueueBytes?: number | undefined;
  /** Connections at a time. @defaultValue 10,000 */
  readonly maxClients?: number | undefined;
  /** Makes the proxy one of several pods. */
  readonly cluster?: ClusterEnvOptions | undefined;
  readonly sinks?: readonly EventSink[] | undefined;
  readonly timing?: Partial<ProxyTiming> | undefined;
  readonly gatewayTiming?: Partial<GatewayTiming> | undefined;
  /** One line for the operator. */
  readonly log?: ((line: string) => void) | undefined;
}

/** Timing that suits Discord. */
export const defaultProxyTiming: ProxyTiming = {
  heartbeatMs: 41_250,
  identifyTimeoutMs: 30_000,
  answerTimeoutMs: 10_000,
  sessionMaxMs: 300_000,
  trailMs: 10_000,
  tickMs: 1_000,
};
