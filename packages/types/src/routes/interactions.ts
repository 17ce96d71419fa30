/**
 * Route of the first answer to an interaction. Follow-ups are webhooks: `webhooks(applicationId)(token)`.
 */
import type {
  RESTPostAPIInteractionCallbackJSONBody,
  RESTPostAPIInteractionCallbackQuery,
  RESTPostAPIInteractionCallbackWithResponseResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { AskedOptions, FileOptions, Plain, QueryOptions } from './options.ts';

/** Routes at `/interactions`. */
export type InteractionsRoute = (interactionId: Snowflake) => InteractionRoute;

/** Routes at `/interactions/{interaction_id}`. */
export type InteractionRoute = (interactionToken: string) => InteractionTokenRoute;

/** Routes at `/interactions/{interaction_id}/{interaction_token}`. */
export interface InteractionTokenRoute {
  readonly callback: InteractionTokenCallbackRoute;
}

/** Routes at `/interactions/{interaction_id}/{interaction_token}/callback`. */
export interface InteractionTokenCallbackRoute {
  /**
   * Answers an interaction; due within 3 seconds of its creation.
   *
   * @returns What Discord made of it when `query.with_response` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response | Discord Docs/Create Interaction Response}
   */
  post(
    body: Plain<RESTPostAPIInteractionCallbackJSONBody>,
    options: FileOptions & AskedOptions<RESTPostAPIInteractionCallbackQuery & { with_response: true }>,
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult>;
  /**
   * Answers an interaction; due within 3 seconds of its creation.
   *
   * @returns What Discord made of it when `query.with_response` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response | Discord Docs/Create Interaction Response}
   */
  post(
    body: Plain<RESTPostAPIInteractionCallbackJSONBody>,
    options?:
      | (FileOptions & QueryOptions<RESTPostAPIInteractionCallbackQuery & { with_response?: false | undefined }>)
      | undefined,
  ): Promise<undefined>;
  /**
   * Answers an interaction; due within 3 seconds of its creation.
   *
   * @returns What Discord made of it when `query.with_response` is true, else nothing.
   * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response | Discord Docs/Create Interaction Response}
   */
  post(
    body: Plain<RESTPostAPIInteractionCallbackJSONBody>,
    options?: (FileOptions & QueryOptions<RESTPostAPIInteractionCallbackQuery>) | undefined,
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult | undefined>;
}
