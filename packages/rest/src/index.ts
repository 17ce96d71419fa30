/** REST client of Tinfoil: every route of Discord's API, rate limits that are not exceeded, retries that are safe. */

export {
  DiscordApiError,
  type FailedRoute,
  InvalidRequestLimitError,
  QueueFullError,
  RateLimitError,
  RestAnswerError,
  RestClosedError,
  RestConnectionError,
  RestError,
  RestTimeoutError,
  TokenRejectedError,
  UnknownWebhookError,
} from './errors.ts';
export type {
  InvalidRequestInfo,
  ListenerErrorInfo,
  RateLimitedInfo,
  ResponseInfo,
  RestEvents,
  RetryInfo,
  RouteInfo,
  WaitInfo,
} from './events.ts';
export { createFetchTransport } from './fetch-transport.ts';
export type { GlobalLimitOptions } from './global-limit.ts';
export type { RateLimitScope } from './headers.ts';
export type { RestOptions } from './options.ts';
export type { ListOptions } from './pages.ts';
export {
  type ArchivedThreadOptions,
  type AuditLogOptions,
  type EitherWayOptions,
  type EntitlementListOptions,
  type ForwardOptions,
  listArchivedThreads,
  listAuditLogEntries,
  listBans,
  listCurrentUserGuilds,
  listEntitlements,
  listMembers,
  listMessages,
  listPins,
  listPollVoters,
  listReactions,
  listScheduledEventUsers,
  listSubscriptions,
  listThreadMembers,
  type PageSource,
  type ReactionOptions,
} from './paginate.ts';
export { Rest, type RestCloseOptions, type RestListener } from './rest.ts';
// Transports
export type { Transport, TransportHandler, TransportRequest } from './transport.ts';
export { createUndiciTransport, type UndiciTransportOptions } from './undici-transport.ts';
