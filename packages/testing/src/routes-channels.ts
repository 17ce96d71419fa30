/**
 * Routes of channels and their messages.
 */
import { DiscordError, invalidForm } from './discord-error.ts';
import { messageBody } from './message-body.ts';
import { channelOf, fieldsOf, guildField, messageOf, queryId, queryLimit } from './resources.ts';
import type { RestAnswer, RestRequest, Router } from './router.ts';
import type { ChannelRecord, World } from './world.ts';

/** Adds the routes under `/channels`. */
export function addChannelRoutes(router: Router, world: World): void {
  addMessageRoutes(router, world);
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

function pageOf(channel: ChannelRecord, query: RestRequest['query']): unknown[] {
  const limit = queryLimit(query, 100, 50);
  const newestFirst = [...channel.messages.values()].reverse();
  const before = queryId(query, 'before');
  const after = queryId(query, 'after');
  if (after !== null) {
    const newer = newestFirst.filter(({ id }) => BigInt(id) > after);
    return newer.slice(Math.max(0, newer.length - limit));
  }
  return newestFirst.filter(({ id }) => before === null || BigInt(id) < before).slice(0, limit);
}
