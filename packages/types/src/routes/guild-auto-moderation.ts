/**
 * Routes of the auto-moderation rules of a guild.
 */
import type {
  RESTGetAPIAutoModerationRuleResult,
  RESTGetAPIAutoModerationRulesResult,
  RESTPatchAPIAutoModerationRuleJSONBody,
  RESTPatchAPIAutoModerationRuleResult,
  RESTPostAPIAutoModerationRuleJSONBody,
  RESTPostAPIAutoModerationRuleResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/auto-moderation`. */
export interface GuildAutoModerationRoute {
  readonly rules: GuildAutoModerationRulesRoute;
}

/** Routes at `/guilds/{guild_id}/auto-moderation/rules`. */
export interface GuildAutoModerationRulesRoute {
  (ruleId: Snowflake): GuildAutoModerationRuleRoute;
  /**
   * Lists the auto-moderation rules.
   *
   * @see {@link https://docs.discord.com/developers/resources/auto-moderation#list-auto-moderation-rules-for-guild | Discord Docs/List Auto Moderation Rules for Guild}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIAutoModerationRulesResult>;
  /**
   * Creates an auto-moderation rule.
   *
   * @see {@link https://docs.discord.com/developers/resources/auto-moderation#create-auto-moderation-rule | Discord Docs/Create Auto Moderation Rule}
   */
  post(
    body: Plain<RESTPostAPIAutoModerationRuleJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIAutoModerationRuleResult>;
}

/** Routes at `/guilds/{guild_id}/auto-moderation/rules/{rule_id}`. */
export interface GuildAutoModerationRuleRoute {
  /**
   * Gets one auto-moderation rule.
   *
   * @see {@link https://docs.discord.com/developers/resources/auto-moderation#get-auto-moderation-rule | Discord Docs/Get Auto Moderation Rule}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIAutoModerationRuleResult>;
  /**
   * Changes an auto-moderation rule.
   *
   * @see {@link https://docs.discord.com/developers/resources/auto-moderation#modify-auto-moderation-rule | Discord Docs/Modify Auto Moderation Rule}
   */
  patch(
    body: Plain<RESTPatchAPIAutoModerationRuleJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIAutoModerationRuleResult>;
  /**
   * Deletes an auto-moderation rule.
   *
   * @see {@link https://docs.discord.com/developers/resources/auto-moderation#delete-auto-moderation-rule | Discord Docs/Delete Auto Moderation Rule}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}
