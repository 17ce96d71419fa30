/**
 * Routes below `/webhooks`: webhooks by id and by token, and the follow-ups of interactions.
 */
import type {
  RESTDeleteAPIWebhookWithTokenMessageQuery,
  RESTGetAPIInteractionOriginalResponseResult,
  RESTGetAPIWebhookResult,
  RESTGetAPIWebhookWithTokenMessageQuery,
  RESTGetAPIWebhookWithTokenMessageResult,
  RESTGetAPIWebhookWithTokenResult,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPatchAPIInteractionOriginalResponseResult,
  RESTPatchAPIWebhookJSONBody,
  RESTPatchAPIWebhookResult,
  RESTPatchAPIWebhookWithTokenJSONBody,
  RESTPatchAPIWebhookWithTokenMessageJSONBody,
  RESTPatchAPIWebhookWithTokenMessageQuery,
  RESTPatchAPIWebhookWithTokenMessageResult,
  RESTPatchAPIWebhookWithTokenResult,
  RESTPostAPIWebhookWithTokenGitHubQuery,
  RESTPostAPIWebhookWithTokenJSONBody,
  RESTPostAPIWebhookWithTokenQuery,
  RESTPostAPIWebhookWithTokenSlackQuery,
  RESTPostAPIWebhookWithTokenWaitResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { GitHubWebhookBody, SlackWebhookBody } from '../payloads/webhook-formats.ts';
import type { AskedOptions, CallOptions, FileOptions, Plain, QueryOptions, ReasonOptions } from './options.ts';

/** Routes at `/webhooks`. */
export type WebhooksRoute = (webhookId: Snowflake) => WebhookRoute;

/** Routes at `/webhooks/{webhook_id}`. */
export interface WebhookRoute {
  (webhookToken: string): WebhookTokenRoute;
  /**
   * Gets a webhook by id; needs Manage Webhooks.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#get-webhook | Discord Docs/Get Webhook}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIWebhookResult>;
  /**
   * Changes the name, avatar or channel of a webhook.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#modify-webhook | Discord Docs/Modify Webhook}
   */
  patch(
    body: Plain<RESTPatchAPIWebhookJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIWebhookResult>;
  /**
   * Deletes a webhook for good.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#delete-webhook | Discord Docs/Delete Webhook}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}`. */
export interface WebhookTokenRoute {
  readonly github: WebhookTokenGithubRoute;
  readonly slack: WebhookTokenSlackRoute;
  readonly messages: WebhookTokenMessagesRoute;
  /**
   * Gets a webhook by its token; the answer names no user.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#get-webhook-with-token | Discord Docs/Get Webhook with Token}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIWebhookWithTokenResult>;
  /**
   * Changes the name or avatar of a webhook by its token.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#modify-webhook-with-token | Discord Docs/Modify Webhook with Token}
   */
  patch(
    body: Plain<RESTPatchAPIWebhookWithTokenJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIWebhookWithTokenResult>;
  /**
   * Deletes a webhook by its token.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#delete-webhook-with-token | Discord Docs/Delete Webhook with Token}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
  /**
   * Posts a message as the webhook, or a follow-up when id and token are an application's and an interaction's.
   *
   * @returns What Discord made of it when `query.wait` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message | Discord Docs/Create Followup Message}
   */
  post(
    body: Plain<RESTPostAPIWebhookWithTokenJSONBody>,
    options: FileOptions & AskedOptions<RESTPostAPIWebhookWithTokenQuery & { wait: true }>,
  ): Promise<RESTPostAPIWebhookWithTokenWaitResult>;
  /**
   * Posts a message as the webhook, or a follow-up when id and token are an application's and an interaction's.
   *
   * @returns What Discord made of it when `query.wait` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message | Discord Docs/Create Followup Message}
   */
  post(
    body: Plain<RESTPostAPIWebhookWithTokenJSONBody>,
    options?: (FileOptions & QueryOptions<RESTPostAPIWebhookWithTokenQuery & { wait?: false | undefined }>) | undefined,
  ): Promise<undefined>;
  /**
   * Posts a message as the webhook, or a follow-up when id and token are an application's and an interaction's.
   *
   * @returns What Discord made of it when `query.wait` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message | Discord Docs/Create Followup Message}
   */
  post(
    body: Plain<RESTPostAPIWebhookWithTokenJSONBody>,
    options?: (FileOptions & QueryOptions<RESTPostAPIWebhookWithTokenQuery>) | undefined,
  ): Promise<RESTPostAPIWebhookWithTokenWaitResult | undefined>;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}/github`. */
export interface WebhookTokenGithubRoute {
  /**
   * Posts what GitHub sends to its webhooks.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#execute-github-compatible-webhook | Discord Docs/Execute GitHub-Compatible Webhook}
   */
  post(
    body: GitHubWebhookBody,
    options?: QueryOptions<Plain<RESTPostAPIWebhookWithTokenGitHubQuery>> | undefined,
  ): Promise<undefined>;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}/slack`. */
export interface WebhookTokenSlackRoute {
  /**
   * Posts a message in Slack's format; answers `ok` as text.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#execute-slack-compatible-webhook | Discord Docs/Execute Slack-Compatible Webhook}
   */
  post(
    body: SlackWebhookBody,
    options?: QueryOptions<Plain<RESTPostAPIWebhookWithTokenSlackQuery>> | undefined,
  ): Promise<string | null>;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}/messages`. */
export interface WebhookTokenMessagesRoute {
  readonly original: WebhookTokenMessageOriginalRoute;
  (messageId: Snowflake): WebhookTokenMessageRoute;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}/messages/@original`. */
export interface WebhookTokenMessageOriginalRoute {
  /**
   * Gets the first answer to an interaction.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#get-original-interaction-response | Discord Docs/Get Original Interaction Response}
   */
  get(
    query?: Plain<RESTGetAPIWebhookWithTokenMessageQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIInteractionOriginalResponseResult>;
  /**
   * Edits the first answer to an interaction, also after it was deferred.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#edit-original-interaction-response | Discord Docs/Edit Original Interaction Response}
   */
  patch(
    body: Plain<RESTPatchAPIInteractionOriginalResponseJSONBody>,
    options?: (FileOptions & QueryOptions<Plain<RESTPatchAPIWebhookWithTokenMessageQuery>>) | undefined,
  ): Promise<RESTPatchAPIInteractionOriginalResponseResult>;
  /**
   * Deletes the first answer to an interaction.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#delete-original-interaction-response | Discord Docs/Delete Original Interaction Response}
   */
  delete(options?: QueryOptions<Plain<RESTDeleteAPIWebhookWithTokenMessageQuery>> | undefined): Promise<undefined>;
}

/** Routes at `/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}`. */
export interface WebhookTokenMessageRoute {
  /**
   * Gets a message that the webhook or the interaction posted.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#get-followup-message | Discord Docs/Get Followup Message}
   */
  get(
    query?: Plain<RESTGetAPIWebhookWithTokenMessageQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIWebhookWithTokenMessageResult>;
  /**
   * Edits a message that the webhook or the interaction posted.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#edit-followup-message | Discord Docs/Edit Followup Message}
   */
  patch(
    body: Plain<RESTPatchAPIWebhookWithTokenMessageJSONBody>,
    options?: (FileOptions & QueryOptions<Plain<RESTPatchAPIWebhookWithTokenMessageQuery>>) | undefined,
  ): Promise<RESTPatchAPIWebhookWithTokenMessageResult>;
  /**
   * Deletes a message that the webhook or the interaction posted.
   *
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#delete-followup-message | Discord Docs/Delete Followup Message}
   */
  delete(options?: QueryOptions<Plain<RESTDeleteAPIWebhookWithTokenMessageQuery>> | undefined): Promise<undefined>;
}
