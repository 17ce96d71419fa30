/**
 * Gateway intents: which groups of events Discord sends.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#gateway-intents | Discord Docs/Gateway Intents}
 */

/** Bits of the intents, by Discord's names. */
export const Intents = {
  Guilds: 0x1,
  GuildMembers: 0x2,
  GuildModeration: 0x4,
  GuildExpressions: 0x8,
  GuildIntegrations: 0x10,
  GuildWebhooks: 0x20,
  GuildInvites: 0x40,
  GuildVoiceStates: 0x80,
  GuildPresences: 0x100,
  GuildMessages: 0x200,
  GuildMessageReactions: 0x400,
  GuildMessageTyping: 0x800,
  DirectMessages: 0x1000,
  DirectMessageReactions: 0x2000,
  DirectMessageTyping: 0x4000,
  MessageContent: 0x8000,
  GuildScheduledEvents: 0x10000,
  AutoModerationConfiguration: 0x100000,
  AutoModerationExecution: 0x200000,
  GuildMessagePolls: 0x1000000,
  DirectMessagePolls: 0x2000000,
} as const;

/** Name of an intent. */
export type Intents = keyof typeof Intents;

/** Intents as a bit field, or as names. */
export type IntentsResolvable = number | readonly Intents[];

/** Intents that must be switched on for the application before a gateway accepts them (close code 4014 otherwise). */
export const privilegedIntents: number = Intents.GuildMembers | Intents.GuildPresences | Intents.MessageContent;

/** Bit field of the given intents. @throws {@link TypeError} for an unknown name, {@link RangeError} for a bad number. */
export function resolveIntents(intents: IntentsResolvable): number {
  if (typeof intents === 'number') {
    if (!Number.isSafeInteger(intents) || intents < 0)
      throw new RangeError(`intents must be a whole number of at least 0 or an array of names, got ${intents}`);
    return intents;
  }
  if (!Array.isArray(intents))
    throw new TypeError(`intents must be a number or an array of names, got ${typeof intents}`);
  let bits = 0;
  for (const name of intents as readonly Intents[]) {
    if (!Object.hasOwn(Intents, name))
      throw new TypeError(`unknown intent ${JSON.stringify(name)}; known are ${Object.keys(Intents).join(', ')}`);
    bits |= Intents[name];
  }
  return bits;
}
