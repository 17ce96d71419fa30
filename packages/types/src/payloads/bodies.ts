/**
 * Bodies of which `discord-api-types` lacks a field that Discord takes.
 *
 * @see {@link https://docs.discord.com/developers/reference | Discord Docs/API Reference}
 */
import type {
  APIGuildForumDefaultReactionEmoji,
  ChannelFlags,
  ForumLayoutType,
  GuildChannelType,
  RESTAPIGuildCreateOverwrite,
  RESTPatchAPIChannelJSONBody,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPatchAPIGuildJSONBody,
  RESTPatchCurrentApplicationJSONBody,
  RESTPostAPIApplicationCommandsJSONBody,
  RESTPostAPIGuildChannelForumTagJSONBody,
  RESTPutAPIGuildMemberJSONBody,
  Snowflake,
  SortOrderType,
  ThreadAutoArchiveDuration,
  VideoQualityMode,
} from 'discord-api-types/v10';

/** How several tags of a forum are matched: all of them, or any. */
export type TagSetting = 'match_all' | 'match_some';

/** Body of `PATCH /applications/@me`. */
export interface ApplicationEdit extends RESTPatchCurrentApplicationJSONBody {
  /** Largest number of participants of an Activity: -1 for no limit. */
  readonly max_participants?: number | null | undefined;
  readonly explicit_content_filter?: number | null | undefined;
  readonly team_id?: Snowflake | null | undefined;
  readonly type?: number | null | undefined;
}

/** Body of `PUT /applications/{application_id}/commands`: a command with an id keeps it when renamed. */
export type CommandsReplace = readonly (RESTPostAPIApplicationCommandsJSONBody & {
  readonly id?: Snowflake | undefined;
})[];

/** Body of `PATCH /channels/{channel_id}`. */
export interface ChannelEdit extends RESTPatchAPIChannelJSONBody {
  /** Icon of a group DM, as image data. */
  readonly icon?: string | null | undefined;
  readonly default_tag_setting?: TagSetting | null | undefined;
}

/**
 * Body of `POST /guilds/{guild_id}/channels`. Written out, because the type of `discord-api-types` is derived from every kind
 * of channel, which costs the compiler more than all other routes together.
 */
export interface GuildChannelCreate {
  /** 1 to 100 characters. */
  readonly name: string;
  /** @defaultValue 0, a text channel */
  readonly type?: GuildChannelType | null | undefined;
  /** At most 1,024 characters; 4,096 in forum and media channels. */
  readonly topic?: string | null | undefined;
  readonly position?: number | null | undefined;
  readonly permission_overwrites?: readonly RESTAPIGuildCreateOverwrite[] | null | undefined;
  readonly parent_id?: Snowflake | number | null | undefined;
  readonly nsfw?: boolean | null | undefined;
  /** Bits per second, from 8,000. */
  readonly bitrate?: number | null | undefined;
  /** 0 for no limit. */
  readonly user_limit?: number | null | undefined;
  /** Seconds that a member must wait between messages: 0 to 21,600. */
  readonly rate_limit_per_user?: number | null | undefined;
  /** Voice region; automatic when null. */
  readonly rtc_region?: string | null | undefined;
  readonly video_quality_mode?: VideoQualityMode | null | undefined;
  /** Minutes. */
  readonly default_auto_archive_duration?: ThreadAutoArchiveDuration | null | undefined;
  readonly default_reaction_emoji?: APIGuildForumDefaultReactionEmoji | null | undefined;
  readonly available_tags?: readonly RESTPostAPIGuildChannelForumTagJSONBody[] | null | undefined;
  readonly default_sort_order?: SortOrderType | null | undefined;
  readonly default_forum_layout?: ForumLayoutType | null | undefined;
  /** Seconds, as `rate_limit_per_user`, that new threads begin with. */
  readonly default_thread_rate_limit_per_user?: number | null | undefined;
  readonly default_tag_setting?: TagSetting | null | undefined;
  readonly flags?: ChannelFlags | null | undefined;
}

/** Body of `PATCH /channels/{channel_id}/messages/{message_id}`. */
export interface MessageEdit extends RESTPatchAPIChannelMessageJSONBody {
  /** At most 3. */
  readonly sticker_ids?: readonly Snowflake[] | null | undefined;
}

/** Body of `PATCH /guilds/{guild_id}`. */
export interface GuildEdit extends RESTPatchAPIGuildJSONBody {
  /** Image data of the header of the server guide. */
  readonly home_header?: string | null | undefined;
}

/** Body of `PUT /guilds/{guild_id}/members/{user_id}`. */
export interface GuildMemberAdd extends RESTPutAPIGuildMemberJSONBody {
  readonly flags?: number | null | undefined;
}

/** Body of `POST /users/@me/channels` that opens a group DM. */
export interface GroupDMCreate {
  /** Access tokens with the scope `gdm.join`, one of each user. */
  readonly access_tokens: readonly string[];
  /** Nicknames by user id. */
  readonly nicks?: Readonly<Record<Snowflake, string>> | null | undefined;
}
