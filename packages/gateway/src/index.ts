/** Discord's gateway: the shards of one process, and the parts that a cluster replaces. */

export type { GatewayCommand, PresenceUpdate } from './commands.ts';
// Cut-over between fleets
export type { CutoverPhase, CutoverTimes } from './cutover.ts';
// Errors
export {
  BadPayloadError,
  CommandQueueFullError,
  EventOverflowError,
  GatewayBotError,
  GatewayClosedError,
  GatewayFatalError,
  GatewayTimeoutError,
  IdentifyBudgetError,
  SessionStoreError,
  SlowListenerError,
} from './errors.ts';
export type { EventStreamOptions, StreamedEvent, WaitForOptions } from './event-stream.ts';
// Events
export type {
  DispatchEvent,
  FatalEvent,
  GatewayErrorEvent,
  GatewayListeners,
  GatewayOwnEvents,
  RawEvent,
  ReadyEvent,
  ShardStatusEvent,
} from './events.ts';
export { type FetchGatewayBotOptions, fetchGatewayBot } from './fetch-gateway-bot.ts';
export { createFileSessionStore, type FileSessionStoreOptions } from './file-session-store.ts';
export type { CutoverInfo, StandbyOptions } from './gate.ts';
// Gateway
export { Gateway, type GatewayCallOptions, type GatewayEvent, type GatewayEventArguments } from './gateway.ts';
export type { GuildMembersChunk, GuildMembersQuery } from './guild-members.ts';
// Identify and sessions
export { createIdentifyLimiter, type IdentifyLimiterOptions } from './identify-limiter.ts';
export type { CompressionName } from './inflate.ts';
export { createMemorySessionStore } from './memory-session-store.ts';
export type { CompressionOption, GatewayOptions, GatewayTiming, GetGatewayBot, ShardsOption } from './options.ts';
export type { GatewayRequestOptions } from './requests.ts';
export type { ShardStatus } from './state.ts';
export type { ShardInfo } from './status.ts';
// Transport
export type {
  GatewayConnection,
  GatewayConnectionHandlers,
  GatewayConnectionOptions,
  GatewayTransport,
} from './transport.ts';
