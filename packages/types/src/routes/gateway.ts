/**
 * Routes below `/gateway`: where to connect, and with how many shards.
 */
import type { RESTGetAPIGatewayBotResult, RESTGetAPIGatewayResult } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Routes at `/gateway`. */
export interface GatewayRoute {
  readonly bot: GatewayBotRoute;
  /**
   * Gets the gateway's URL; needs no token.
   *
   * @see {@link https://docs.discord.com/developers/events/gateway#get-gateway | Discord Docs/Get Gateway}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGatewayResult>;
}

/** Routes at `/gateway/bot`. */
export interface GatewayBotRoute {
  /**
   * Gets the gateway's URL, the recommended number of shards and the session start limit.
   *
   * @see {@link https://docs.discord.com/developers/events/gateway#get-gateway-bot | Discord Docs/Get Gateway Bot}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGatewayBotResult>;
}
