/**
 * Provisional accounts of the Social SDK, which `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/discord-social-sdk/development-guides/provisional-accounts/overview | Discord Docs/Provisional Accounts}
 */
import type { Snowflake } from 'discord-api-types/v10';

/** Kind of token by which another provider vouches for a player. */
export type ExternalAuthType =
  | 'OIDC'
  | 'EPIC_ONLINE_SERVICES_ACCESS_TOKEN'
  | 'EPIC_ONLINE_SERVICES_ID_TOKEN'
  | 'STEAM_SESSION_TICKET'
  | 'UNITY_SERVICES_ID_TOKEN'
  | 'DISCORD_BOT_ISSUED_ACCESS_TOKEN'
  | 'APPLE_ID_TOKEN'
  | 'PLAYSTATION_NETWORK_ID_TOKEN';

/** Body of `POST /partner-sdk/token`. */
export interface ProvisionalTokenRequest {
  readonly client_id: Snowflake;
  readonly client_secret?: string | null | undefined;
  readonly external_auth_token: string;
  readonly external_auth_type: ExternalAuthType;
}

/** Body of `POST /partner-sdk/token/bot`. */
export interface BotProvisionalTokenRequest {
  /** The game's own id of the player, at most 1,024 characters. */
  readonly external_user_id: string;
  readonly provisional_user_id?: Snowflake | null | undefined;
  /** At most 32 characters. */
  readonly preferred_global_name?: string | null | undefined;
}

/** Body of `POST /partner-sdk/provisional-accounts/unmerge`. */
export type ProvisionalAccountUnmerge = ProvisionalTokenRequest;

/** Body of `POST /partner-sdk/provisional-accounts/unmerge/bot`. */
export interface BotProvisionalAccountUnmerge {
  readonly external_user_id: string;
}

/** Tokens of a provisional account. */
export interface ProvisionalToken {
  token_type: string;
  access_token: string;
  /** Seconds until the access token ends. */
  expires_in: number;
  scope: string;
  id_token: string;
  refresh_token?: string | null;
  scopes?: string[] | null;
  /** Seconds since the Unix epoch. */
  expires_at_s?: number | null;
}
