/**
 * Routes of the roles of a guild.
 */
import type {
  RESTGetAPIGuildRoleMemberCountsResult,
  RESTGetAPIGuildRoleResult,
  RESTGetAPIGuildRolesResult,
  RESTPatchAPIGuildRoleJSONBody,
  RESTPatchAPIGuildRolePositionsJSONBody,
  RESTPatchAPIGuildRolePositionsResult,
  RESTPatchAPIGuildRoleResult,
  RESTPostAPIGuildRoleJSONBody,
  RESTPostAPIGuildRoleResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/roles`. */
export interface GuildRolesRoute {
  readonly memberCounts: GuildRoleMemberCountsRoute;
  (roleId: Snowflake): GuildRoleRoute;
  /**
   * Lists the roles of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-roles | Discord Docs/Get Guild Roles}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildRolesResult>;
  /**
   * Creates a role; pass `{}` for Discord's defaults.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#create-guild-role | Discord Docs/Create Guild Role}
   */
  post(
    body: Plain<RESTPostAPIGuildRoleJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIGuildRoleResult>;
  /**
   * Moves roles to other positions.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-role-positions | Discord Docs/Modify Guild Role Positions}
   */
  patch(
    body: Plain<RESTPatchAPIGuildRolePositionsJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildRolePositionsResult>;
}

/** Routes at `/guilds/{guild_id}/roles/member-counts`. */
export interface GuildRoleMemberCountsRoute {
  /**
   * Counts the members of each role, `@everyone` left out.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-role-member-counts | Discord Docs/Get Guild Role Member Counts}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildRoleMemberCountsResult>;
}

/** Routes at `/guilds/{guild_id}/roles/{role_id}`. */
export interface GuildRoleRoute {
  /**
   * Gets one role.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-role | Discord Docs/Get Guild Role}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildRoleResult>;
  /**
   * Changes a role.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-role | Discord Docs/Modify Guild Role}
   */
  patch(
    body: Plain<RESTPatchAPIGuildRoleJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildRoleResult>;
  /**
   * Deletes a role.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#delete-guild-role | Discord Docs/Delete Guild Role}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}
