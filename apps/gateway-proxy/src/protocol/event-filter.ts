/**
 * Which events a client gets: by its intents, as Discord does, and by a list of names where it asked for one.
 *
 * A filter is a function of the event alone, never of the moment: what a client gets of a replayed stream is what it got of
 * the first one, or its sequence numbers would mean other events after a restart of the proxy.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#list-of-intents | Discord Docs/List of Intents}
 */
import { Intents } from '@tinfoil/types';

/** What to do with one type of event. */
export const Rule = { none: 0, all: 1, guilds: 2, direct: 3 } as const;

/** One of the rules. */
export type Rule = (typeof Rule)[keyof typeof Rule];

const guildEvents: Readonly<Partial<Record<Intents, string>>> = {
  Guilds: `GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE CHANNEL_CREATE
    CHANNEL_UPDATE CHANNEL_DELETE CHANNEL_PINS_UPDATE CHANNEL_INFO THREAD_CREATE THREAD_UPDATE THREAD_DELETE THREAD_LIST_SYNC
    THREAD_MEMBER_UPDATE THREAD_MEMBERS_UPDATE STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE
    VOICE_CHANNEL_STATUS_UPDATE VOICE_CHANNEL_START_TIME_UPDATE`,
  GuildMembers: 'GUILD_MEMBER_ADD GUILD_MEMBER_REMOVE THREAD_MEMBERS_UPDATE',
  GuildModeration: 'GUILD_AUDIT_LOG_ENTRY_CREATE GUILD_BAN_ADD GUILD_BAN_REMOVE',
  GuildExpressions: `GUILD_EMOJIS_UPDATE GUILD_STICKERS_UPDATE GUILD_SOUNDBOARD_SOUND_CREATE GUILD_SOUNDBOARD_SOUND_UPDATE
    GUILD_SOUNDBOARD_SOUND_DELETE GUILD_SOUNDBOARD_SOUNDS_UPDATE`,
  GuildIntegrations: 'GUILD_INTEGRATIONS_UPDATE INTEGRATION_CREATE INTEGRATION_UPDATE INTEGRATION_DELETE',
  GuildWebhooks: 'WEBHOOKS_UPDATE',
  GuildInvites: 'INVITE_CREATE INVITE_DELETE',
  GuildVoiceStates: 'VOICE_CHANNEL_EFFECT_SEND VOICE_STATE_UPDATE',
  GuildPresences: 'PRESENCE_UPDATE',
  GuildMessages: 'MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_DELETE_BULK',
  GuildMessageReactions: `MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL
    MESSAGE_REACTION_REMOVE_EMOJI`,
  GuildMessageTyping: 'TYPING_START',
  GuildScheduledEvents: `GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_UPDATE GUILD_SCHEDULED_EVENT_DELETE
    GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE`,
  AutoModerationConfiguration: 'AUTO_MODERATION_RULE_CREATE AUTO_MODERATION_RULE_UPDATE AUTO_MODERATION_RULE_DELETE',
  AutoModerationExecution: 'AUTO_MODERATION_ACTION_EXECUTION',
  GuildMessagePolls: 'MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE',
};

const directEvents: Readonly<Partial<Record<Intents, string>>> = {
  DirectMessages: 'MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE CHANNEL_PINS_UPDATE',
  DirectMessageReactions: guildEvents.GuildMessageReactions!,
  DirectMessageTyping: 'TYPING_START',
  DirectMessagePolls: guildEvents.GuildMessagePolls!,
};

const guildMasks = masks(guildEvents);
const directMasks = masks(directEvents);

function masks(table: Readonly<Partial<Record<Intents, string>>>): ReadonlyMap<string, number> {
  const byEvent = new Map<string, number>();
  // The keys of the tables are names of intents by their type.
  for (const [intent, events] of Object.entries(table) as [Intents, string][])
    for (const event of events.split(/\s+/)) byEvent.set(event, (byEvent.get(event) ?? 0) | Intents[intent]);
  return byEvent;
}

/** What a client asked for. */
export interface FilterOptions {
  readonly intents: number;
  /** Names of the events that it wants; all when absent. */
  readonly events?: ReadonlySet<string> | undefined;
}

/** Rule for one type of event. Types that no intent names, also those that Discord adds, come to everybody. */
export function ruleFor(type: string, { intents, events }: FilterOptions): Rule {
  // The session's own READY and RESUMED are made by the proxy.
  if (type === 'READY' || type === 'RESUMED') return Rule.none;
  if (events !== undefined && !events.has(type)) return Rule.none;
  const guildMask = guildMasks.get(type);
  if (guildMask === undefined) return Rule.all;
  const inGuilds = (guildMask & intents) !== 0;
  const directMask = directMasks.get(type);
  if (directMask === undefined) return inGuilds ? Rule.all : Rule.none;
  const inDirect = (directMask & intents) !== 0;
  if (inGuilds) return inDirect ? Rule.all : Rule.guilds;
  return inDirect ? Rule.direct : Rule.none;
}

/** Intents in `asked` that a proxy with `held` cannot serve. */
export function missingIntents(asked: number, held: number): readonly string[] {
  const missing = asked & ~held;
  return Object.entries(Intents).flatMap(([name, bit]) => ((missing & bit) === 0 ? [] : [name]));
}
