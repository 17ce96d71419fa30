/**
 * Search through the threads of a channel, which `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/resources/channel | Discord Docs/Channel}
 */
import type { APIMessage, APIThreadChannel, APIThreadMember, Snowflake } from 'discord-api-types/v10';

/** Query of `GET /channels/{channel_id}/threads/search`. */
export interface ThreadSearchQuery {
  /** At most 100 characters. */
  readonly name?: string | undefined;
  /** How far apart the words of `name` may stand: 0 to 100. */
  readonly slop?: number | undefined;
  readonly min_id?: Snowflake | undefined;
  readonly max_id?: Snowflake | undefined;
  /** At most 20 tags. */
  readonly tag?: readonly Snowflake[] | undefined;
  readonly tag_setting?: 'match_all' | 'match_some' | undefined;
  readonly archived?: boolean | undefined;
  readonly sort_by?: 'relevance' | 'creation_time' | 'last_message_time' | 'archive_time' | undefined;
  readonly sort_order?: 'asc' | 'desc' | undefined;
  /** 1 to 25. */
  readonly limit?: number | undefined;
  /** 0 to 9,975. */
  readonly offset?: number | undefined;
}

/** Threads found. */
export interface ThreadSearchResult {
  threads: APIThreadChannel[];
  members: APIThreadMember[];
  has_more: boolean;
  first_messages?: APIMessage[];
  total_results: number;
}

/** Answer 202 of a search: try again when the index is ready. */
export interface SearchIndexNotReady {
  message: string;
  code: number;
  documents_indexed: number;
  /** Seconds. */
  retry_after: number;
}
