/**
 * Routes below `/applications`: the application itself, its emojis, its linked roles and what it sells.
 */
import type {
  RESTGetAPIApplicationActivityInstanceResult,
  RESTGetAPIApplicationEmojiResult,
  RESTGetAPIApplicationEmojisResult,
  RESTGetAPIApplicationRoleConnectionMetadataResult,
  RESTGetAPIEntitlementResult,
  RESTGetAPIEntitlementsResult,
  RESTGetAPISKUsResult,
  RESTGetCurrentApplicationResult,
  RESTPatchAPIApplicationEmojiJSONBody,
  RESTPatchAPIApplicationEmojiResult,
  RESTPatchCurrentApplicationResult,
  RESTPostAPIApplicationEmojiJSONBody,
  RESTPostAPIApplicationEmojiResult,
  RESTPostAPIEntitlementJSONBody,
  RESTPostAPIEntitlementResult,
  RESTPutAPIApplicationRoleConnectionMetadataJSONBody,
  RESTPutAPIApplicationRoleConnectionMetadataResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { ApplicationAttachmentResult } from '../payloads/application.ts';
import type { ApplicationEdit } from '../payloads/bodies.ts';
import type { EntitlementsQuery } from '../payloads/queries.ts';
import type { ApplicationIdentitiesRoute, ApplicationUsersRoute } from './application-identities.ts';
import type { ApplicationCommandsRoute, ApplicationGuildsRoute } from './commands.ts';
import type { CallOptions, Plain, UploadOptions } from './options.ts';

/** Routes at `/applications`. */
export interface ApplicationsRoute {
  readonly me: CurrentApplicationRoute;
  (applicationId: Snowflake): ApplicationRoute;
}

/** Routes at `/applications/@me`. */
export interface CurrentApplicationRoute {
  /**
   * Gets the application that the token belongs to.
   *
   * @see {@link https://docs.discord.com/developers/resources/application#get-current-application | Discord Docs/Get Current Application}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetCurrentApplicationResult>;
  /**
   * Changes the current application.
   *
   * @see {@link https://docs.discord.com/developers/resources/application#edit-current-application | Discord Docs/Edit Current Application}
   */
  patch(body: Plain<ApplicationEdit>, options?: CallOptions | undefined): Promise<RESTPatchCurrentApplicationResult>;
}

/** Routes at `/applications/{application_id}`. */
export interface ApplicationRoute {
  readonly activityInstances: ApplicationActivityInstancesRoute;
  readonly attachment: ApplicationAttachmentRoute;
  readonly roleConnections: ApplicationRoleConnectionsRoute;
  readonly emojis: ApplicationEmojisRoute;
  readonly skus: ApplicationSkusRoute;
  readonly entitlements: ApplicationEntitlementsRoute;
  readonly commands: ApplicationCommandsRoute;
  readonly guilds: ApplicationGuildsRoute;
  readonly users: ApplicationUsersRoute;
  readonly applicationIdentities: ApplicationIdentitiesRoute;
  /**
   * Gets the application by id.
   *
   * @see {@link https://docs.discord.com/developers/resources/application#application-object | Discord Docs/Application Object}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetCurrentApplicationResult>;
  /**
   * Changes the application by id.
   *
   * @see {@link https://docs.discord.com/developers/resources/application#edit-current-application | Discord Docs/Edit Current Application}
   */
  patch(body: Plain<ApplicationEdit>, options?: CallOptions | undefined): Promise<RESTPatchCurrentApplicationResult>;
}

/** Routes at `/applications/{application_id}/activity-instances`. */
export type ApplicationActivityInstancesRoute = (instanceId: string) => ApplicationActivityInstanceRoute;

/** Routes at `/applications/{application_id}/activity-instances/{instance_id}`. */
export interface ApplicationActivityInstanceRoute {
  /**
   * Gets a running instance of an Activity; 404 when there is none.
   *
   * @see {@link https://docs.discord.com/developers/resources/application#get-application-activity-instance | Discord Docs/Get Application Activity Instance}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationActivityInstanceResult>;
}

/** Routes at `/applications/{application_id}/attachment`. */
export interface ApplicationAttachmentRoute {
  /**
   * Uploads a file for use in an Activity, as form field `file`.
   *
   * @see {@link https://docs.discord.com/developers/activities/development-guides/user-actions | Discord Docs/User Actions}
   */
  post(body: undefined, options: UploadOptions): Promise<ApplicationAttachmentResult>;
}

/** Routes at `/applications/{application_id}/role-connections`. */
export interface ApplicationRoleConnectionsRoute {
  readonly metadata: ApplicationRoleConnectionMetadataRoute;
}

/** Routes at `/applications/{application_id}/role-connections/metadata`. */
export interface ApplicationRoleConnectionMetadataRoute {
  /**
   * Lists what the application can say of users for linked roles.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-role-connection-metadata#get-application-role-connection-metadata-records | Discord Docs/Get Application Role Connection Metadata Records}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationRoleConnectionMetadataResult>;
  /**
   * Sets what the application can say of users for linked roles, at most 5 records.
   *
   * @see {@link https://docs.discord.com/developers/resources/application-role-connection-metadata#update-application-role-connection-metadata-records | Discord Docs/Update Application Role Connection Metadata Records}
   */
  put(
    body: Plain<RESTPutAPIApplicationRoleConnectionMetadataJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPIApplicationRoleConnectionMetadataResult>;
}

/** Routes at `/applications/{application_id}/emojis`. */
export interface ApplicationEmojisRoute {
  (emojiId: Snowflake): ApplicationEmojiRoute;
  /**
   * Lists the application's own emojis.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#list-application-emojis | Discord Docs/List Application Emojis}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationEmojisResult>;
  /**
   * Creates an emoji of the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#create-application-emoji | Discord Docs/Create Application Emoji}
   */
  post(
    body: Plain<RESTPostAPIApplicationEmojiJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPostAPIApplicationEmojiResult>;
}

/** Routes at `/applications/{application_id}/emojis/{emoji_id}`. */
export interface ApplicationEmojiRoute {
  /**
   * Gets one emoji of the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#get-application-emoji | Discord Docs/Get Application Emoji}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIApplicationEmojiResult>;
  /**
   * Renames an emoji of the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#modify-application-emoji | Discord Docs/Modify Application Emoji}
   */
  patch(
    body: Plain<RESTPatchAPIApplicationEmojiJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIApplicationEmojiResult>;
  /**
   * Deletes an emoji of the application.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#delete-application-emoji | Discord Docs/Delete Application Emoji}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/applications/{application_id}/skus`. */
export interface ApplicationSkusRoute {
  /**
   * Lists what the application sells.
   *
   * @see {@link https://docs.discord.com/developers/resources/sku#list-skus | Discord Docs/List SKUs}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPISKUsResult>;
}

/** Routes at `/applications/{application_id}/entitlements`. */
export interface ApplicationEntitlementsRoute {
  (entitlementId: Snowflake): ApplicationEntitlementRoute;
  /**
   * Lists who may use what the application sells.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#list-entitlements | Discord Docs/List Entitlements}
   */
  get(
    query?: Plain<EntitlementsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIEntitlementsResult>;
  /**
   * Creates a test entitlement.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#create-test-entitlement | Discord Docs/Create Test Entitlement}
   */
  post(
    body: Plain<RESTPostAPIEntitlementJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPostAPIEntitlementResult>;
}

/** Routes at `/applications/{application_id}/entitlements/{entitlement_id}`. */
export interface ApplicationEntitlementRoute {
  readonly consume: ApplicationEntitlementConsumeRoute;
  /**
   * Gets one entitlement.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#get-entitlement | Discord Docs/Get Entitlement}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIEntitlementResult>;
  /**
   * Deletes a test entitlement.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#delete-test-entitlement | Discord Docs/Delete Test Entitlement}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/applications/{application_id}/entitlements/{entitlement_id}/consume`. */
export interface ApplicationEntitlementConsumeRoute {
  /**
   * Marks a one-time purchase as used up.
   *
   * @see {@link https://docs.discord.com/developers/resources/entitlement#consume-an-entitlement | Discord Docs/Consume an Entitlement}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
}
