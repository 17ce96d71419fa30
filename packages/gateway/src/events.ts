/** What listeners of a gateway get. */
import type { APIUser, DispatchContext, GatewayEventMap, GatewayEventName, Snowflake } from '@tinfoil/types';
import type { GatewayFatalError } from './errors.ts';
import type { ShardStatus } from './state.ts';

/** Event of one shard that is up: after READY, and after RESUMED. */
export interface ReadyEvent {
  readonly shardId: number;
  readonly user: APIUser;
  readonly applicationId: Snowflake;
  /** False for a new session, whose guilds come anew. */
  readonly resumed: boolean;
}

/** Change of a shard's status. */
export interface ShardStatusEvent {
  readonly shardId: number;
  readonly status: ShardStatus;
  readonly previous: ShardStatus;
}

/**
 * Any dispatch event as one object, told apart by `type`. Events that Discord adds come too: a `switch` over `type` needs a
 * `default` for them.
 */
export type DispatchEvent<Names extends GatewayEventName = GatewayEventName> = {
  [Name in Names]: DispatchContext & { readonly type: Name; readonly data: GatewayEventMap[Name] };
}[Names];

/** Something failed that nobody awaits: a listener, a connection, the session store. */
export interface GatewayErrorEvent {
  readonly cause: unknown;
  /** Event whose listener failed. */
  readonly event?: string | undefined;
  readonly shardId?: number | undefined;
}

/** A shard ended for good. */
export interface FatalEvent {
  readonly shardId: number;
  readonly error: GatewayFatalError;
}

/** Bytes of one dispatch payload, not parsed. */
export interface RawEvent {
  readonly type: string;
  readonly sequence: number;
  readonly shardId: number;
  /** The whole payload as JSON in UTF-8. Valid during the call: copy what is to be kept. */
  readonly bytes: Buffer;
}

/** The gateway's own events. */
export interface GatewayOwnEvents {
  ready: readonly [event: ReadyEvent];
  shardStatus: readonly [event: ShardStatusEvent];
  dispatch: readonly [event: DispatchEvent];
  error: readonly [event: GatewayErrorEvent];
  fatal: readonly [event: FatalEvent];
  raw: readonly [event: RawEvent];
}

/** Arguments of every event: Discord's with their payload and context, and the gateway's own. */
export type GatewayListeners = {
  [Name in GatewayEventName]: readonly [data: GatewayEventMap[Name], context: DispatchContext];
} & GatewayOwnEvents;

/** Arguments of dispatch events that Tinfoil does not know. */
export type UnknownEvent = readonly [data: unknown, context: DispatchContext];
