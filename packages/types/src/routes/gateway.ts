/**
 * Routes below `/gateway`.
 */
import type { RESTGetAPIGatewayBotResult, RESTGetAPIGatewayResult } from 'discord-api-types/v10';
import type { CallOptions } from './options.ts';

/** Node `/gateway`. */
export interface GatewayRoute {
  readonly bot: GatewayBotRoute;
  /**
   *
   *
   * @see {@link https://docs.discord.com/developers/events/gateway#get-gateway | Discord Docs/Get Gateway}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGatewayResult>;
}

/** Node `/gateway/bot`. */
export interface GatewayBotRoute {
  /**
   *
   *
   * @see {@link https://docs.discord.com/developers/events/gateway#get-gateway-bot | Discord Docs/Get Gateway Bot}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIGatewayBotResult>;
}
