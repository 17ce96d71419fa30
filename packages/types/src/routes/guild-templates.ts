/**
 * Routes of guild templates, by code alone and within their guild.
 */
import type {
  RESTDeleteAPIGuildTemplateResult,
  RESTGetAPIGuildTemplatesResult,
  RESTGetAPITemplateResult,
  RESTPatchAPIGuildTemplateJSONBody,
  RESTPatchAPIGuildTemplateResult,
  RESTPostAPIGuildTemplatesJSONBody,
  RESTPostAPIGuildTemplatesResult,
  RESTPutAPIGuildTemplateSyncResult,
} from 'discord-api-types/v10';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/guilds/{guild_id}/templates`. */
export interface GuildTemplatesRoute {
  (code: string): GuildTemplateRoute;
  /**
   * Lists the templates of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#get-guild-templates | Discord Docs/Get Guild Templates}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildTemplatesResult>;
  /**
   * Creates a template from a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#create-guild-template | Discord Docs/Create Guild Template}
   */
  post(
    body: Plain<RESTPostAPIGuildTemplatesJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPostAPIGuildTemplatesResult>;
}

/** Routes at `/guilds/{guild_id}/templates/{code}`. */
export interface GuildTemplateRoute {
  /**
   * Brings a template up to the guild's present state.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#sync-guild-template | Discord Docs/Sync Guild Template}
   */
  put(body?: undefined, options?: CallOptions | undefined): Promise<RESTPutAPIGuildTemplateSyncResult>;
  /**
   * Changes the name or description of a template.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#modify-guild-template | Discord Docs/Modify Guild Template}
   */
  patch(
    body: Plain<RESTPatchAPIGuildTemplateJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<RESTPatchAPIGuildTemplateResult>;
  /**
   * Deletes a template.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#delete-guild-template | Discord Docs/Delete Guild Template}
   */
  delete(options?: CallOptions | undefined): Promise<RESTDeleteAPIGuildTemplateResult>;
}

/** Routes at `/guilds/templates`. */
export type TemplatesRoute = (code: string) => TemplateRoute;

/** Routes at `/guilds/templates/{code}`. */
export interface TemplateRoute {
  /**
   * Gets a template by its code.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild-template#get-guild-template | Discord Docs/Get Guild Template}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPITemplateResult>;
}
