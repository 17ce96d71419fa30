/**
 * Routes of the messages of a channel: pins and polls among them. Reactions have their own file.
 */
import type {
  RESTGetAPIChannelMessageResult,
  RESTGetAPIChannelMessagesPinsQuery,
  RESTGetAPIChannelMessagesPinsResult,
  RESTGetAPIChannelMessagesQuery,
  RESTGetAPIChannelMessagesResult,
  RESTGetAPIChannelPinsResult,
  RESTGetAPIPollAnswerVotersQuery,
  RESTGetAPIPollAnswerVotersResult,
  RESTPatchAPIChannelMessageResult,
  RESTPostAPIChannelMessageCrosspostResult,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageResult,
  RESTPostAPIChannelMessagesBulkDeleteJSONBody,
  RESTPostAPIChannelMessagesThreadsJSONBody,
  RESTPostAPIChannelMessagesThreadsResult,
  RESTPostAPIPollExpireResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { MessageEdit } from '../payloads/bodies.ts';
import type { CallOptions, FileOptions, Plain, ReasonOptions } from './options.ts';
import type { ChannelMessageReactionsRoute } from './reactions.ts';

/** Routes at `/channels/{channel_id}/messages`. */
export interface ChannelMessagesRoute {
  readonly bulkDelete: ChannelMessageBulkDeleteRoute;
  readonly pins: ChannelMessagePinsRoute;
  (messageId: Snowflake): ChannelMessageRoute;
  /**
   * Lists up to 100 messages around, before or after one, newest first.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#get-channel-messages | Discord Docs/Get Channel Messages}
   */
  get(
    query?: Plain<RESTGetAPIChannelMessagesQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelMessagesResult>;
  /**
   * Posts a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#create-message | Discord Docs/Create Message}
   */
  post(
    body: Plain<RESTPostAPIChannelMessageJSONBody>,
    options?: FileOptions | undefined,
  ): Promise<RESTPostAPIChannelMessageResult>;
}

/** Routes at `/channels/{channel_id}/messages/bulk-delete`. */
export interface ChannelMessageBulkDeleteRoute {
  /**
   * Deletes 2 to 100 messages, none older than two weeks.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#bulk-delete-messages | Discord Docs/Bulk Delete Messages}
   */
  post(
    body: Plain<RESTPostAPIChannelMessagesBulkDeleteJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/pins`. */
export interface ChannelMessagePinsRoute {
  (messageId: Snowflake): ChannelMessagePinRoute;
  /**
   * Lists pinned messages, latest pin first, by pages of up to 50.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#get-channel-pins | Discord Docs/Get Channel Pins}
   */
  get(
    query?: Plain<RESTGetAPIChannelMessagesPinsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelMessagesPinsResult>;
}

/** Routes at `/channels/{channel_id}/messages/pins/{message_id}`. */
export interface ChannelMessagePinRoute {
  /**
   * Pins a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#pin-message | Discord Docs/Pin Message}
   */
  put(body?: undefined, options?: ReasonOptions | undefined): Promise<undefined>;
  /**
   * Unpins a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#unpin-message | Discord Docs/Unpin Message}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}`. */
export interface ChannelMessageRoute {
  readonly crosspost: ChannelMessageCrosspostRoute;
  readonly threads: ChannelMessageThreadsRoute;
  readonly reactions: ChannelMessageReactionsRoute;
  /**
   * Gets one message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#get-channel-message | Discord Docs/Get Channel Message}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIChannelMessageResult>;
  /**
   * Edits a message of the bot, or the flags of another's.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#edit-message | Discord Docs/Edit Message}
   */
  patch(body: Plain<MessageEdit>, options?: FileOptions | undefined): Promise<RESTPatchAPIChannelMessageResult>;
  /**
   * Deletes a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#delete-message | Discord Docs/Delete Message}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}/crosspost`. */
export interface ChannelMessageCrosspostRoute {
  /**
   * Publishes a message of an announcement channel to its followers.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#crosspost-message | Discord Docs/Crosspost Message}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<RESTPostAPIChannelMessageCrosspostResult>;
}

/** Routes at `/channels/{channel_id}/messages/{message_id}/threads`. */
export interface ChannelMessageThreadsRoute {
  /**
   * Starts a thread from a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#start-thread-from-message | Discord Docs/Start Thread from Message}
   */
  post(
    body: Plain<RESTPostAPIChannelMessagesThreadsJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIChannelMessagesThreadsResult>;
}

/** Routes at `/channels/{channel_id}/pins`. */
export interface ChannelPinsRoute {
  (messageId: Snowflake): ChannelPinRoute;
  /**
   * Lists all pinned messages by the old route.
   *
   * @deprecated Use `messages.pins`, which pages.
   * @see {@link https://docs.discord.com/developers/resources/message#get-pinned-messages-deprecated | Discord Docs/Get Pinned Messages (deprecated)}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIChannelPinsResult>;
}

/** Routes at `/channels/{channel_id}/pins/{message_id}`. */
export interface ChannelPinRoute {
  /**
   * Pins a message by the old route.
   *
   * @deprecated Use `messages.pins`.
   * @see {@link https://docs.discord.com/developers/resources/message#pin-message-deprecated | Discord Docs/Pin Message (deprecated)}
   */
  put(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
  /**
   * Unpins a message by the old route.
   *
   * @deprecated Use `messages.pins`.
   * @see {@link https://docs.discord.com/developers/resources/message#unpin-message-deprecated | Discord Docs/Unpin Message (deprecated)}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/polls`. */
export type ChannelPollsRoute = (messageId: Snowflake) => ChannelPollRoute;

/** Routes at `/channels/{channel_id}/polls/{message_id}`. */
export interface ChannelPollRoute {
  readonly answers: ChannelPollAnswersRoute;
  readonly expire: ChannelPollExpireRoute;
}

/** Routes at `/channels/{channel_id}/polls/{message_id}/answers`. */
export type ChannelPollAnswersRoute = (answerId: number) => ChannelPollAnswerRoute;

/** Routes at `/channels/{channel_id}/polls/{message_id}/answers/{answer_id}`. */
export interface ChannelPollAnswerRoute {
  /**
   * Lists who voted for one answer of a poll.
   *
   * @see {@link https://docs.discord.com/developers/resources/poll#get-answer-voters | Discord Docs/Get Answer Voters}
   */
  get(
    query?: Plain<RESTGetAPIPollAnswerVotersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIPollAnswerVotersResult>;
}

/** Routes at `/channels/{channel_id}/polls/{message_id}/expire`. */
export interface ChannelPollExpireRoute {
  /**
   * Ends a poll of the bot at once.
   *
   * @see {@link https://docs.discord.com/developers/resources/poll#end-poll | Discord Docs/End Poll}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<RESTPostAPIPollExpireResult>;
}
