/**
 * Routes of the REST API that the Simulator knows without being told: users, gateway, channels and messages. Guilds, commands and
 * webhooks have files of their own.
 */
import type { APIUser, Snowflake } from '@tinfoil/types';
import { DiscordError, invalidForm, unknown } from './discord-error.ts';
import type { RestAnswer, RestRequest, Router } from './router.ts';
import { addCommandRoutes } from './routes-commands.ts';
import { addGuildRoutes } from './routes-guilds.ts';
import { addInteractionRoutes } from './routes-interactions.ts';
import { addWebhookRoutes } from './routes-webhooks.ts';
import type { ChannelRecord, World } from './world.ts';

/** What `GET /gateway` and `GET /gateway/bot` tell. */
export interface GatewayInfo {
  url(): string;
  shards(): number;
  sessionStartLimit(): unknown;
}

/** JSON object of a request. */
export type Fields = Readonly<Record<string, unknown>>;

/** Adds every known route. */
export function addRoutes(router: Router, world: World, gateway: GatewayInfo): void {
  addGatewayRoutes(router, gateway);
  addUserRoutes(router, world);
  addChannelRoutes(router, world);
  addMessageRoutes(router, world);
  addGuildRoutes(router, world);
  addCommandRoutes(router, world);
  addWebhookRoutes(router, world);
  addInteractionRoutes(router, world);
}

function addGatewayRoutes(router: Router, gateway: GatewayInfo): void {
  router.add('GET', '/gateway', () => ({ body: { url: gateway.url() } }), { needsToken: false });
  router.add('GET', '/gateway/bot', () => ({
    body: { url: gateway.url(), shards: gateway.shards(), session_start_limit: gateway.sessionStartLimit() },
  }));
}

function addUserRoutes(router: Router, world: World): void {
  router.add('GET', '/users/@me', () => ({
    body: { ...world.user, verified: true, mfa_enabled: true, locale: 'en-US', email: null },
  }));
  router.add('PATCH', '/users/@me', ({ body }) => {
    const { username } = fieldsOf(body);
    if (typeof username === 'string') world.user.username = username;
    return { body: world.user };
  });
  router.add('GET', '/users/{user_id}', ({ params }) => ({ body: userOf(world, params.user_id) }));
  router.add('GET', '/users/@me/guilds', () => ({
    body: [...world.guilds.values()].map(({ id, name, icon, features }) => ({
      id,
      name,
      icon,
      features,
      owner: false,
      banner: null,
      permissions: '2248473465835073',
    })),
  }));
  router.add('DELETE', '/users/@me/guilds/{guild_id}', ({ params }) => {
    const id = params.guild_id ?? '';
    if (!world.guilds.delete(id)) throw unknown('Guild', 10_004);
    world.emit('GUILD_DELETE', { id }, { guildId: id });
    return {};
  });
  router.add('POST', '/users/@me/channels', ({ body }) => {
    const { recipient_id } = fieldsOf(body);
    return { body: directChannel(world, userOf(world, String(recipient_id))).data };
  });
}

/** Direct-message channel of a user; made when there is none. */
export function directChannel(world: World, user: APIUser): ChannelRecord {
  for (const channel of world.channels.values()) {
    const recipients = channel.data.recipients;
    if (
      channel.guildId === null &&
      Array.isArray(recipients) &&
      recipients.some((other) => isFields(other) && other.id === user.id)
    )
      return channel;
  }
  const data = { id: world.ids.next(), type: 1, last_message_id: null, recipients: [user], flags: 0 };
  return world.addChannel(data, null);
}

function addChannelRoutes(router: Router, world: World): void {
  router.add('GET', '/channels/{channel_id}', ({ params }) => ({ body: channelOf(world, params.channel_id).data }));
  router.add('PATCH', '/channels/{channel_id}', ({ params, body }) => {
    const channel = channelOf(world, params.channel_id);
    Object.assign(channel.data, fieldsOf(body));
    world.emit('CHANNEL_UPDATE', channel.data, { guildId: channel.guildId ?? undefined });
    return { body: channel.data };
  });
  router.add('DELETE', '/channels/{channel_id}', ({ params }) => {
    const channel = channelOf(world, params.channel_id);
    world.channels.delete(channel.id);
    if (channel.guildId !== null) {
      const guild = world.guilds.get(channel.guildId);
      const index = guild?.channels.findIndex(({ id }) => id === channel.id) ?? -1;
      if (index !== -1) guild?.channels.splice(index, 1);
      world.emit('CHANNEL_DELETE', channel.data, { guildId: channel.guildId });
    }
    return { body: channel.data };
  });
  router.add('POST', '/channels/{channel_id}/typing', ({ params }) => {
    const channel = channelOf(world, params.channel_id);
    const typing = {
      channel_id: channel.id,
      user_id: world.user.id,
      timestamp: Math.floor(Date.now() / 1000),
      ...guildField(channel),
    };
    world.emit('TYPING_START', typing, { guildId: channel.guildId ?? undefined });
    return {};
  });
}

function addMessageRoutes(router: Router, world: World): void {
  const list = '/channels/{channel_id}/messages';
  const one = `${list}/{message_id}`;
  router.add('GET', list, (request) => ({ body: pageOf(channelOf(world, request.params.channel_id), request.query) }));
  router.add('POST', list, (request) => {
    const channel = channelOf(world, request.params.channel_id);
    const body = messageBody(world, request);
    return { body: world.addMessage({ channel, author: world.user, by: 'bot', body }) };
  });
  router.add('GET', one, ({ params }) => ({ body: messageOf(world, params) }));
  router.add('PATCH', one, (request) => {
    const channel = channelOf(world, request.params.channel_id);
    const message = messageOf(world, request.params);
    if (message.author.id !== world.user.id)
      throw new DiscordError(403, 50_005, 'Cannot edit a message authored by another user');
    Object.assign(message, fieldsOf(request.body), { edited_timestamp: new Date().toISOString() });
    world.emit('MESSAGE_UPDATE', world.withGuild(channel, message), { guildId: channel.guildId ?? undefined });
    return { body: message };
  });
  router.add('DELETE', one, ({ params }) => {
    const channel = channelOf(world, params.channel_id);
    const { id } = messageOf(world, params);
    channel.messages.delete(id);
    world.emit(
      'MESSAGE_DELETE',
      { id, channel_id: channel.id, ...guildField(channel) },
      { guildId: channel.guildId ?? undefined },
    );
    return {};
  });
  router.add('POST', `${list}/bulk-delete`, ({ params, body }) => {
    const channel = channelOf(world, params.channel_id);
    const { messages } = fieldsOf(body);
    if (!Array.isArray(messages) || messages.length < 2 || messages.length > 100)
      throw invalidForm('messages', 'BASE_TYPE_BAD_LENGTH', 'Must be between 2 and 100 in length.');
    for (const id of messages) channel.messages.delete(String(id));
    const ids = messages.map(String);
    world.emit(
      'MESSAGE_DELETE_BULK',
      { ids, channel_id: channel.id, ...guildField(channel) },
      { guildId: channel.guildId ?? undefined },
    );
    return {};
  });
  const reaction = `${one}/reactions/{emoji_name}/@me`;
  const react =
    (event: string) =>
    ({ params }: RestRequest): RestAnswer => {
      const channel = channelOf(world, params.channel_id);
      const message = messageOf(world, params);
      const data = {
        user_id: world.user.id,
        channel_id: channel.id,
        message_id: message.id,
        emoji: { id: null, name: params.emoji_name },
        burst: false,
        type: 0,
        ...guildField(channel),
      };
      world.emit(event, data, { guildId: channel.guildId ?? undefined });
      return {};
    };
  router.add('PUT', reaction, react('MESSAGE_REACTION_ADD'));
  router.add('DELETE', reaction, react('MESSAGE_REACTION_REMOVE'));
}

/** Body of a message about to be made, checked, with its attachments. */
export function messageBody(world: World, request: RestRequest): Fields {
  const body = fieldsOf(request.body);
  const { content, nonce } = body;
  if (content !== undefined && content !== null && typeof content !== 'string')
    throw invalidForm('content', 'STRING_TYPE_CONVERT', `Could not interpret "${String(content)}" as string.`);
  if (typeof content === 'string' && [...content].length > 2000)
    throw invalidForm('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.');
  if (nonce !== undefined && nonce !== null && String(nonce).length > 25)
    throw invalidForm('nonce', 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.');
  const filled = ['embeds', 'components', 'sticker_ids', 'attachments'].some(
    (key) => Array.isArray(body[key]) && body[key].length > 0,
  );
  if (
    !content &&
    !filled &&
    request.files.length === 0 &&
    body.poll === undefined &&
    body.message_reference === undefined
  )
    throw new DiscordError(400, 50_006, 'Cannot send an empty message');
  return request.files.length === 0 ? body : { ...body, attachments: attachmentsOf(world, request, body) };
}

/** Attachments made of the files of a request; `attachments[n].id` names `files[n]`. */
function attachmentsOf(world: World, request: RestRequest, body: Fields): unknown[] {
  const told = Array.isArray(body.attachments) ? body.attachments.filter(isFields) : [];
  return request.files.map((file, position) => {
    const number = /^files\[(\d+)\]$/.exec(file.field)?.[1] ?? String(position);
    const entry = told.find(({ id }) => String(id) === number);
    const id = world.ids.next();
    const url = `https://cdn.discordapp.com/attachments/0/${id}/${encodeURIComponent(file.name)}`;
    return {
      id,
      filename: file.name,
      size: file.bytes,
      url,
      proxy_url: url,
      content_type: file.contentType ?? undefined,
      description: entry?.description,
    };
  });
}

function pageOf(channel: ChannelRecord, query: RestRequest['query']): unknown[] {
  const limit = query.limit === undefined ? 50 : Number(query.limit);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > 100)
    throw invalidForm('limit', 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
  const newestFirst = [...channel.messages.values()].reverse();
  const before = query.before === undefined ? null : BigInt(String(query.before));
  const after = query.after === undefined ? null : BigInt(String(query.after));
  if (after !== null) {
    const newer = newestFirst.filter(({ id }) => BigInt(id) > after);
    return newer.slice(Math.max(0, newer.length - limit));
  }
  return newestFirst.filter(({ id }) => before === null || BigInt(id) < before).slice(0, limit);
}

/** Channel by id. @throws 10003 */
export function channelOf(world: World, id: Snowflake | undefined): ChannelRecord {
  const channel = world.channels.get(id ?? '');
  if (channel === undefined) throw unknown('Channel', 10_003);
  return channel;
}

function messageOf(world: World, params: RestRequest['params']) {
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

function guildField(channel: ChannelRecord): { guild_id?: Snowflake } {
  return channel.guildId === null ? {} : { guild_id: channel.guildId };
}

/** Body as an object. @throws 50035 */
export function fieldsOf(body: unknown): Fields {
  if (!isFields(body)) throw new DiscordError(400, 50_035, 'Invalid Form Body');
  return body;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
