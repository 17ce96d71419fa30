/**
 * Routes below `/soundboard-default-sounds`.
 */
import type { RESTGetAPISoundboardDefaultSoundsResult } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Routes at `/soundboard-default-sounds`. */
export interface SoundboardDefaultSoundsRoute {
  /**
   * Lists the soundboard sounds that everyone has.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#list-default-soundboard-sounds | Discord Docs/List Default Soundboard Sounds}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPISoundboardDefaultSoundsResult>;
}
