/**
 * Which intents bring which events. An event that is not named needs none.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#list-of-intents | Discord Docs/List of Intents}
 */
import { Intents } from '@tinfoil/types';

const byIntent: Readonly<Partial<Record<Intents, string>>> = {
  Guilds:
    'GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE CHANNEL_CREATE CHANNEL_UPDATE CHANNEL_DELETE ' +
    'CHANNEL_PINS_UPDATE CHANNEL_INFO THREAD_CREATE THREAD_UPDATE THREAD_DELETE THREAD_LIST_SYNC THREAD_MEMBER_UPDATE THREAD_MEMBERS_UPDATE ' +
    'STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE VOICE_CHANNEL_STATUS_UPDATE VOICE_CHANNEL_START_TIME_UPDATE',
  GuildMembers: 'GUILD_MEMBER_ADD GUILD_MEMBER_UPDATE GUILD_MEMBER_REMOVE THREAD_MEMBERS_UPDATE',
  GuildModeration: 'GUILD_AUDIT_LOG_ENTRY_CREATE GUILD_BAN_ADD GUILD_BAN_REMOVE',
  GuildExpressions:
    'GUILD_EMOJIS_UPDATE GUILD_STICKERS_UPDATE GUILD_SOUNDBOARD_SOUND_CREATE GUILD_SOUNDBOARD_SOUND_UPDATE GUILD_SOUNDBOARD_SOUND_DELETE GUILD_SOUNDBOARD_SOUNDS_UPDATE',
  GuildIntegrations: 'GUILD_INTEGRATIONS_UPDATE INTEGRATION_CREATE INTEGRATION_UPDATE INTEGRATION_DELETE',
  GuildWebhooks: 'WEBHOOKS_UPDATE',
  GuildInvites: 'INVITE_CREATE INVITE_DELETE',
  GuildVoiceStates: 'VOICE_CHANNEL_EFFECT_SEND VOICE_STATE_UPDATE',
  GuildPresences: 'PRESENCE_UPDATE',
  GuildMessages: 'MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_DELETE_BULK',
  GuildMessageReactions:
    'MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI',
  GuildMessageTyping: 'TYPING_START',
  DirectMessages: 'MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE CHANNEL_PINS_UPDATE',
  DirectMessageReactions:
    'MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI',
  DirectMessageTyping: 'TYPING_START',
  GuildScheduledEvents:
    'GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_UPDATE GUILD_SCHEDULED_EVENT_DELETE GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE',
  AutoModerationConfiguration: 'AUTO_MODERATION_RULE_CREATE AUTO_MODERATION_RULE_UPDATE AUTO_MODERATION_RULE_DELETE',
  AutoModerationExecution: 'AUTO_MODERATION_ACTION_EXECUTION',
  GuildMessagePolls: 'MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE',
  DirectMessagePolls: 'MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE',
};

const inGuilds = new Map<string, number>();
const inDirectMessages = new Map<string, number>();
for (const [intent, events] of Object.entries(byIntent)) {
  const masks = intent.startsWith('Direct') ? inDirectMessages : inGuilds;
  // The keys of `byIntent` are names of intents by its type.
  for (const event of events.split(' ')) masks.set(event, (masks.get(event) ?? 0) | Intents[intent as Intents]);
}

/** Bits of every intent that exists. */
export const allIntents: number = Object.values(Intents).reduce((bits, bit) => bits | bit, 0);

/** True when a session with these intents gets the event. */
export function isWanted(event: string, intents: number, inGuild: boolean): boolean {
  const mask = (inGuild ? undefined : inDirectMessages.get(event)) ?? inGuilds.get(event);
  if (mask === undefined) return true;
  return (intents & mask) !== 0;
}

/** Payload as a session without the message content intent sees it. Own messages, DMs and mentions keep their content. */
export function withoutContent(event: string, data: unknown, intents: number, botId: string): unknown {
  if ((intents & Intents.MessageContent) !== 0 || !event.startsWith('MESSAGE_') || !isObject(data)) return data;
  if (data.guild_id === undefined || !('content' in data)) return data;
  const author = isObject(data.author) ? data.author.id : undefined;
  const mentions = Array.isArray(data.mentions) ? data.mentions : [];
  if (author === botId || mentions.some((user) => isObject(user) && user.id === botId)) return data;
  return { ...data, content: '', embeds: [], attachments: [], components: [] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
