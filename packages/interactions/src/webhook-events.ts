/**
 * Webhook events: what Discord tells an application over HTTP that no user started. Their outer type is 0 for a PING and 1
 * for an event, while 1 is the PING of interactions: {@link classify} tells them apart by what else they carry. Pure.
 *
 * @see {@link https://docs.discord.com/developers/events/webhook-events | Discord Docs/Webhook Events}
 */
import type {
  APIEntitlement,
  APIInteraction,
  APIMessage,
  APIUser,
  APIWebhookEventApplicationAuthorizedData,
  APIWebhookEventApplicationDeauthorizedData,
  Snowflake,
} from '@tinfoil/types';

/** Message of a lobby. */
export interface LobbyMessage {
  readonly id: Snowflake;
  readonly type: number;
  readonly content: string;
  readonly lobby_id: Snowflake;
  readonly channel_id: Snowflake;
  readonly author: APIUser;
  readonly flags: number;
  readonly application_id?: Snowflake;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly moderation_metadata?: Readonly<Record<string, string>>;
  /** Present in LOBBY_MESSAGE_UPDATE. */
  readonly edited_timestamp?: string;
  readonly timestamp?: string;
}

/** Message between users of the Social SDK, or the part of it that passes through the game. */
export type GameDirectMessage = Partial<APIMessage> &
  Pick<APIMessage, 'id'> & {
    readonly recipient_id?: Snowflake;
    readonly lobby_id?: Snowflake;
    readonly application_id?: Snowflake;
  };

/** Data of each webhook event. */
export interface WebhookEventMap {
  readonly APPLICATION_AUTHORIZED: APIWebhookEventApplicationAuthorizedData;
  readonly APPLICATION_DEAUTHORIZED: APIWebhookEventApplicationDeauthorizedData;
  readonly ENTITLEMENT_CREATE: APIEntitlement;
  readonly ENTITLEMENT_UPDATE: APIEntitlement;
  readonly ENTITLEMENT_DELETE: APIEntitlement;
  readonly QUEST_USER_ENROLLMENT: undefined;
  readonly LOBBY_MESSAGE_CREATE: LobbyMessage;
  readonly LOBBY_MESSAGE_UPDATE: LobbyMessage;
  readonly LOBBY_MESSAGE_DELETE: Pick<LobbyMessage, 'id' | 'lobby_id'>;
  readonly GAME_DIRECT_MESSAGE_CREATE: GameDirectMessage;
  readonly GAME_DIRECT_MESSAGE_UPDATE: GameDirectMessage;
  readonly GAME_DIRECT_MESSAGE_DELETE: GameDirectMessage;
}

/** Name of a webhook event that Tinfoil knows. */
export type WebhookEventName = keyof WebhookEventMap;

/** One webhook event. Events come in no order, and may come more than once. */
export interface WebhookEvent<Name extends string = string> {
  readonly type: Name;
  /** ISO 8601; Discord leaves out the zone, which is UTC. */
  readonly timestamp: string;
  readonly data: Name extends WebhookEventName ? WebhookEventMap[Name] : unknown;
  readonly applicationId: Snowflake;
}

/** Handles one kind of webhook event. Discord hears 204 in any case: it would repeat the event for ten minutes else. */
export type WebhookEventHandler<Name extends string> = (event: WebhookEvent<Name>) => unknown;

/** What a verified body turned out to be. */
export type Incoming =
  | { readonly kind: 'ping' }
  | { readonly kind: 'webhookPing' }
  | { readonly kind: 'webhookEvent'; readonly event: WebhookEvent }
  | { readonly kind: 'interaction'; readonly interaction: HandledInteraction }
  | { readonly kind: 'unknown' };

/** Interaction that a handler can answer: any but a PING. */
export type HandledInteraction = Exclude<APIInteraction, { readonly type: 1 }>;

/** Tells what a parsed body is. What fits nothing known is `unknown`, never an error. */
export function classify(payload: unknown): Incoming {
  if (!isRecord(payload)) return { kind: 'unknown' };
  const { type, event } = payload;
  if (type === 0) return { kind: 'webhookPing' };
  if (type === 1 && event === undefined) return { kind: 'ping' };
  if (type === 1 && isRecord(event) && typeof event.type === 'string')
    return {
      kind: 'webhookEvent',
      event: {
        type: event.type,
        timestamp: String(event.timestamp ?? ''),
        data: event.data,
        applicationId: String(payload.application_id ?? ''),
      },
    };
  return isInteraction(payload) ? { kind: 'interaction', interaction: payload } : { kind: 'unknown' };
}

function isInteraction(payload: Fields): payload is Fields & HandledInteraction {
  const { type, data } = payload;
  const key = { 2: 'name', 3: 'custom_id', 4: 'name', 5: 'custom_id' }[Number(type)];
  if (key === undefined || !isRecord(data)) return false;
  return [payload.id, payload.token, payload.application_id, data[key]].every((field) => typeof field === 'string');
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
