/**
 * Looks up what a request names, and answers as Discord does when it is not there.
 */
import { type APIMessage, type APIUser, isSnowflake, type Snowflake } from '@tinfoil/types';
import { DiscordError, invalidForm, unknown } from './discord-error.ts';
import type { RestRequest } from './router.ts';
import type { ChannelRecord, World } from './world.ts';

/** JSON object of a request. */
export type Fields = Readonly<Record<string, unknown>>;

/** Channel by id. @throws 10003 */
export function channelOf(world: World, id: Snowflake | undefined): ChannelRecord {
  const channel = world.channels.get(id ?? '');
  if (channel === undefined) throw unknown('Channel', 10_003);
  return channel;
}

/** Message by channel and id. @throws 10003, 10008 */
export function messageOf(world: World, params: RestRequest['params']): APIMessage {
  const message = channelOf(world, params.channel_id).messages.get(params.message_id ?? '');
  if (message === undefined) throw unknown('Message', 10_008);
  return message;
}

/** User by id. @throws 10013 */
export function userOf(world: World, id: Snowflake | undefined): APIUser {
  const user = world.users.get(id ?? '');
  if (user === undefined) throw unknown('User', 10_013);
  return user;
}

/** `guild_id` for an event of a channel. */
export function guildField(channel: ChannelRecord): { guild_id?: Snowflake } {
  return channel.guildId === null ? {} : { guild_id: channel.guildId };
}

/** Body as an object. @throws 50035 */
export function fieldsOf(body: unknown): Fields {
  if (!isFields(body)) throw new DiscordError(400, 50_035, 'Invalid Form Body');
  return body;
}

/** True for a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Id of a query, as a number that compares; `null` when it is not there. @throws 50035 */
export function queryId(query: RestRequest['query'], key: string): bigint | null {
  const value = query[key];
  if (value === undefined) return null;
  if (!isSnowflake(value)) throw invalidForm(key, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not snowflake.`);
  return BigInt(value);
}

/** Page size of a query. @throws 50035 */
export function queryLimit(query: RestRequest['query'], most: number, fallback: number): number {
  const limit = query.limit === undefined ? fallback : Number(query.limit);
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw invalidForm('limit', 'NUMBER_TYPE_MAX', `int value should be between 1 and ${most}.`);
}
