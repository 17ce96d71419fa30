/**
 * Dispatch events of the gateway by name, with Discord's payloads.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#receive-events | Discord Docs/Receive Events}
 */
import type { GatewayDispatchPayload } from 'discord-api-types/v10';

/** Payload (`d`) of each dispatch event that Tinfoil knows; others are delivered as `unknown`. */
export type GatewayEventMap = {
  [Payload in GatewayDispatchPayload as Exclude<`${Payload['t']}`, 'RESUMED'>]: Payload['d'];
} & {
  /** Names the servers it went through, as Discord likes; `discord-api-types` says `undefined`. */
  RESUMED: unknown;
};

/** Name of a known dispatch event. */
export type GatewayEventName = keyof GatewayEventMap;

/** What stands beside each dispatch event. */
export interface DispatchContext {
  readonly shardId: number;
  /** Sequence of the event in its session. */
  readonly sequence: number;
  /** True between RESUME and RESUMED: the event may have been delivered before. */
  readonly replayed: boolean;
}
