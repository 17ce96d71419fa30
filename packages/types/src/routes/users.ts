/**
 * Routes below `/users`.
 */
import type {
  APIDMChannel,
  APIGroupDMChannel,
  RESTGetAPICurrentUserApplicationRoleConnectionResult,
  RESTGetAPICurrentUserConnectionsResult,
  RESTGetAPICurrentUserGuildsQuery,
  RESTGetAPICurrentUserGuildsResult,
  RESTGetAPICurrentUserResult,
  RESTGetAPIEntitlementsResult,
  RESTGetAPIUserResult,
  RESTGetCurrentUserGuildMemberResult,
  RESTPatchAPICurrentUserJSONBody,
  RESTPatchAPICurrentUserResult,
  RESTPostAPICurrentUserCreateDMChannelJSONBody,
  RESTPutAPICurrentUserApplicationRoleConnectionJSONBody,
  RESTPutAPICurrentUserApplicationRoleConnectionResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { GroupDMCreate } from '../payloads/bodies.ts';
import type { CurrentUserEntitlementsQuery } from '../payloads/queries.ts';
import type { UserApplicationIdentitiesRoute } from './application-identities.ts';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/users`. */
export interface UsersRoute {
  readonly me: CurrentUserRoute;
  (userId: Snowflake): UserRoute;
}

/** Routes at `/users/@me`. */
export interface CurrentUserRoute {
  readonly guilds: CurrentUserGuildsRoute;
  readonly channels: CurrentUserChannelsRoute;
  readonly connections: CurrentUserConnectionsRoute;
  readonly applications: CurrentUserApplicationsRoute;
  /**
   * Gets the user that the token belongs to.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-current-user | Discord Docs/Get Current User}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPICurrentUserResult>;
  /**
   * Changes the current user's name, avatar or banner.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#modify-current-user | Discord Docs/Modify Current User}
   */
  patch(
    body: Plain<RESTPatchAPICurrentUserJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPICurrentUserResult>;
}

/** Routes at `/users/@me/guilds`. */
export interface CurrentUserGuildsRoute {
  (guildId: Snowflake): CurrentUserGuildRoute;
  /**
   * Lists the guilds of the current user, by pages of up to 200.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-current-user-guilds | Discord Docs/Get Current User Guilds}
   */
  get(
    query?: Plain<RESTGetAPICurrentUserGuildsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPICurrentUserGuildsResult>;
}

/** Routes at `/users/@me/guilds/{guild_id}`. */
export interface CurrentUserGuildRoute {
  readonly member: CurrentUserGuildMemberRoute;
  /**
   * Leaves a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#leave-guild | Discord Docs/Leave Guild}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/users/@me/guilds/{guild_id}/member`. */
export interface CurrentUserGuildMemberRoute {
  /**
   * Gets the current user's member object in a guild; needs the scope `guilds.members.read`.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-current-user-guild-member | Discord Docs/Get Current User Guild Member}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetCurrentUserGuildMemberResult>;
}

/** Routes at `/users/@me/channels`. */
export interface CurrentUserChannelsRoute {
  /**
   * Opens the DM channel with a user or returns the one that is open, or opens a group DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#create-dm | Discord Docs/Create DM}
   */
  post(
    body: Plain<RESTPostAPICurrentUserCreateDMChannelJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<APIDMChannel>;
  /**
   * Opens the DM channel with a user or returns the one that is open, or opens a group DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#create-dm | Discord Docs/Create DM}
   */
  post(body: GroupDMCreate, options?: CallOptions | undefined): Promise<APIGroupDMChannel>;
  /**
   * Opens the DM channel with a user or returns the one that is open, or opens a group DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#create-dm | Discord Docs/Create DM}
   */
  post(
    body: Plain<RESTPostAPICurrentUserCreateDMChannelJSONBody> | GroupDMCreate,
    options?: CallOptions | undefined,
  ): Promise<APIDMChannel | APIGroupDMChannel>;
}

/** Routes at `/users/@me/connections`. */
export interface CurrentUserConnectionsRoute {
  /**
   * Lists the accounts of other services that the user has linked; needs the scope `connections`.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-current-user-connections | Discord Docs/Get Current User Connections}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPICurrentUserConnectionsResult>;
}

/** Routes at `/users/@me/applications`. */
export type CurrentUserApplicationsRoute = (applicationId: Snowflake) => CurrentUserApplicationRoute;

/** Routes at `/users/@me/applications/{application_id}`. */
export interface CurrentUserApplicationRoute {
  readonly roleConnection: CurrentUserApplicationRoleConnectionRoute;
  readonly entitlements: CurrentUserApplicationEntitlementsRoute;
}

/** Routes at `/users/@me/applications/{application_id}/role-connection`. */
export interface CurrentUserApplicationRoleConnectionRoute {
  /**
   * Gets what the application has told Discord about the user for linked roles.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-current-user-application-role-connection | Discord Docs/Get Current User Application Role Connection}
   */
  get(
    query?: undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPICurrentUserApplicationRoleConnectionResult>;
  /**
   * Tells Discord the user's values for linked roles.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#update-current-user-application-role-connection | Discord Docs/Update Current User Application Role Connection}
   */
  put(
    body: Plain<RESTPutAPICurrentUserApplicationRoleConnectionJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPICurrentUserApplicationRoleConnectionResult>;
  /**
   * Forgets the user's values for linked roles.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#delete-current-user-application-role-connection | Discord Docs/Delete Current User Application Role Connection}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/users/@me/applications/{application_id}/entitlements`. */
export interface CurrentUserApplicationEntitlementsRoute {
  /**
   * Lists what the user has bought from the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#entitlement-object | Discord Docs/Entitlement Object}
   */
  get(
    query?: Plain<CurrentUserEntitlementsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIEntitlementsResult>;
}

/** Routes at `/users/{user_id}`. */
export interface UserRoute {
  readonly applicationIdentities: UserApplicationIdentitiesRoute;
  /**
   * Gets any user by id.
   *
   * @see {@link https://docs.discord.com/developers/resources/user#get-user | Discord Docs/Get User}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIUserResult>;
}
