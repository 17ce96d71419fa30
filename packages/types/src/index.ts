/** Ground floor of Tinfoil: types of Discord's API, the seams between packages, and the few values all of them share. */

// Discord's payloads; their enum values are at `@tinfoil/types/v10`.
export type * from 'discord-api-types/v10';

// Values shared by the packages
export { type BackoffOptions, backoffMs } from './backoff.ts';
export { cdn, type ImageFormat, type ImageOptions } from './cdn.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export {
  Emitter,
  type EventArguments,
  type EventMap,
  type EventName,
  type Listener,
  type ListenerErrorHandler,
  type ListenOptions,
} from './emitter.ts';
export { TinfoilError } from './error.ts';
// Gateway
export type { DispatchContext, GatewayEventMap, GatewayEventName } from './gateway-events.ts';
// REST
export type { GlobalLimiter } from './global-limiter.ts';
export type { IdentifyAsk, IdentifyLimiter, IdentifyOutcome, IdentifyPermit } from './identify.ts';
export { Intents, type IntentsResolvable, privilegedIntents, resolveIntents } from './intents.ts';
// Interactions and cluster
export type {
  HandleContext,
  HeaderReader,
  InteractionReceiver,
  InteractionRoute,
  ReceiverResponse,
} from './interaction-receiver.ts';
export { channelPermissions, hasPermissions, type PermissionContext } from './permissions.ts';
export { projectUrl } from './project.ts';
export type {
  DiscordRequest,
  FileData,
  FileUpload,
  HttpMethod,
  QueryValue,
  RequestAuth,
  RequestOptions,
  RequestSpec,
} from './request.ts';
export type { RpcAnswer, RpcCall, RpcFailureCode, RpcTarget, RpcTopology } from './rpc.ts';
export type { SessionKey, SessionRecord, SessionStore } from './session.ts';
export { discordEpochMs, isSnowflake, shardIdOf, snowflakeAt, snowflakeTimestampMs } from './snowflake.ts';
