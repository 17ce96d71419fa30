/**
 * Channels as a guild lists them; `discord-api-types` has for that list only what all of them share.
 *
 * @see {@link https://docs.discord.com/developers/resources/channel#channel-object | Discord Docs/Channel Object}
 */
import type {
  APIGuildCategoryChannel,
  APIGuildForumChannel,
  APIGuildMediaChannel,
  APIGuildStageVoiceChannel,
  APIGuildVoiceChannel,
  APINewsChannel,
  APITextChannel,
} from 'discord-api-types/v10';

/** Channel of a guild, threads left out; narrow it by its `type`. */
export type GuildChannel =
  | APIGuildCategoryChannel
  | APIGuildForumChannel
  | APIGuildMediaChannel
  | APIGuildStageVoiceChannel
  | APIGuildVoiceChannel
  | APINewsChannel
  | APITextChannel;
