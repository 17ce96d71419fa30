/**
 * Routes below `/sticker-packs`.
 */
import type { RESTGetAPIStickerPackResult, RESTGetStickerPacksResult, Snowflake } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Routes at `/sticker-packs`. */
export interface StickerPacksRoute {
  (packId: Snowflake): StickerPackRoute;
  /**
   * Lists the sticker packs that Discord offers.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#list-sticker-packs | Discord Docs/List Sticker Packs}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetStickerPacksResult>;
}

/** Routes at `/sticker-packs/{pack_id}`. */
export interface StickerPackRoute {
  /**
   * Gets one sticker pack.
   *
   * @see {@link https://docs.discord.com/developers/resources/sticker#get-sticker-pack | Discord Docs/Get Sticker Pack}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIStickerPackResult>;
}
