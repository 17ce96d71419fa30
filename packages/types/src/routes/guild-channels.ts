/**
 * Routes of the list of channels of a guild and its active threads.
 */
import type { RESTGetAPIGuildThreadsResult, RESTPatchAPIGuildChannelPositionsJSONBody } from 'discord-api-types/v10';
import type { GuildChannelCreate } from '../payloads/bodies.ts';
import type { GuildChannel } from '../payloads/guild-channel.ts';
import type { CallOptions, Plain, ReasonOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/channels`. */
export interface GuildChannelsRoute {
  /**
   * Lists the channels of a guild, threads left out.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#get-guild-channels | Discord Docs/Get Guild Channels}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<GuildChannel[]>;
  /**
   * Creates a channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#create-guild-channel | Discord Docs/Create Guild Channel}
   */
  post(body: Plain<GuildChannelCreate>, options?: ReasonOptions | undefined): Promise<GuildChannel>;
  /**
   * Moves channels to other positions.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#modify-guild-channel-positions | Discord Docs/Modify Guild Channel Positions}
   */
  patch(body: Plain<RESTPatchAPIGuildChannelPositionsJSONBody>, options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/threads`. */
export interface GuildThreadsRoute {
  readonly active: GuildThreadActiveRoute;
}

/** Routes at `/guilds/{guild_id}/threads/active`. */
export interface GuildThreadActiveRoute {
  /**
   * Lists the active threads of a guild that the bot can see.
   *
   * @see {@link https://docs.discord.com/developers/resources/guild#list-active-guild-threads | Discord Docs/List Active Guild Threads}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildThreadsResult>;
}
