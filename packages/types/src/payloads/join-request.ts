/**
 * Requests to join a guild, and the guide that greets who was let in; `discord-api-types` leaves both out.
 *
 * @see {@link https://docs.discord.com/developers/resources/guild | Discord Docs/Guild}
 */
import type { APIUser, Snowflake } from 'discord-api-types/v10';

/** How far a request has come. */
export type GuildJoinRequestStatus = 'STARTED' | 'SUBMITTED' | 'REJECTED' | 'APPROVED';

/** Question of the guild with the answer given. */
export type GuildJoinRequestField = { label?: string; description?: string; required?: boolean } & (
  | { field_type: 'MULTIPLE_CHOICE'; choices: string[]; response?: number }
  | { field_type: 'PARAGRAPH' | 'TEXT_INPUT'; placeholder?: string; response?: string }
  | { field_type: 'TERMS'; values: string[]; response?: boolean }
);

/** Request of a user to join a guild. */
export interface GuildJoinRequest {
  id: Snowflake;
  created_at: string;
  reviewed_at: string | null;
  application_status: GuildJoinRequestStatus | null;
  rejection_reason: string | null;
  guild_id: Snowflake;
  user_id: Snowflake;
  user?: APIUser | null;
  form_responses?: GuildJoinRequestField[] | null;
  actioned_by_user?: APIUser | null;
}

/** Query of `GET /guilds/{guild_id}/requests`. */
export interface GuildJoinRequestsQuery {
  readonly status?: GuildJoinRequestStatus | undefined;
  /** 1 to 100. */
  readonly limit?: number | undefined;
  readonly before?: Snowflake | undefined;
  readonly after?: Snowflake | undefined;
}

/** Answer of `GET /guilds/{guild_id}/requests`. */
export interface GuildJoinRequestsResult {
  total?: number;
  guild_join_requests?: GuildJoinRequest[];
}

/** Body of `PATCH /guilds/{guild_id}/requests/{request_id}`. */
export interface GuildJoinRequestAction {
  readonly action: 'APPROVED' | 'REJECTED';
  /** At most 160 characters; read only when rejecting. */
  readonly rejection_reason?: string | null | undefined;
}

/** Server guide shown to new members. */
export interface GuildHomeSettings {
  guild_id: Snowflake;
  enabled: boolean;
  welcome_message?: { author_ids: Snowflake[]; message: string };
  new_member_actions: GuildHomeAction[];
  resource_channels: GuildHomeResource[];
}

/** Thing a new member is asked to do. */
export interface GuildHomeAction {
  channel_id: Snowflake;
  /** 0 view the channel, 1 write in it. */
  action_type: number;
  title: string;
  description: string;
  emoji?: { id: Snowflake | null; name: string | null; animated: boolean };
  icon?: string;
}

/** Channel that a new member is advised to read. */
export interface GuildHomeResource {
  channel_id: Snowflake;
  title: string;
  description?: string;
  emoji?: { id: Snowflake | null; name: string | null; animated: boolean };
  icon?: string;
}
