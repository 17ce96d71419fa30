/**
 * Routes of the people of a guild: members, bans, voice states.
 */
import type {
  RESTGetAPIGuildBanResult,
  RESTGetAPIGuildBansQuery,
  RESTGetAPIGuildBansResult,
  RESTGetAPIGuildMemberResult,
  RESTGetAPIGuildMembersQuery,
  RESTGetAPIGuildMembersResult,
  RESTGetAPIGuildMembersSearchQuery,
  RESTGetAPIGuildMembersSearchResult,
  RESTGetAPIGuildVoiceStateCurrentMemberResult,
  RESTGetAPIGuildVoiceStateUserResult,
  RESTPatchAPICurrentGuildMemberJSONBody,
  RESTPatchAPICurrentGuildMemberNicknameJSONBody,
  RESTPatchAPICurrentGuildMemberNicknameResult,
  RESTPatchAPICurrentGuildMemberResult,
  RESTPatchAPIGuildMemberJSONBody,
  RESTPatchAPIGuildMemberResult,
  RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody,
  RESTPatchAPIGuildVoiceStateUserJSONBody,
  RESTPostAPIGuildBulkBanJSONBody,
  RESTPostAPIGuildBulkBanResult,
  RESTPutAPIGuildBanJSONBody,
  RESTPutAPIGuildMemberResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { GuildMemberAdd } from '../payloads/bodies.ts';
import type { BodyOptions, CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/members`. */
export interface GuildMembersRoute {
  readonly search: GuildMemberSearchRoute;
  readonly me: GuildMemberMeRoute;
  (userId: Snowflake): GuildMemberRoute;
  /**
   * Lists members by ascending user id, up to 1,000 a page; needs the Guild Members intent.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#list-guild-members | Discord Docs/List Guild Members}
   */
  get(
    query?: Plain<RESTGetAPIGuildMembersQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildMembersResult>;
}

/** Routes at `/guilds/{guild_id}/members/search`. */
export interface GuildMemberSearchRoute {
  /**
   * Finds members whose user name or nickname begins with a string.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#search-guild-members | Discord Docs/Search Guild Members}
   */
  get(
    query: Plain<RESTGetAPIGuildMembersSearchQuery>,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildMembersSearchResult>;
}

/** Routes at `/guilds/{guild_id}/members/@me`. */
export interface GuildMemberMeRoute {
  readonly nick: GuildMemberMeNickRoute;
  /**
   * Changes the bot's nickname, avatar, banner or bio in a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-current-member | Discord Docs/Modify Current Member}
   */
  patch(
    body: Plain<RESTPatchAPICurrentGuildMemberJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPICurrentGuildMemberResult>;
}

/** Routes at `/guilds/{guild_id}/members/@me/nick`. */
export interface GuildMemberMeNickRoute {
  /**
   * Changes the bot's nickname by the old route.
   *
   * @deprecated Use `members.me`.
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-current-user-nick | Discord Docs/Modify Current User Nick}
   */
  patch(
    body: Plain<RESTPatchAPICurrentGuildMemberNicknameJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPICurrentGuildMemberNicknameResult>;
}

/** Routes at `/guilds/{guild_id}/members/{user_id}`. */
export interface GuildMemberRoute {
  readonly roles: GuildMemberRolesRoute;
  /**
   * Gets one member of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-member | Discord Docs/Get Guild Member}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildMemberResult>;
  /**
   * Adds a user by an OAuth2 token with the scope `guilds.join`; `undefined` when already a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#add-guild-member | Discord Docs/Add Guild Member}
   */
  put(body: Plain<GuildMemberAdd>, options?: CallOptions | undefined): Promise<RESTPutAPIGuildMemberResult>;
  /**
   * Changes nickname, roles, voice state or timeout of a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-member | Discord Docs/Modify Guild Member}
   */
  patch(
    body: Plain<RESTPatchAPIGuildMemberJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildMemberResult>;
  /**
   * Kicks a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#remove-guild-member | Discord Docs/Remove Guild Member}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/members/{user_id}/roles`. */
export type GuildMemberRolesRoute = (roleId: Snowflake) => GuildMemberRoleRoute;

/** Routes at `/guilds/{guild_id}/members/{user_id}/roles/{role_id}`. */
export interface GuildMemberRoleRoute {
  /**
   * Gives a member a role.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#add-guild-member-role | Discord Docs/Add Guild Member Role}
   */
  put(body?: undefined, options?: ReasonOptions | undefined): Promise<undefined>;
  /**
   * Takes a role from a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#remove-guild-member-role | Discord Docs/Remove Guild Member Role}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/bans`. */
export interface GuildBansRoute {
  (userId: Snowflake): GuildBanRoute;
  /**
   * Lists bans by ascending user id, up to 1,000 a page.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-bans | Discord Docs/Get Guild Bans}
   */
  get(
    query?: Plain<RESTGetAPIGuildBansQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildBansResult>;
}

/** Routes at `/guilds/{guild_id}/bans/{user_id}`. */
export interface GuildBanRoute {
  /**
   * Gets the ban of one user; 404 when there is none.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-ban | Discord Docs/Get Guild Ban}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildBanResult>;
  /**
   * Bans a user, and deletes recent messages when asked to; pass `{}` to ban only.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#create-guild-ban | Discord Docs/Create Guild Ban}
   */
  put(body: Plain<RESTPutAPIGuildBanJSONBody>, options?: ReasonOptions | undefined): Promise<undefined>;
  /**
   * Lifts a ban.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#remove-guild-ban | Discord Docs/Remove Guild Ban}
   */
  delete(options?: (BodyOptions<object> & ReasonOptions) | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/bulk-ban`. */
export interface GuildBulkBanRoute {
  /**
   * Bans up to 200 users.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#bulk-guild-ban | Discord Docs/Bulk Guild Ban}
   */
  post(
    body: Plain<RESTPostAPIGuildBulkBanJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIGuildBulkBanResult>;
}

/** Routes at `/guilds/{guild_id}/voice-states`. */
export interface GuildVoiceStatesRoute {
  readonly me: GuildVoiceStateMeRoute;
  (userId: Snowflake): GuildVoiceStateRoute;
}

/** Routes at `/guilds/{guild_id}/voice-states/@me`. */
export interface GuildVoiceStateMeRoute {
  /**
   * Gets the bot's voice state in a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/voice#get-current-user-voice-state | Discord Docs/Get Current User Voice State}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildVoiceStateCurrentMemberResult>;
  /**
   * Changes the bot's voice state in a stage channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/voice#modify-current-user-voice-state | Discord Docs/Modify Current User Voice State}
   */
  patch(
    body: Plain<RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/voice-states/{user_id}`. */
export interface GuildVoiceStateRoute {
  /**
   * Gets the voice state of a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/voice#get-user-voice-state | Discord Docs/Get User Voice State}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildVoiceStateUserResult>;
  /**
   * Lets a member speak in a stage channel, or takes that away.
   *
   * @see {@link https://docs.discord.com/developers/resources/voice#modify-user-voice-state | Discord Docs/Modify User Voice State}
   */
  patch(body: Plain<RESTPatchAPIGuildVoiceStateUserJSONBody>, options?: CallOptions | undefined): Promise<undefined>;
}
