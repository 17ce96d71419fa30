/**
 * Routes of threads: starting, finding, joining them.
 */
import type {
  RESTGetAPIChannelThreadMemberQuery,
  RESTGetAPIChannelThreadMemberResult,
  RESTGetAPIChannelThreadMembersQuery,
  RESTGetAPIChannelThreadMembersResult,
  RESTGetAPIChannelThreadsArchivedPrivateResult,
  RESTGetAPIChannelThreadsArchivedPublicResult,
  RESTGetAPIChannelThreadsArchivedQuery,
  RESTGetAPIChannelUsersThreadsArchivedResult,
  RESTPostAPIChannelThreadsJSONBody,
  RESTPostAPIChannelThreadsResult,
  RESTPostAPIGuildForumThreadsJSONBody,
  Snowflake,
} from 'discord-api-types/v10';
import type { SearchIndexNotReady, ThreadSearchQuery, ThreadSearchResult } from '../payloads/thread-search.ts';
import type { CallOptions, FileOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/channels/{channel_id}/threads`. */
export interface ChannelThreadsRoute {
  readonly archived: ChannelThreadArchivedRoute;
  readonly search: ChannelThreadSearchRoute;
  /**
   * Starts a thread without a message, or a post in a forum or media channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#start-thread-without-message | Discord Docs/Start Thread without Message}
   */
  post(
    body: Plain<RESTPostAPIChannelThreadsJSONBody | RESTPostAPIGuildForumThreadsJSONBody>,
    options?: (FileOptions & ReasonOptions) | undefined,
  ): Promise<RESTPostAPIChannelThreadsResult>;
}

/** Routes at `/channels/{channel_id}/threads/archived`. */
export interface ChannelThreadArchivedRoute {
  readonly public: ChannelThreadArchivedPublicRoute;
  readonly private: ChannelThreadArchivedPrivateRoute;
}

/** Routes at `/channels/{channel_id}/threads/archived/public`. */
export interface ChannelThreadArchivedPublicRoute {
  /**
   * Lists archived public threads, latest first.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#list-public-archived-threads | Discord Docs/List Public Archived Threads}
   */
  get(
    query?: Plain<RESTGetAPIChannelThreadsArchivedQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelThreadsArchivedPublicResult>;
}

/** Routes at `/channels/{channel_id}/threads/archived/private`. */
export interface ChannelThreadArchivedPrivateRoute {
  /**
   * Lists archived private threads, latest first; needs Manage Threads.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#list-private-archived-threads | Discord Docs/List Private Archived Threads}
   */
  get(
    query?: Plain<RESTGetAPIChannelThreadsArchivedQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelThreadsArchivedPrivateResult>;
}

/** Routes at `/channels/{channel_id}/threads/search`. */
export interface ChannelThreadSearchRoute {
  /**
   * Searches the threads of a channel; 202 and a `retry_after` while the index is being built.
   *
   * @see {@link https://docs.discord.com/developers/topics/threads | Discord Docs/Threads}
   */
  get(
    query?: ThreadSearchQuery | undefined,
    options?: CallOptions | undefined,
  ): Promise<ThreadSearchResult | SearchIndexNotReady>;
}

/** Routes at `/channels/{channel_id}/users`. */
export interface ChannelUsersRoute {
  readonly me: ChannelUserMeRoute;
}

/** Routes at `/channels/{channel_id}/users/@me`. */
export interface ChannelUserMeRoute {
  readonly threads: ChannelUserMeThreadsRoute;
}

/** Routes at `/channels/{channel_id}/users/@me/threads`. */
export interface ChannelUserMeThreadsRoute {
  readonly archived: ChannelUserMeThreadArchivedRoute;
}

/** Routes at `/channels/{channel_id}/users/@me/threads/archived`. */
export interface ChannelUserMeThreadArchivedRoute {
  readonly private: ChannelUserMeThreadArchivedPrivateRoute;
}

/** Routes at `/channels/{channel_id}/users/@me/threads/archived/private`. */
export interface ChannelUserMeThreadArchivedPrivateRoute {
  /**
   * Lists archived private threads that the bot joined, by descending id.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#list-joined-private-archived-threads | Discord Docs/List Joined Private Archived Threads}
   */
  get(
    query?: Plain<RESTGetAPIChannelThreadsArchivedQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelUsersThreadsArchivedResult>;
}

/** Routes at `/channels/{channel_id}/thread-members`. */
export interface ChannelThreadMembersRoute {
  readonly me: ChannelThreadMemberMeRoute;
  (userId: Snowflake): ChannelThreadMemberRoute;
  /**
   * Lists the members of a thread; needs the Guild Members intent.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#list-thread-members | Discord Docs/List Thread Members}
   */
  get(
    query?: Plain<RESTGetAPIChannelThreadMembersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelThreadMembersResult>;
}

/** Routes at `/channels/{channel_id}/thread-members/{user_id}`. */
export interface ChannelThreadMemberRoute {
  /**
   * Gets one member of a thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#get-thread-member | Discord Docs/Get Thread Member}
   */
  get(
    query?: Plain<RESTGetAPIChannelThreadMemberQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIChannelThreadMemberResult>;
  /**
   * Adds a member to a thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#add-thread-member | Discord Docs/Add Thread Member}
   */
  put(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
  /**
   * Removes a member from a thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#remove-thread-member | Discord Docs/Remove Thread Member}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/thread-members/@me`. */
export interface ChannelThreadMemberMeRoute {
  /**
   * Joins a thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#join-thread | Discord Docs/Join Thread}
   */
  put(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
  /**
   * Leaves a thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#leave-thread | Discord Docs/Leave Thread}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}
