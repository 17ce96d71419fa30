/**
 * What a guild looks like to a client that starts: GUILD_CREATE without its crowd, and how the structural events change it.
 *
 * Members, presences and voice states are left out but for the bot's own member: they are large, they change all the time, and
 * a client asks for those it needs (op 8). Pure, and right also for an event that comes twice.
 */

/** Guild as an object of Discord's; only the fields named here are touched. */
export type GuildState = Readonly<Record<string, unknown>>;

type Item = Readonly<Record<string, unknown>>;

/** GUILD_CREATE reduced to what a client needs to start. */
export function reduceGuild(guild: GuildState, botId: string): GuildState {
  return {
    ...guild,
    members: items(guild.members).filter((member) => idIn(member.user) === botId),
    presences: [],
    voice_states: [],
  };
}

/** True when an event of that type changes what a client needs to start. */
export function changesGuild(type: string): boolean {
  return type === 'GUILD_UPDATE' || Object.hasOwn(lists, type);
}

/** How one type of event changes one list of a guild. */
interface ListChange {
  readonly list: string;
  readonly how: 'put' | 'remove' | 'replace' | 'merge';
  /** Key of the item or the list in the event; the event itself when absent. */
  readonly key?: string;
}

const lists: Readonly<Record<string, ListChange>> = {
  CHANNEL_CREATE: { list: 'channels', how: 'put' },
  CHANNEL_UPDATE: { list: 'channels', how: 'put' },
  CHANNEL_DELETE: { list: 'channels', how: 'remove' },
  THREAD_CREATE: { list: 'threads', how: 'put' },
  THREAD_UPDATE: { list: 'threads', how: 'put' },
  THREAD_DELETE: { list: 'threads', how: 'remove' },
  THREAD_LIST_SYNC: { list: 'threads', how: 'merge', key: 'threads' },
  GUILD_ROLE_CREATE: { list: 'roles', how: 'put', key: 'role' },
  GUILD_ROLE_UPDATE: { list: 'roles', how: 'put', key: 'role' },
  GUILD_ROLE_DELETE: { list: 'roles', how: 'remove', key: 'role_id' },
  GUILD_EMOJIS_UPDATE: { list: 'emojis', how: 'replace', key: 'emojis' },
  GUILD_STICKERS_UPDATE: { list: 'stickers', how: 'replace', key: 'stickers' },
  GUILD_SCHEDULED_EVENT_CREATE: { list: 'guild_scheduled_events', how: 'put' },
  GUILD_SCHEDULED_EVENT_UPDATE: { list: 'guild_scheduled_events', how: 'put' },
  GUILD_SCHEDULED_EVENT_DELETE: { list: 'guild_scheduled_events', how: 'remove' },
  GUILD_SOUNDBOARD_SOUND_CREATE: { list: 'soundboard_sounds', how: 'put' },
  GUILD_SOUNDBOARD_SOUND_UPDATE: { list: 'soundboard_sounds', how: 'put' },
  GUILD_SOUNDBOARD_SOUND_DELETE: { list: 'soundboard_sounds', how: 'remove' },
  GUILD_SOUNDBOARD_SOUNDS_UPDATE: { list: 'soundboard_sounds', how: 'merge', key: 'soundboard_sounds' },
  // Only the bot's own member is in the list, and only its own updates are applied.
  GUILD_MEMBER_UPDATE: { list: 'members', how: 'put' },
};

/** Guild after an event of a type for which {@link changesGuild} holds. */
export function patchGuild(guild: GuildState, type: string, data: GuildState): GuildState {
  if (type === 'GUILD_UPDATE') return { ...guild, ...data };
  const change = lists[type];
  if (change === undefined) return guild;
  const { list, how, key } = change;
  const value = key === undefined ? data : data[key];
  const before = items(guild[list]);
  switch (how) {
    case 'replace':
      return { ...guild, [list]: items(value) };
    case 'merge':
      return { ...guild, [list]: items(value).reduce(put, before) };
    case 'remove':
      return afterRemoval({ ...guild, [list]: without(before, keyOf(value)) }, type, data);
    case 'put':
      return { ...guild, [list]: isItem(value) ? put(before, withoutGuildId(value)) : before };
  }
}

function afterRemoval(guild: GuildState, type: string, data: GuildState): GuildState {
  // A channel takes its threads with it, and no THREAD_DELETE comes for them.
  if (type !== 'CHANNEL_DELETE') return guild;
  return { ...guild, threads: items(guild.threads).filter((thread) => thread.parent_id !== data.id) };
}

function put(before: readonly Item[], item: Item): readonly Item[] {
  const key = keyOf(item);
  const index = before.findIndex((candidate) => keyOf(candidate) === key);
  if (index < 0) return [...before, item];
  return before.map((candidate, at) => (at === index ? { ...candidate, ...item } : candidate));
}

function without(before: readonly Item[], key: string | undefined): readonly Item[] {
  return before.filter((candidate) => keyOf(candidate) !== key);
}

/** What tells items of one list apart: an id, a sound's id, a member's user. */
function keyOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!isItem(value)) return undefined;
  if (typeof value.sound_id === 'string') return value.sound_id;
  if (typeof value.id === 'string') return value.id;
  return idIn(value.user);
}

/** GUILD_CREATE's items do not repeat the guild's id, its events do. */
function withoutGuildId(item: Item): Item {
  if (!('guild_id' in item)) return item;
  const { guild_id: _, ...rest } = item;
  return rest;
}

function idIn(user: unknown): string | undefined {
  return isItem(user) && typeof user.id === 'string' ? user.id : undefined;
}

function items(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
