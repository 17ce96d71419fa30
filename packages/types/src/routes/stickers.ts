/**
 * Routes below `/stickers`.
 */
import type { RESTGetAPIStickerResult, Snowflake } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Routes at `/stickers`. */
export type StickersRoute = (stickerId: Snowflake) => StickerRoute;

/** Routes at `/stickers/{sticker_id}`. */
export interface StickerRoute {
  /**
   * Gets a sticker of any guild or pack.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#get-sticker | Discord Docs/Get Sticker}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIStickerResult>;
}
