/**
 * Routes below `/voice`.
 */
import type { RESTGetAPIVoiceRegionsResult } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Routes at `/voice`. */
export interface VoiceRoute {
  readonly regions: VoiceRegionsRoute;
}

/** Routes at `/voice/regions`. */
export interface VoiceRegionsRoute {
  /**
   * Lists the voice regions.
   *
   * @see {@link https://docs.discord.com/developers/resources/voice#list-voice-regions | Discord Docs/List Voice Regions}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIVoiceRegionsResult>;
}
