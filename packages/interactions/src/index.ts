/** Discord interactions and webhook events over HTTP or the gateway: verified, typed, on every runtime. */

export type {
  AutocompleteContext,
  BaseContext,
  CommandContext,
  ComponentContext,
  DeferOptions,
  EditBody,
  EditOptions,
  MessageBody,
  MessageOptions,
  ModalContext,
  Modals,
  ModalValue,
  Replies,
  ReplyOptions,
  SubcommandContext,
  Updates,
} from './contexts.ts';
// custom_id
export { type CustomIdParams, customId } from './custom-id.ts';
// Definitions
export {
  type CommandDefinition,
  type CommandOptions,
  CommandType,
  OptionType,
  type OptionValue,
  type ResolvedMentionable,
  type ResolvedUser,
} from './definitions.ts';
export type { Respond } from './delivery.ts';
// Errors
export { InteractionsApiError, InteractionsError, type InteractionsFailure } from './errors.ts';
// The handler
export type { CommandHandler, InteractionErrorEvent, InteractionErrorListener } from './handlers.ts';
export { Interactions } from './interactions.ts';
export type { InteractionsOptions } from './options.ts';
export type { RegisterOptions, RegisterResult } from './register.ts';
export type { HandlerOptions } from './router.ts';
// Signatures
export { type VerifyInput, verify } from './verify.ts';
export type { FetchContext } from './web.ts';
// Webhook events
export type {
  GameDirectMessage,
  HandledInteraction,
  LobbyMessage,
  WebhookEvent,
  WebhookEventHandler,
  WebhookEventMap,
  WebhookEventName,
} from './webhook-events.ts';
