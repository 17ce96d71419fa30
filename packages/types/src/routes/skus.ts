/**
 * Routes below `/skus`.
 */
import type {
  RESTGetAPISKUSubscriptionResult,
  RESTGetAPISKUSubscriptionsQuery,
  RESTGetAPISKUSubscriptionsResult,
  Snowflake,
} from 'discord-api-types/v10';
import type { SKUSubscriptionQuery } from '../payloads/queries.ts';
import type { CallOptions, Plain } from './options.ts';

/** Routes at `/skus`. */
export type SkusRoute = (skuId: Snowflake) => SkuRoute;

/** Routes at `/skus/{sku_id}`. */
export interface SkuRoute {
  readonly subscriptions: SkuSubscriptionsRoute;
}

/** Routes at `/skus/{sku_id}/subscriptions`. */
export interface SkuSubscriptionsRoute {
  (subscriptionId: Snowflake): SkuSubscriptionRoute;
  /**
   * Lists the subscriptions that contain an SKU, of one user unless a Bearer token asks.
   *
   * @see {@link https://docs.discord.com/developers/resources/subscription#list-sku-subscriptions | Discord Docs/List SKU Subscriptions}
   */
  get(
    query?: Plain<RESTGetAPISKUSubscriptionsQuery> | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPISKUSubscriptionsResult>;
}

/** Routes at `/skus/{sku_id}/subscriptions/{subscription_id}`. */
export interface SkuSubscriptionRoute {
  /**
   * Gets one subscription.
   *
   * @see {@link https://docs.discord.com/developers/resources/subscription#get-sku-subscription | Discord Docs/Get SKU Subscription}
   */
  get(
    query?: SKUSubscriptionQuery | undefined,
    options?: CallOptions | undefined,
  ): Promise<RESTGetAPISKUSubscriptionResult>;
}
