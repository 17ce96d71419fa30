/**
 * What a test puts into the simulated Discord: users, guilds, channels, members, and what members write. Each with its event.
 */
import type { APIMessage, APIUser, GatewayGuildCreateDispatchData, Snowflake } from '@tinfoil/types';
import { createChannelObject, createGuildObject, createMemberObject, createUserObject } from './factory.ts';
import type { ChannelRecord, World } from './world.ts';

/** A guild as GUILD_CREATE brings it, with its channels and members. */
export type SimulatedGuild = GatewayGuildCreateDispatchData;

/** What a guild is to be like. */
export interface CreateGuildOptions {
  readonly id?: Snowflake | undefined;
  readonly name?: string | undefined;
  /** Told as `member_count`; there need not be so many members. @defaultValue members + 1 */
  readonly memberCount?: number | undefined;
  /** Text channels. @defaultValue 1 */
  readonly channels?: number | undefined;
  /** Members beside the bot. @defaultValue 1 */
  readonly members?: number | undefined;
  /** Shard that it should belong to, with `totalShards`. */
  readonly shardId?: number | undefined;
  readonly totalShards?: number | undefined;
}

/** What a channel is to be like; `type` 0 is text. */
export interface CreateChannelOptions {
  readonly name?: string | undefined;
  readonly type?: number | undefined;
}

/** What a member writes; further fields go into the message. */
export interface CreateMessageOptions {
  readonly content?: string | undefined;
  readonly author?: APIUser | undefined;
  readonly [field: string]: unknown;
}

/** Makes a user. */
export function createUser(world: World, fields: Partial<APIUser> = {}): APIUser {
  const id = fields.id ?? world.ids.stable();
  const user = createUserObject({ username: `member_${world.users.size}`, ...fields, id });
  world.users.set(id, user);
  return user;
}

/** Makes a guild. */
export function createGuild(world: World, options: CreateGuildOptions): SimulatedGuild {
  const { shardId, totalShards } = options;
  const shard = shardId === undefined || totalShards === undefined ? undefined : { id: shardId, total: totalShards };
  const id = options.id ?? world.ids.guild(shard);
  const joinedAt = new Date().toISOString();
  const users = [world.user, ...Array.from({ length: options.members ?? 1 }, () => createUser(world))];
  const members = users.map((user) => createMemberObject(user, joinedAt));
  const guild = createGuildObject({
    id,
    name: options.name ?? `Guild ${world.guilds.size + 1}`,
    ownerId: users[1]?.id ?? world.user.id,
    memberCount: options.memberCount ?? members.length,
    joinedAt,
    channels: [],
    members,
  });
  world.guilds.set(id, guild);
  for (let position = 0; position < (options.channels ?? 1); position++)
    putChannel(world, guild, { name: position === 0 ? 'general' : `channel-${position}` });
  world.emit('GUILD_CREATE', guild, { guildId: id });
  return guild;
}

/** Removes a guild, as if the bot left it. */
export function deleteGuild(world: World, guildId: Snowflake): void {
  const guild = guildOf(world, guildId);
  world.guilds.delete(guildId);
  for (const { id } of guild.channels) world.channels.delete(id);
  world.emit('GUILD_DELETE', { id: guildId }, { guildId });
}

/** Starts or ends an outage of a guild. */
export function setGuildUnavailable(world: World, guildId: Snowflake, unavailable: boolean): void {
  const guild = guildOf(world, guildId);
  if (unavailable) world.emit('GUILD_DELETE', { id: guildId, unavailable: true }, { guildId });
  else world.emit('GUILD_CREATE', guild, { guildId });
}

/** Adds a channel. */
export function createChannel(
  world: World,
  guildId: Snowflake,
  options: CreateChannelOptions,
): SimulatedGuild['channels'][number] {
  const channel = putChannel(world, guildOf(world, guildId), options);
  world.emit('CHANNEL_CREATE', channel, { guildId });
  return channel;
}

/** Adds a member. */
export function addMember(world: World, guildId: Snowflake, user: APIUser): APIUser {
  const guild = guildOf(world, guildId);
  const member = createMemberObject(user, new Date().toISOString());
  guild.members.push(member);
  guild.member_count++;
  world.emit('GUILD_MEMBER_ADD', { guild_id: guildId, ...member }, { guildId });
  return user;
}

/** Removes a member. */
export function removeMember(world: World, guildId: Snowflake, userId: Snowflake): void {
  const guild = guildOf(world, guildId);
  const index = guild.members.findIndex(({ user }) => user.id === userId);
  const [member] = index === -1 ? [] : guild.members.splice(index, 1);
  if (member === undefined) throw new TypeError(`simulator: user ${userId} is no member of guild ${guildId}`);
  guild.member_count--;
  world.emit('GUILD_MEMBER_REMOVE', { guild_id: guildId, user: member.user }, { guildId });
}

/** Writes a message as a member. */
export function writeMessage(world: World, channelId: Snowflake, options: CreateMessageOptions): APIMessage {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw new TypeError(`simulator: there is no channel ${channelId}`);
  const { author = defaultAuthor(world, channel), ...body } = options;
  return world.addMessage({ channel, author, by: 'member', body: { ...body, content: body.content ?? 'hello' } });
}

function putChannel(world: World, guild: SimulatedGuild, options: CreateChannelOptions) {
  const position = guild.channels.length;
  const name = options.name ?? `channel-${position}`;
  const channel = createChannelObject({ id: world.ids.stable(), guild_id: guild.id, name, position });
  if (options.type !== undefined) Object.assign(channel, { type: options.type });
  guild.channels.push(channel);
  // A channel object is a record of fields by construction.
  world.addChannel(channel as unknown as Record<string, unknown> & { id: Snowflake }, guild.id);
  return channel;
}

function defaultAuthor(world: World, channel: ChannelRecord): APIUser {
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const member = guild?.members.find(({ user }) => user.bot !== true);
  // Recipients of a direct channel are users; only this package writes them.
  const recipients = Array.isArray(channel.data.recipients) ? (channel.data.recipients as APIUser[]) : [];
  return member?.user ?? recipients[0] ?? createUser(world);
}

function guildOf(world: World, guildId: Snowflake): SimulatedGuild {
  const guild = world.guilds.get(guildId);
  if (guild === undefined) throw new TypeError(`simulator: there is no guild ${guildId}`);
  return guild;
}
