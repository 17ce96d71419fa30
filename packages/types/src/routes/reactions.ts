/**
 * Routes of the reactions to a message.
 */
import type {
  RESTGetAPIChannelMessageReactionUsersQuery,
  RESTGetAPIChannelMessageReactionUsersResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/channels/{channel_id}/messages/{message_id}/reactions`. */
export interface ChannelMessageReactionsRoute {
  /** @param emoji - A unicode emoji, or `name:id` of a custom one; encoded for you. */
  (emoji: string): ChannelMessageReactionRoute;
  /**
   * Removes every reaction from a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#delete-all-reactions | Discord Docs/Delete All Reactions}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}`. */
export interface ChannelMessageReactionRoute {
  readonly me: ChannelMessageReactionMeRoute;
  (userId: Snowflake): ChannelMessageReactionUserRoute;
  /**
   * Lists who reacted with an emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#get-reactions | Discord Docs/Get Reactions}
   */
  get(
    query?: Plain<RESTGetAPIChannelMessageReactionUsersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelMessageReactionUsersResult>;
  /**
   * Removes every reaction with one emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#delete-all-reactions-for-emoji | Discord Docs/Delete All Reactions for Emoji}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me`. */
export interface ChannelMessageReactionMeRoute {
  /**
   * Reacts with an emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#create-reaction | Discord Docs/Create Reaction}
   */
  put(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
  /**
   * Takes the bot's reaction back.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#delete-own-reaction | Discord Docs/Delete Own Reaction}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}`. */
export interface ChannelMessageReactionUserRoute {
  /**
   * Removes another user's reaction.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#delete-user-reaction | Discord Docs/Delete User Reaction}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}
