/**
 * Routes below `/partner-sdk`: provisional accounts and moderation of the Social SDK.
 */
import type { Snowflake } from 'discord-api-types/v10';
import type { ModerationMetadata } from '../payloads/lobby.ts';
import type {
  BotProvisionalAccountUnmerge,
  BotProvisionalTokenRequest,
  ProvisionalAccountUnmerge,
  ProvisionalToken,
  ProvisionalTokenRequest,
} from '../payloads/partner-sdk.ts';
import type { CallOptions } from './options.ts';

/** Routes at `/partner-sdk`. */
export interface PartnerSdkRoute {
  readonly dms: PartnerSdkDmsRoute;
  readonly provisionalAccounts: PartnerSdkProvisionalAccountsRoute;
  readonly token: PartnerSdkTokenRoute;
}

/** Routes at `/partner-sdk/dms`. */
export type PartnerSdkDmsRoute = (userId1: Snowflake) => PartnerSdkDmRoute;

/** Routes at `/partner-sdk/dms/{user_id_1}`. */
export type PartnerSdkDmRoute = (userId2: Snowflake) => PartnerSdkDmUserRoute;

/** Routes at `/partner-sdk/dms/{user_id_1}/{user_id_2}`. */
export interface PartnerSdkDmUserRoute {
  readonly messages: PartnerSdkDmUserMessagesRoute;
}

/** Routes at `/partner-sdk/dms/{user_id_1}/{user_id_2}/messages`. */
export type PartnerSdkDmUserMessagesRoute = (messageId: Snowflake) => PartnerSdkDmUserMessageRoute;

/** Routes at `/partner-sdk/dms/{user_id_1}/{user_id_2}/messages/{message_id}`. */
export interface PartnerSdkDmUserMessageRoute {
  readonly moderationMetadata: PartnerSdkDmUserMessageModerationMetadataRoute;
}

/** Routes at `/partner-sdk/dms/{user_id_1}/{user_id_2}/messages/{message_id}/moderation-metadata`. */
export interface PartnerSdkDmUserMessageModerationMetadataRoute {
  /**
   * Sets what the game's own moderation says of a direct message.
   *
   * @see {@link https://docs.discord.com/developers/discord-social-sdk/how-to/integrate-moderation | Discord Docs/Integrate Moderation}
   */
  put(body: ModerationMetadata, options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/partner-sdk/provisional-accounts`. */
export interface PartnerSdkProvisionalAccountsRoute {
  readonly unmerge: PartnerSdkProvisionalAccountUnmergeRoute;
}

/** Routes at `/partner-sdk/provisional-accounts/unmerge`. */
export interface PartnerSdkProvisionalAccountUnmergeRoute {
  readonly bot: PartnerSdkProvisionalAccountUnmergeBotRoute;
  /**
   * Separates a provisional account from the Discord account it was merged into.
   *
   * @see {@link https://docs.discord.com/developers/discord-social-sdk/development-guides/provisional-accounts/unmerging-accounts | Discord Docs/Unmerging Accounts}
   */
  post(body: ProvisionalAccountUnmerge, options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/partner-sdk/provisional-accounts/unmerge/bot`. */
export interface PartnerSdkProvisionalAccountUnmergeBotRoute {
  /**
   * Separates a provisional account, by the bot's authority.
   *
   * @see {@link https://docs.discord.com/developers/discord-social-sdk/development-guides/provisional-accounts/unmerging-accounts | Discord Docs/Unmerging Accounts}
   */
  post(body: BotProvisionalAccountUnmerge, options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/partner-sdk/token`. */
export interface PartnerSdkTokenRoute {
  readonly bot: PartnerSdkTokenBotRoute;
  /**
   * Exchanges another provider's token for one of a provisional account.
   *
   * @see {@link https://docs.discord.com/developers/discord-social-sdk/development-guides/provisional-accounts/external-credentials-exchange | Discord Docs/External Credentials Exchange}
   */
  post(body: ProvisionalTokenRequest, options?: CallOptions | undefined): Promise<ProvisionalToken>;
}

/** Routes at `/partner-sdk/token/bot`. */
export interface PartnerSdkTokenBotRoute {
  /**
   * Gets the token of a provisional account, by the bot's authority.
   *
   * @see {@link https://docs.discord.com/developers/discord-social-sdk/development-guides/provisional-accounts/bot-token-endpoint | Discord Docs/Bot Token Endpoint}
   */
  post(body: BotProvisionalTokenRequest, options?: CallOptions | undefined): Promise<ProvisionalToken>;
}
