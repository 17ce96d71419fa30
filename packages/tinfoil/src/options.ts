/** Options of the Client: those of its parts. What parts need of each other is filled in by the Client. */
import type { Cluster, ClusterOptions, HandlerMap } from '@tinfoil/cluster';
import type { GatewayOptions } from '@tinfoil/gateway';
import type { InteractionsOptions } from '@tinfoil/interactions';
import type { RestOptions } from '@tinfoil/rest';
import type { IntentsResolvable } from '@tinfoil/types';

/** Options of the Client, part by part. */
export interface ClientOptions<Handlers extends HandlerMap = HandlerMap> {
  /** Groups of events to receive. @defaultValue none: only what needs no intent */
  readonly intents?: IntentsResolvable | undefined;
  readonly rest?: Omit<RestOptions, 'token'> | undefined;
  readonly gateway?: Omit<GatewayOptions, 'token' | 'intents'> | undefined;
  readonly interactions?: InteractionsOptions | undefined;
  /** Makes this process a pod of a cluster; see `clusterEnv`. */
  readonly cluster?: ClusterOptions<Handlers> | undefined;
}

/** Options of the REST client. In a cluster all pods share one limit, unless another is given. */
export function toRestOptions(
  token: string,
  options: ClientOptions['rest'],
  cluster: Pick<Cluster, 'restLimiter'> | undefined,
): RestOptions {
  return { ...options, globalLimit: options?.globalLimit ?? cluster?.restLimiter(), token };
}
