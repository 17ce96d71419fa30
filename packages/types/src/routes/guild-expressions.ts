/**
 * Routes of what a guild lets its members express themselves with: emojis, stickers, soundboard sounds.
 */
import type {
  RESTGetAPIGuildEmojiResult,
  RESTGetAPIGuildEmojisResult,
  RESTGetAPIGuildSoundboardSoundResult,
  RESTGetAPIGuildSoundboardSoundsResult,
  RESTGetAPIGuildStickerResult,
  RESTGetAPIGuildStickersResult,
  RESTPatchAPIGuildEmojiJSONBody,
  RESTPatchAPIGuildEmojiResult,
  RESTPatchAPIGuildSoundboardSoundJSONBody,
  RESTPatchAPIGuildSoundboardSoundResult,
  RESTPatchAPIGuildStickerJSONBody,
  RESTPatchAPIGuildStickerResult,
  RESTPostAPIGuildEmojiJSONBody,
  RESTPostAPIGuildEmojiResult,
  RESTPostAPIGuildSoundboardSoundJSONBody,
  RESTPostAPIGuildSoundboardSoundResult,
  RESTPostAPIGuildStickerFormDataBody,
  RESTPostAPIGuildStickerResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { CallOptions, Plain, ReasonOptions, UploadOptions } from './options.ts';

/** Routes at `/guilds/{guild_id}/emojis`. */
export interface GuildEmojisRoute {
  (emojiId: Snowflake): GuildEmojiRoute;
  /**
   * Lists the emojis of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#list-guild-emojis | Discord Docs/List Guild Emojis}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildEmojisResult>;
  /**
   * Creates an emoji of at most 256 KiB.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#create-guild-emoji | Discord Docs/Create Guild Emoji}
   */
  post(
    body: Plain<RESTPostAPIGuildEmojiJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIGuildEmojiResult>;
}

/** Routes at `/guilds/{guild_id}/emojis/{emoji_id}`. */
export interface GuildEmojiRoute {
  /**
   * Gets one emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#get-guild-emoji | Discord Docs/Get Guild Emoji}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildEmojiResult>;
  /**
   * Changes the name or the roles of an emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#modify-guild-emoji | Discord Docs/Modify Guild Emoji}
   */
  patch(
    body: Plain<RESTPatchAPIGuildEmojiJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildEmojiResult>;
  /**
   * Deletes an emoji.
   *
   * @see {@link https://docs.discord.com/developers/resources/emoji#delete-guild-emoji | Discord Docs/Delete Guild Emoji}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/stickers`. */
export interface GuildStickersRoute {
  (stickerId: Snowflake): GuildStickerRoute;
  /**
   * Lists the stickers of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#list-guild-stickers | Discord Docs/List Guild Stickers}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildStickersResult>;
  /**
   * Creates a sticker; the image goes in one file with `field: 'file'`.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#create-guild-sticker | Discord Docs/Create Guild Sticker}
   */
  post(
    body: Plain<Omit<RESTPostAPIGuildStickerFormDataBody, 'file'>>,
    options: UploadOptions & ReasonOptions,
  ): Promise<RESTPostAPIGuildStickerResult>;
}

/** Routes at `/guilds/{guild_id}/stickers/{sticker_id}`. */
export interface GuildStickerRoute {
  /**
   * Gets one sticker of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#get-guild-sticker | Discord Docs/Get Guild Sticker}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildStickerResult>;
  /**
   * Changes name, description or tags of a sticker.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#modify-guild-sticker | Discord Docs/Modify Guild Sticker}
   */
  patch(
    body: Plain<RESTPatchAPIGuildStickerJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildStickerResult>;
  /**
   * Deletes a sticker.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#delete-guild-sticker | Discord Docs/Delete Guild Sticker}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/guilds/{guild_id}/soundboard-sounds`. */
export interface GuildSoundboardSoundsRoute {
  (soundId: Snowflake): GuildSoundboardSoundRoute;
  /**
   * Lists the soundboard sounds of a guild.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#list-guild-soundboard-sounds | Discord Docs/List Guild Soundboard Sounds}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildSoundboardSoundsResult>;
  /**
   * Creates a soundboard sound of at most 512 KB and 5.2 seconds.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#create-guild-soundboard-sound | Discord Docs/Create Guild Soundboard Sound}
   */
  post(
    body: Plain<RESTPostAPIGuildSoundboardSoundJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIGuildSoundboardSoundResult>;
}

/** Routes at `/guilds/{guild_id}/soundboard-sounds/{sound_id}`. */
export interface GuildSoundboardSoundRoute {
  /**
   * Gets one soundboard sound.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#get-guild-soundboard-sound | Discord Docs/Get Guild Soundboard Sound}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGuildSoundboardSoundResult>;
  /**
   * Changes a soundboard sound.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#modify-guild-soundboard-sound | Discord Docs/Modify Guild Soundboard Sound}
   */
  patch(
    body: Plain<RESTPatchAPIGuildSoundboardSoundJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPatchAPIGuildSoundboardSoundResult>;
  /**
   * Deletes a soundboard sound.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#delete-guild-soundboard-sound | Discord Docs/Delete Guild Soundboard Sound}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}
