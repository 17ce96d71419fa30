/**
 * Routes below `/guilds`: the guild itself and what belongs to no larger group. Larger groups have their own files.
 */
import type {
  RESTGetAPIAuditLogResult,
  RESTGetAPIGuildIntegrationsResult,
  RESTGetAPIGuildInvitesResult,
  RESTGetAPIGuildMessagesSearchQuery,
  RESTGetAPIGuildMessagesSearchResult,
  RESTGetAPIGuildPreviewResult,
  RESTGetAPIGuildPruneCountResult,
  RESTGetAPIGuildQuery,
  RESTGetAPIGuildResult,
  RESTGetAPIGuildVanityUrlResult,
  RESTGetAPIGuildVoiceRegionsResult,
  RESTGetAPIGuildWebhooksResult,
  RESTPatchAPIGuildResult,
  RESTPostAPIGuildPruneJSONBody,
  RESTPostAPIGuildPruneResult,
  RESTPutAPIGuildIncidentActionsJSONBody,
  RESTPutAPIGuildIncidentActionsResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { GuildEdit } from '../payloads/bodies.ts';
import type { AuditLogQuery, GuildPruneCountQuery } from '../payloads/queries.ts';
import type { GuildAutoModerationRoute } from './guild-auto-moderation.ts';
import type { GuildChannelsRoute, GuildThreadsRoute } from './guild-channels.ts';
import type { GuildEmojisRoute, GuildSoundboardSoundsRoute, GuildStickersRoute } from './guild-expressions.ts';
import type { GuildBansRoute, GuildBulkBanRoute, GuildMembersRoute, GuildVoiceStatesRoute } from './guild-members.ts';
import type { GuildRolesRoute } from './guild-roles.ts';
import type { GuildScheduledEventsRoute } from './guild-scheduled-events.ts';
import type { GuildTemplatesRoute, TemplatesRoute } from './guild-templates.ts';
import type {
  GuildNewMemberWelcomeRoute,
  GuildOnboardingRoute,
  GuildRequestsRoute,
  GuildWelcomeScreenRoute,
  GuildWidgetJsonRoute,
  GuildWidgetPngRoute,
  GuildWidgetRoute,
} from './guild-welcome.ts';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds`. */
export interface GuildsRoute {
  readonly templates: TemplatesRoute;
  (guildId: Snowflake): GuildRoute;
}

/** Routes at `/guilds/{guild_id}`. */
export interface GuildRoute {
  readonly preview: GuildPreviewRoute;
  readonly auditLogs: GuildAuditLogsRoute;
  readonly prune: GuildPruneRoute;
  readonly regions: GuildRegionsRoute;
  readonly invites: GuildInvitesRoute;
  readonly integrations: GuildIntegrationsRoute;
  readonly vanityUrl: GuildVanityUrlRoute;
  readonly webhooks: GuildWebhooksRoute;
  readonly incidentActions: GuildIncidentActionsRoute;
  readonly messages: GuildMessagesRoute;
  readonly onboarding: GuildOnboardingRoute;
  readonly welcomeScreen: GuildWelcomeScreenRoute;
  readonly newMemberWelcome: GuildNewMemberWelcomeRoute;
  readonly widget: GuildWidgetRoute;
  readonly widgetJson: GuildWidgetJsonRoute;
  readonly widgetPng: GuildWidgetPngRoute;
  readonly requests: GuildRequestsRoute;
  readonly templates: GuildTemplatesRoute;
  readonly members: GuildMembersRoute;
  readonly bans: GuildBansRoute;
  readonly bulkBan: GuildBulkBanRoute;
  readonly voiceStates: GuildVoiceStatesRoute;
  readonly roles: GuildRolesRoute;
  readonly channels: GuildChannelsRoute;
  readonly threads: GuildThreadsRoute;
  readonly autoModeration: GuildAutoModerationRoute;
  readonly emojis: GuildEmojisRoute;
  readonly stickers: GuildStickersRoute;
  readonly soundboardSounds: GuildSoundboardSoundsRoute;
  readonly scheduledEvents: GuildScheduledEventsRoute;
  /**
   * Gets a guild, with approximate counts when asked for.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild | Discord Docs/Get Guild}
   */
  get(
    query?: Plain<RESTGetAPIGuildQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildResult>;
  /**
   * Changes the settings of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild | Discord Docs/Modify Guild}
   */
  patch(body: Plain<GuildEdit>, options?: ReasonOptions | undefined): Promise<RESTPatchAPIGuildResult>;
}

/** Routes at `/guilds/{guild_id}/preview`. */
export interface GuildPreviewRoute {
  /**
   * Gets the preview of a guild; needs the bot in it, unless it is discoverable.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-preview | Discord Docs/Get Guild Preview}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildPreviewResult>;
}

/** Routes at `/guilds/{guild_id}/audit-logs`. */
export interface GuildAuditLogsRoute {
  /**
   * Reads the audit log by pages of up to 100.
   *
   * @see {@link https://docs.discord.com/developers/resources/audit-log#get-guild-audit-log | Discord Docs/Get Guild Audit Log}
   */
  get(query?: Plain<AuditLogQuery> | undefined, options?: CallOptions | undefined): Promise<RESTGetAPIAuditLogResult>;
}

/** Routes at `/guilds/{guild_id}/prune`. */
export interface GuildPruneRoute {
  /**
   * Counts the members that a prune would remove.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-prune-count | Discord Docs/Get Guild Prune Count}
   */
  get(
    query?: Plain<GuildPruneCountQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildPruneCountResult>;
  /**
   * Removes inactive members; pass `compute_prune_count: false` in large guilds.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#begin-guild-prune | Discord Docs/Begin Guild Prune}
   */
  post(
    body: Plain<RESTPostAPIGuildPruneJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIGuildPruneResult>;
}

/** Routes at `/guilds/{guild_id}/regions`. */
export interface GuildRegionsRoute {
  /**
   * Lists the voice regions that the guild may use.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-voice-regions | Discord Docs/Get Guild Voice Regions}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildVoiceRegionsResult>;
}

/** Routes at `/guilds/{guild_id}/invites`. */
export interface GuildInvitesRoute {
  /**
   * Lists the invites of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-invites | Discord Docs/Get Guild Invites}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildInvitesResult>;
}

/** Routes at `/guilds/{guild_id}/integrations`. */
export interface GuildIntegrationsRoute {
  (integrationId: Snowflake): GuildIntegrationRoute;
  /**
   * Lists up to 50 integrations of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-integrations | Discord Docs/Get Guild Integrations}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildIntegrationsResult>;
}

/** Routes at `/guilds/{guild_id}/integrations/{integration_id}`. */
export interface GuildIntegrationRoute {
  /**
   * Removes an integration, its webhooks and its bot.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#delete-guild-integration | Discord Docs/Delete Guild Integration}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/vanity-url`. */
export interface GuildVanityUrlRoute {
  /**
   * Gets the code and uses of the vanity URL.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-vanity-url | Discord Docs/Get Guild Vanity URL}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildVanityUrlResult>;
}

/** Routes at `/guilds/{guild_id}/webhooks`. */
export interface GuildWebhooksRoute {
  /**
   * Lists the webhooks of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#get-guild-webhooks | Discord Docs/Get Guild Webhooks}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildWebhooksResult>;
}

/** Routes at `/guilds/{guild_id}/incident-actions`. */
export interface GuildIncidentActionsRoute {
  /**
   * Pauses invites or DMs for up to 24 hours.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-incident-actions | Discord Docs/Modify Guild Incident Actions}
   */
  put(
    body: Plain<RESTPutAPIGuildIncidentActionsJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPutAPIGuildIncidentActionsResult>;
}

/** Routes at `/guilds/{guild_id}/messages`. */
export interface GuildMessagesRoute {
  readonly search: GuildMessageSearchRoute;
}

/** Routes at `/guilds/{guild_id}/messages/search`. */
export interface GuildMessageSearchRoute {
  /**
   * Searches the messages of a guild; 202 and a `retry_after` while the index is being built.
   *
   * @see {@link https://docs.discord.com/developers/resources/message#search-guild-messages | Discord Docs/Search Guild Messages}
   */
  get(
    query?: Plain<RESTGetAPIGuildMessagesSearchQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPIGuildMessagesSearchResult>;
}
