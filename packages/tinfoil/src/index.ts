/** Tinfoil in one import: the Client, and the names of its parts that bots use. Everything else is in the packages themselves. */

// Cluster
export {
  BroadcastError,
  type BroadcastResult,
  Cluster,
  type ClusterEnvOptions,
  ClusterManager,
  type ClusterManagerOptions,
  type ClusterOptions,
  clusterEnv,
  defineHandler,
  type GlobalState,
  type HandlerMap,
  ListenError,
  managerEnv,
  PeerError,
  type PodStatus,
  RpcError,
} from '@tinfoil/cluster';
// Gateway
export {
  BadPayloadError,
  CommandQueueFullError,
  createFileSessionStore,
  createIdentifyLimiter,
  createMemorySessionStore,
  EventOverflowError,
  fetchGatewayBot,
  Gateway,
  GatewayBotError,
  GatewayClosedError,
  GatewayFatalError,
  type GatewayOptions,
  GatewayTimeoutError,
  type ReadyEvent,
  SessionStoreError,
  type ShardInfo,
  type ShardStatus,
} from '@tinfoil/gateway';
// Interactions
export {
  type AutocompleteContext,
  type CommandContext,
  CommandType,
  type ComponentContext,
  customId,
  Interactions,
  InteractionsApiError,
  InteractionsError,
  type InteractionsOptions,
  type ModalContext,
  OptionType,
  verify,
} from '@tinfoil/interactions';
// REST
export {
  DiscordApiError,
  InvalidRequestLimitError,
  QueueFullError,
  RateLimitError,
  Rest,
  RestClosedError,
  RestConnectionError,
  RestError,
  type RestOptions,
  RestTimeoutError,
  TokenRejectedError,
  UnknownWebhookError,
} from '@tinfoil/rest';
// Ground floor
export {
  cdn,
  channelPermissions,
  type DispatchContext,
  type GatewayEventMap,
  hasPermissions,
  Intents,
  type IntentsResolvable,
  isSnowflake,
  type RestApi,
  type Snowflake,
  shardIdOf,
  snowflakeAt,
  snowflakeTimestampMs,
  TinfoilError,
} from '@tinfoil/types';
export { Client } from './client.ts';
export type { ClientOptions } from './options.ts';
