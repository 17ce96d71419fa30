/** Type tests of the gateway event map: every dispatch event of the documentation is there, with its payload. */
import type { APIGuildMember, APIMessage, APIUser, GatewayEventMap, GatewayEventName } from '@tinfoil/types';
import type { Equal, Expect } from './assert.ts';

/** "Receive Events" of the documentation, less Hello, Reconnect and Invalid Session, which are no dispatches. */
type Documented =
  | 'APPLICATION_COMMAND_PERMISSIONS_UPDATE'
  | 'AUTO_MODERATION_ACTION_EXECUTION'
  | 'AUTO_MODERATION_RULE_CREATE'
  | 'AUTO_MODERATION_RULE_DELETE'
  | 'AUTO_MODERATION_RULE_UPDATE'
  | 'CHANNEL_CREATE'
  | 'CHANNEL_DELETE'
  | 'CHANNEL_INFO'
  | 'CHANNEL_PINS_UPDATE'
  | 'CHANNEL_UPDATE'
  | 'ENTITLEMENT_CREATE'
  | 'ENTITLEMENT_DELETE'
  | 'ENTITLEMENT_UPDATE'
  | 'GUILD_AUDIT_LOG_ENTRY_CREATE'
  | 'GUILD_BAN_ADD'
  | 'GUILD_BAN_REMOVE'
  | 'GUILD_CREATE'
  | 'GUILD_DELETE'
  | 'GUILD_EMOJIS_UPDATE'
  | 'GUILD_INTEGRATIONS_UPDATE'
  | 'GUILD_MEMBERS_CHUNK'
  | 'GUILD_MEMBER_ADD'
  | 'GUILD_MEMBER_REMOVE'
  | 'GUILD_MEMBER_UPDATE'
  | 'GUILD_ROLE_CREATE'
  | 'GUILD_ROLE_DELETE'
  | 'GUILD_ROLE_UPDATE'
  | 'GUILD_SCHEDULED_EVENT_CREATE'
  | 'GUILD_SCHEDULED_EVENT_DELETE'
  | 'GUILD_SCHEDULED_EVENT_UPDATE'
  | 'GUILD_SCHEDULED_EVENT_USER_ADD'
  | 'GUILD_SCHEDULED_EVENT_USER_REMOVE'
  | 'GUILD_SOUNDBOARD_SOUNDS_UPDATE'
  | 'GUILD_SOUNDBOARD_SOUND_CREATE'
  | 'GUILD_SOUNDBOARD_SOUND_DELETE'
  | 'GUILD_SOUNDBOARD_SOUND_UPDATE'
  | 'GUILD_STICKERS_UPDATE'
  | 'GUILD_UPDATE'
  | 'INTEGRATION_CREATE'
  | 'INTEGRATION_DELETE'
  | 'INTEGRATION_UPDATE'
  | 'INTERACTION_CREATE'
  | 'INVITE_CREATE'
  | 'INVITE_DELETE'
  | 'MESSAGE_CREATE'
  | 'MESSAGE_DELETE'
  | 'MESSAGE_DELETE_BULK'
  | 'MESSAGE_POLL_VOTE_ADD'
  | 'MESSAGE_POLL_VOTE_REMOVE'
  | 'MESSAGE_REACTION_ADD'
  | 'MESSAGE_REACTION_REMOVE'
  | 'MESSAGE_REACTION_REMOVE_ALL'
  | 'MESSAGE_REACTION_REMOVE_EMOJI'
  | 'MESSAGE_UPDATE'
  | 'PRESENCE_UPDATE'
  | 'RATE_LIMITED'
  | 'READY'
  | 'RESUMED'
  | 'SOUNDBOARD_SOUNDS'
  | 'STAGE_INSTANCE_CREATE'
  | 'STAGE_INSTANCE_DELETE'
  | 'STAGE_INSTANCE_UPDATE'
  | 'SUBSCRIPTION_CREATE'
  | 'SUBSCRIPTION_DELETE'
  | 'SUBSCRIPTION_UPDATE'
  | 'THREAD_CREATE'
  | 'THREAD_DELETE'
  | 'THREAD_LIST_SYNC'
  | 'THREAD_MEMBERS_UPDATE'
  | 'THREAD_MEMBER_UPDATE'
  | 'THREAD_UPDATE'
  | 'TYPING_START'
  | 'USER_UPDATE'
  | 'VOICE_CHANNEL_EFFECT_SEND'
  | 'VOICE_CHANNEL_START_TIME_UPDATE'
  | 'VOICE_CHANNEL_STATUS_UPDATE'
  | 'VOICE_SERVER_UPDATE'
  | 'VOICE_STATE_UPDATE'
  | 'WEBHOOKS_UPDATE';

type Base = { id: string };

const checks: [
  Expect<Equal<GatewayEventName, Documented>>,
  // No payload may be lost on the way through the map.
  Expect<
    Equal<
      { [Name in GatewayEventName]: [GatewayEventMap[Name]] extends [never] ? Name : never }[GatewayEventName],
      never
    >
  >,
  Expect<GatewayEventMap['MESSAGE_CREATE'] extends Base & Pick<APIMessage, 'content' | 'author'> ? true : false>,
  Expect<GatewayEventMap['READY'] extends { user: APIUser; session_id: string } ? true : false>,
  Expect<GatewayEventMap['GUILD_MEMBER_ADD'] extends APIGuildMember & { guild_id: string } ? true : false>,
  Expect<GatewayEventMap['RATE_LIMITED'] extends { retry_after: number } ? true : false>,
  Expect<Equal<GatewayEventMap['RESUMED'], unknown>>,
] = [true, true, true, true, true, true, true];
void checks;
