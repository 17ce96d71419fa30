/**
 * Routes of accounts that users have with other providers, and of what a game shows on their profiles.
 */
import type {
  RESTGetAPIApplicationIdentitiesQuery,
  RESTGetAPIApplicationIdentitiesResult,
  RESTGetAPIApplicationIdentityProfileResult,
  RESTGetAPIUserApplicationIdentitiesResult,
  RESTPatchAPIApplicationIdentityProfileJSONBody,
  RESTPatchAPIApplicationIdentityProfileResult,
  RESTPostAPIApplicationIdentityDeleteJSONBody,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/users/{user_id}/application-identities`. */
export type UserApplicationIdentitiesRoute = (applicationId: Snowflake) => UserApplicationIdentityRoute;

/** Routes at `/users/{user_id}/application-identities/{application_id}`. */
export interface UserApplicationIdentityRoute {
  (providerType: string): UserApplicationIdentityProviderRoute;
  /**
   * Lists a user's accounts of other providers, as far as linked with the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-identity-profile#get-application-identities-by-user-id | Discord Docs/Get Application Identities by User ID}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIUserApplicationIdentitiesResult>;
}

/** Routes at `/users/{user_id}/application-identities/{application_id}/{provider_type}`. */
export type UserApplicationIdentityProviderRoute = (providerIssuedUserId: string) => UserApplicationIdentityLinkRoute;

/** Routes at `/users/{user_id}/application-identities/{application_id}/{provider_type}/{provider_issued_user_id}`. */
export interface UserApplicationIdentityLinkRoute {
  readonly delete_: UserApplicationIdentityLinkDeleteRoute;
}

/** Routes at `/users/{user_id}/application-identities/{application_id}/{provider_type}/{provider_issued_user_id}/delete`. */
export interface UserApplicationIdentityLinkDeleteRoute {
  /**
   * Unlinks an account of another provider from a user.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-identity-profile#delete-application-identity | Discord Docs/Delete Application Identity}
   */
  post(
    body?: Plain<RESTPostAPIApplicationIdentityDeleteJSONBody> | undefined,
    options?: CallOptions | undefined,
  ): Promise<undefined>;
}

/** Routes at `/applications/{application_id}/users`. */
export type ApplicationUsersRoute = (userId: Snowflake) => ApplicationUserRoute;

/** Routes at `/applications/{application_id}/users/{user_id}`. */
export interface ApplicationUserRoute {
  readonly identities: ApplicationUserIdentitiesRoute;
}

/** Routes at `/applications/{application_id}/users/{user_id}/identities`. */
export type ApplicationUserIdentitiesRoute = (providerIssuedUserId: string) => ApplicationUserIdentityRoute;

/** Routes at `/applications/{application_id}/users/{user_id}/identities/{provider_issued_user_id}`. */
export interface ApplicationUserIdentityRoute {
  readonly profile: ApplicationUserIdentityProfileRoute;
}

/** Routes at `/applications/{application_id}/users/{user_id}/identities/{provider_issued_user_id}/profile`. */
export interface ApplicationUserIdentityProfileRoute {
  /**
   * Gets what the game shows on a user's profile.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-identity-profile#get-application-identity-profile | Discord Docs/Get Application Identity Profile}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationIdentityProfileResult>;
  /**
   * Sets what the game shows on a user's profile; `undefined` unless it is the first time.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-identity-profile#update-application-identity-profile | Discord Docs/Update Application Identity Profile}
   */
  patch(
    body: Plain<RESTPatchAPIApplicationIdentityProfileJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIApplicationIdentityProfileResult>;
}

/** Routes at `/applications/{application_id}/application-identities`. */
export type ApplicationIdentitiesRoute = (providerType: string) => ApplicationIdentityProviderRoute;

/** Routes at `/applications/{application_id}/application-identities/{provider_type}`. */
export type ApplicationIdentityProviderRoute = (providerIssuedUserId: string) => ApplicationIdentityLinkRoute;

/** Routes at `/applications/{application_id}/application-identities/{provider_type}/{provider_issued_user_id}`. */
export interface ApplicationIdentityLinkRoute {
  /**
   * Finds the Discord users linked with an account of another provider.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-identity-profile#get-application-identities-by-external-id | Discord Docs/Get Application Identities by External ID}
   */
  get(
    query?: Plain<RESTGetAPIApplicationIdentitiesQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIApplicationIdentitiesResult>;
}
