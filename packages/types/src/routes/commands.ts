/**
 * Routes of application commands, global and of one guild, and of their permissions.
 */
import type {
  RESTGetAPIApplicationCommandPermissionsResult,
  RESTGetAPIApplicationCommandResult,
  RESTGetAPIApplicationCommandsQuery,
  RESTGetAPIApplicationCommandsResult,
  RESTGetAPIApplicationGuildCommandResult,
  RESTGetAPIApplicationGuildCommandsQuery,
  RESTGetAPIApplicationGuildCommandsResult,
  RESTGetAPIGuildApplicationCommandsPermissionsResult,
  RESTPatchAPIApplicationCommandJSONBody,
  RESTPatchAPIApplicationCommandResult,
  RESTPatchAPIApplicationGuildCommandJSONBody,
  RESTPatchAPIApplicationGuildCommandResult,
  RESTPostAPIApplicationCommandsJSONBody,
  RESTPostAPIApplicationCommandsResult,
  RESTPostAPIApplicationGuildCommandsJSONBody,
  RESTPostAPIApplicationGuildCommandsResult,
  RESTPutAPIApplicationCommandPermissionsJSONBody,
  RESTPutAPIApplicationCommandPermissionsResult,
  RESTPutAPIApplicationCommandsResult,
  RESTPutAPIApplicationGuildCommandsJSONBody,
  RESTPutAPIApplicationGuildCommandsResult,
  RESTPutAPIGuildApplicationCommandsPermissionsJSONBody,
  RESTPutAPIGuildApplicationCommandsPermissionsResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CommandsReplace } from '../payloads/bodies.ts';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/applications/{application_id}/commands`. */
export interface ApplicationCommandsRoute {
  (commandId: Snowflake): ApplicationCommandRoute;
  /**
   * Lists the global commands.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-global-application-commands | Discord Docs/Get Global Application Commands}
   */
  get(
    query?: Plain<RESTGetAPIApplicationCommandsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIApplicationCommandsResult>;
  /**
   * Creates a global command, or overwrites the one of that name and type.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#create-global-application-command | Discord Docs/Create Global Application Command}
   */
  post(
    body: Plain<RESTPostAPIApplicationCommandsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPostAPIApplicationCommandsResult>;
  /**
   * Replaces all global commands.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands | Discord Docs/Bulk Overwrite Global Application Commands}
   */
  put(body: Plain<CommandsReplace>, options?: CallOptions | undefined): Promise<RESTPutAPIApplicationCommandsResult>;
}

/** Routes at `/applications/{application_id}/commands/{command_id}`. */
export interface ApplicationCommandRoute {
  /**
   * Gets one global command.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-global-application-command | Discord Docs/Get Global Application Command}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationCommandResult>;
  /**
   * Changes a global command.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#edit-global-application-command | Discord Docs/Edit Global Application Command}
   */
  patch(
    body: Plain<RESTPatchAPIApplicationCommandJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIApplicationCommandResult>;
  /**
   * Deletes a global command.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#delete-global-application-command | Discord Docs/Delete Global Application Command}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/applications/{application_id}/guilds`. */
export type ApplicationGuildsRoute = (guildId: Snowflake) => ApplicationGuildRoute;

/** Routes at `/applications/{application_id}/guilds/{guild_id}`. */
export interface ApplicationGuildRoute {
  readonly commands: ApplicationGuildCommandsRoute;
}

/** Routes at `/applications/{application_id}/guilds/{guild_id}/commands`. */
export interface ApplicationGuildCommandsRoute {
  readonly permissions: ApplicationGuildCommandsPermissionsRoute;
  (commandId: Snowflake): ApplicationGuildCommandRoute;
  /**
   * Lists the commands of one guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-guild-application-commands | Discord Docs/Get Guild Application Commands}
   */
  get(
    query?: Plain<RESTGetAPIApplicationGuildCommandsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIApplicationGuildCommandsResult>;
  /**
   * Creates a command in one guild, or overwrites the one of that name and type.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#create-guild-application-command | Discord Docs/Create Guild Application Command}
   */
  post(
    body: Plain<RESTPostAPIApplicationGuildCommandsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPostAPIApplicationGuildCommandsResult>;
  /**
   * Replaces all commands of one guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-guild-application-commands | Discord Docs/Bulk Overwrite Guild Application Commands}
   */
  put(
    body: Plain<RESTPutAPIApplicationGuildCommandsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPIApplicationGuildCommandsResult>;
}

/** Routes at `/applications/{application_id}/guilds/{guild_id}/commands/{command_id}`. */
export interface ApplicationGuildCommandRoute {
  readonly permissions: ApplicationGuildCommandPermissionsRoute;
  /**
   * Gets one command of a guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-guild-application-command | Discord Docs/Get Guild Application Command}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationGuildCommandResult>;
  /**
   * Changes a command of one guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#edit-guild-application-command | Discord Docs/Edit Guild Application Command}
   */
  patch(
    body: Plain<RESTPatchAPIApplicationGuildCommandJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIApplicationGuildCommandResult>;
  /**
   * Deletes a command of one guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#delete-guild-application-command | Discord Docs/Delete Guild Application Command}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions`. */
export interface ApplicationGuildCommandPermissionsRoute {
  /**
   * Gets who may use one command in a guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-application-command-permissions | Discord Docs/Get Application Command Permissions}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationCommandPermissionsResult>;
  /**
   * Sets who may use one command in a guild; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#edit-application-command-permissions | Discord Docs/Edit Application Command Permissions}
   */
  put(
    body: Plain<RESTPutAPIApplicationCommandPermissionsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPIApplicationCommandPermissionsResult>;
}

/** Routes at `/applications/{application_id}/guilds/{guild_id}/commands/permissions`. */
export interface ApplicationGuildCommandsPermissionsRoute {
  /**
   * Lists who may use which command in a guild.
   *
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#get-guild-application-command-permissions | Discord Docs/Get Guild Application Command Permissions}
   */
  get(
    query?: undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildApplicationCommandsPermissionsResult>;
  /**
   * Sets the permissions of several commands.
   *
   * @deprecated Discord has switched it off; set them command by command.
   * @see {@link https://docs.discord.com/developers/interactions/application-commands#batch-edit-application-command-permissions | Discord Docs/Batch Edit Application Command Permissions}
   */
  put(
    body: Plain<RESTPutAPIGuildApplicationCommandsPermissionsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPIGuildApplicationCommandsPermissionsResult>;
}
