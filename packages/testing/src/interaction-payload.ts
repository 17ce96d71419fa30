/**
 * Payload of an interaction as Discord sends it.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object | Discord Docs/Interaction Object}
 */
import type { APIMessage, APIUser, Snowflake } from '@tinfoil/types';
import type { World } from './world.ts';

/** What interaction to send. */
export interface InteractionOptions {
  /** 1 ping, 2 command, 3 component, 4 autocomplete, 5 modal. @defaultValue 2 */
  readonly type?: 1 | 2 | 3 | 4 | 5 | undefined;
  /** `data` of the interaction; `name` alone is enough for a command. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly guildId?: Snowflake | undefined;
  readonly channelId?: Snowflake | undefined;
  readonly user?: APIUser | undefined;
  readonly message?: APIMessage | undefined;
  readonly locale?: string | undefined;
  /** Signs with a wrong signature, as Discord's probes do. */
  readonly badSignature?: boolean | undefined;
  /** Timestamp header. @defaultValue now, in seconds */
  readonly timestamp?: string | undefined;
  readonly deadlineMs?: number | undefined;
  /** Fields that replace or join those of the payload. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** Payload about to be sent. */
export type Payload = Readonly<Record<string, unknown>> & {
  readonly id: Snowflake;
  readonly token: string;
  readonly type: number;
};

/** Makes the payload. */
export function createPayload(world: World, options: InteractionOptions): Payload {
  const type = options.type ?? 2;
  const id = world.ids.next();
  const guild = options.guildId === undefined ? undefined : world.guilds.get(options.guildId);
  const user =
    options.user ??
    guild?.members.find((member) => member.user.bot !== true)?.user ??
    [...world.users.values()].find((other) => other.bot !== true) ??
    world.user;
  const channelId = options.channelId ?? guild?.channels[0]?.id ?? options.message?.channel_id ?? id;
  const channel = world.channels.get(channelId);
  const base = { id, application_id: world.applicationId, type, token: world.ids.interactionToken(id), version: 1 };
  if (type === 1) return { ...base, user, entitlements: [], ...options.extra };
  const who =
    options.guildId === undefined
      ? { user, context: 1 }
      : {
          guild_id: options.guildId,
          guild: { id: options.guildId, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          context: 0,
          member: {
            ...(world.memberOf(options.guildId, user.id) ?? { user, roles: [], flags: 0 }),
            permissions: '2248473465835073',
          },
        };
  return {
    ...base,
    ...who,
    channel_id: channelId,
    channel: { id: channelId, type: channel?.data.type ?? 0 },
    data: type === 2 || type === 4 ? { id: commandId(world, options), type: 1, ...options.data } : options.data,
    ...(options.message === undefined ? {} : { message: options.message }),
    locale: options.locale ?? 'en-US',
    app_permissions: '2248473465835073',
    entitlements: [],
    authorizing_integration_owners: options.guildId === undefined ? { 1: user.id } : { 0: options.guildId },
    attachment_size_limit: 10_485_760,
    ...options.extra,
  };
}

function commandId(world: World, options: InteractionOptions): Snowflake {
  for (const scope of [options.guildId ?? '', 'global'])
    for (const command of world.commands.get(scope)?.values() ?? [])
      if (command.name === options.data?.name) return command.id;
  return world.ids.next();
}
