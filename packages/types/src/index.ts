/** Ground floor of Tinfoil: types of Discord's API, the seams between packages, and the few values all of them share. */

// Discord's payloads; their enum values are at `@tinfoil/types/v10`.
export type * from 'discord-api-types/v10';

// Values shared by the packages
export { type BackoffOptions, backoffMs } from './backoff.ts';
export { type CdnFormat, type CdnOptions, cdn } from './cdn.ts';
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
// Payloads that discord-api-types lacks
export type { ApplicationAttachmentResult } from './payloads/application.ts';
export type {
  ApplicationEdit,
  ChannelEdit,
  CommandsReplace,
  GroupDMCreate,
  GuildChannelCreate,
  GuildEdit,
  GuildMemberAdd,
  MessageEdit,
  TagSetting,
} from './payloads/bodies.ts';
export type { GuildChannel } from './payloads/guild-channel.ts';
export type {
  GuildHomeAction,
  GuildHomeResource,
  GuildHomeSettings,
  GuildJoinRequest,
  GuildJoinRequestAction,
  GuildJoinRequestField,
  GuildJoinRequestStatus,
  GuildJoinRequestsQuery,
  GuildJoinRequestsResult,
} from './payloads/join-request.ts';
export type {
  Lobby,
  LobbyChannelLink,
  LobbyCreate,
  LobbyCreateOrJoin,
  LobbyEdit,
  LobbyGuildInvite,
  LobbyMember,
  LobbyMemberBulkUpdate,
  LobbyMemberFlags,
  LobbyMemberInput,
  LobbyMemberPut,
  LobbyMessage,
  LobbyMessageCreate,
  LobbyMessagesQuery,
  LobbyMetadata,
  ModerationMetadata,
} from './payloads/lobby.ts';
export type {
  OAuth2Key,
  OAuth2Keys,
  OAuth2RevokeBody,
  OAuth2TokenBody,
  OAuth2TokenResult,
  OAuth2UserInfo,
} from './payloads/oauth2.ts';
export type {
  BotProvisionalAccountUnmerge,
  BotProvisionalTokenRequest,
  ExternalAuthType,
  ProvisionalAccountUnmerge,
  ProvisionalToken,
  ProvisionalTokenRequest,
} from './payloads/partner-sdk.ts';
export type {
  AuditLogQuery,
  CurrentUserEntitlementsQuery,
  EntitlementsQuery,
  GuildPruneCountQuery,
  InviteQuery,
  SKUSubscriptionQuery,
} from './payloads/queries.ts';
export type {
  ScheduledEvent,
  ScheduledEventException,
  ScheduledEventExceptionCreate,
  ScheduledEventExceptionEdit,
  ScheduledEventUser,
  ScheduledEventUserCounts,
  ScheduledEventUserCountsQuery,
} from './payloads/scheduled-event.ts';
export type { SearchIndexNotReady, ThreadSearchQuery, ThreadSearchResult } from './payloads/thread-search.ts';
export type { GitHubWebhookBody, SlackWebhookAttachment, SlackWebhookBody } from './payloads/webhook-formats.ts';
export { channelPermissions, hasPermissions, type PermissionContext } from './permissions.ts';
export { projectUrl } from './project.ts';
export type {
  CallOptions,
  DiscordRequest,
  FileData,
  FileUpload,
  HttpMethod,
  QueryValue,
  RequestAuth,
  RequestOptions,
  RequestSpec,
} from './request.ts';
// Route tree
export type {
  AskedOptions,
  BodyOptions,
  FileOptions,
  Plain,
  QueryOptions,
  ReasonOptions,
  UploadOptions,
} from './routes/options.ts';
export type { RestApi } from './routes/rest-api.ts';
// Calls between pods, sessions, snowflakes
export type { RpcAnswer, RpcCall, RpcFailureCode, RpcTarget, RpcTopology } from './rpc.ts';
export type { SessionKey, SessionRecord, SessionStore } from './session.ts';
export { discordEpochMs, isSnowflake, shardIdOf, snowflakeAt, snowflakeTimestampMs } from './snowflake.ts';
