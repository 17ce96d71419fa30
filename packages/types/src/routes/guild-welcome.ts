/**
 * Routes of how a guild presents itself and lets people in: onboarding, welcome screen, widget, requests to join.
 */
import type {
  RESTGetAPIGuildOnboardingResult,
  RESTGetAPIGuildWelcomeScreenResult,
  RESTGetAPIGuildWidgetImageQuery,
  RESTGetAPIGuildWidgetJSONResult,
  RESTGetAPIGuildWidgetSettingsResult,
  RESTPatchAPIGuildWelcomeScreenJSONBody,
  RESTPatchAPIGuildWelcomeScreenResult,
  RESTPatchAPIGuildWidgetSettingsJSONBody,
  RESTPatchAPIGuildWidgetSettingsResult,
  RESTPutAPIGuildOnboardingJSONBody,
  RESTPutAPIGuildOnboardingResult,
  Snowflake,
} from 'discord-api-types/v10';
import type {
  GuildHomeSettings,
  GuildJoinRequest,
  GuildJoinRequestAction,
  GuildJoinRequestsQuery,
  GuildJoinRequestsResult,
} from '../payloads/join-request.ts';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/onboarding`. */
export interface GuildOnboardingRoute {
  /**
   * Gets the onboarding of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-onboarding | Discord Docs/Get Guild Onboarding}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildOnboardingResult>;
  /**
   * Changes the onboarding of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-onboarding | Discord Docs/Modify Guild Onboarding}
   */
  put(
    body: Plain<RESTPutAPIGuildOnboardingJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPutAPIGuildOnboardingResult>;
}

/** Routes at `/guilds/{guild_id}/welcome-screen`. */
export interface GuildWelcomeScreenRoute {
  /**
   * Gets the welcome screen of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-welcome-screen | Discord Docs/Get Guild Welcome Screen}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildWelcomeScreenResult>;
  /**
   * Changes the welcome screen of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-welcome-screen | Discord Docs/Modify Guild Welcome Screen}
   */
  patch(
    body: Plain<RESTPatchAPIGuildWelcomeScreenJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildWelcomeScreenResult>;
}

/** Routes at `/guilds/{guild_id}/new-member-welcome`. */
export interface GuildNewMemberWelcomeRoute {
  /**
   * Gets the server guide shown to new members; `undefined` when there is none.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild | Discord Docs/Guild}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<GuildHomeSettings | undefined>;
}

/** Routes at `/guilds/{guild_id}/widget`. */
export interface GuildWidgetRoute {
  /**
   * Gets the settings of the widget.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-widget-settings | Discord Docs/Get Guild Widget Settings}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildWidgetSettingsResult>;
  /**
   * Changes the settings of the widget.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-widget | Discord Docs/Modify Guild Widget}
   */
  patch(
    body: Plain<RESTPatchAPIGuildWidgetSettingsJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildWidgetSettingsResult>;
}

/** Routes at `/guilds/{guild_id}/widget.json`. */
export interface GuildWidgetJsonRoute {
  /**
   * Gets the public widget as JSON.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-widget | Discord Docs/Get Guild Widget}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildWidgetJSONResult>;
}

/** Routes at `/guilds/{guild_id}/widget.png`. */
export interface GuildWidgetPngRoute {
  /**
   * Gets the public widget as the bytes of a PNG image; needs no token.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-widget-image | Discord Docs/Get Guild Widget Image}
   */
  get(
    query?: Plain<RESTGetAPIGuildWidgetImageQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<Uint8Array>;
}

/** Routes at `/guilds/{guild_id}/requests`. */
export interface GuildRequestsRoute {
  (requestId: Snowflake): GuildRequestRoute;
  /**
   * Lists the requests to join a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild | Discord Docs/Guild}
   */
  get(query?: GuildJoinRequestsQuery | undefined, options?: CallOptions | undefined): Promise<GuildJoinRequestsResult>;
}

/** Routes at `/guilds/{guild_id}/requests/{request_id}`. */
export interface GuildRequestRoute {
  /**
   * Approves or rejects a request to join a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild | Discord Docs/Guild}
   */
  patch(body: GuildJoinRequestAction, options?: CallOptions | undefined): Promise<GuildJoinRequest>;
}
