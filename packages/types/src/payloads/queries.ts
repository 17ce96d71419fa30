/**
 * Queries of which `discord-api-types` lacks a part, or knows a list only as text already joined.
 *
 * @see {@link https://docs.discord.com/developers/reference | Discord Docs/API Reference}
 */
import type {
  RESTGetAPIAuditLogQuery,
  RESTGetAPIEntitlementsQuery,
  RESTGetAPIGuildPruneCountQuery,
  RESTGetAPIInviteQuery,
  Snowflake,
} from 'discord-api-types/v10';

/** Query of `GET /guilds/{guild_id}/audit-logs`. */
export interface AuditLogQuery extends RESTGetAPIAuditLogQuery {
  /** Only what was done to this user, channel or other thing. */
  readonly target_id?: Snowflake | undefined;
}

/** Query of `GET /applications/{application_id}/entitlements`. */
export interface EntitlementsQuery extends Omit<RESTGetAPIEntitlementsQuery, 'sku_ids'> {
  /** At most 100. */
  readonly sku_ids?: string | readonly Snowflake[] | undefined;
  readonly only_active?: boolean | undefined;
}

/** Query of `GET /users/@me/applications/{application_id}/entitlements`. */
export interface CurrentUserEntitlementsQuery {
  /** At most 100. */
  readonly sku_ids?: string | readonly Snowflake[] | undefined;
  readonly exclude_consumed?: boolean | undefined;
}

/** Query of `GET /guilds/{guild_id}/prune`. */
export interface GuildPruneCountQuery extends Omit<RESTGetAPIGuildPruneCountQuery, 'include_roles'> {
  /** Roles whose members are counted too; without them members with any role are left out. */
  readonly include_roles?: string | readonly Snowflake[] | undefined;
}

/** Query of `GET /invites/{code}`. */
export interface InviteQuery extends RESTGetAPIInviteQuery {
  readonly target_channel_id?: Snowflake | undefined;
  readonly target_message_id?: Snowflake | undefined;
}

/** Query of `GET /skus/{sku_id}/subscriptions/{subscription_id}`. */
export interface SKUSubscriptionQuery {
  readonly user_id?: Snowflake | undefined;
}
