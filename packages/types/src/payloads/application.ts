/**
 * Answers and queries around applications that `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/resources/application | Discord Docs/Application}
 */
import type { APIAttachment, RESTGetAPIInviteQuery, Snowflake } from 'discord-api-types/v10';

/** Answer of `POST /applications/{application_id}/attachment`. */
export interface ApplicationAttachmentResult {
  attachment: APIAttachment;
}

/** Query of `GET /users/@me/applications/{application_id}/entitlements`. */
export interface CurrentUserEntitlementsQuery {
  /** At most 100, joined with commas. */
  readonly sku_ids?: readonly Snowflake[] | undefined;
  readonly exclude_consumed?: boolean | undefined;
}

/** Query of `GET /skus/{sku_id}/subscriptions/{subscription_id}`. */
export interface SKUSubscriptionQuery {
  readonly user_id?: Snowflake | undefined;
}

/** Query of `GET /invites/{code}`. */
export interface InviteQuery extends RESTGetAPIInviteQuery {
  readonly target_channel_id?: Snowflake | undefined;
  readonly target_message_id?: Snowflake | undefined;
}
