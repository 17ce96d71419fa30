/**
 * Routes of users and of direct-message channels.
 */
import type { APIUser } from '@tinfoil/types';
import { unknown } from './discord-error.ts';
import { fieldsOf, isFields, userOf } from './resources.ts';
import type { Router } from './router.ts';
import type { ChannelRecord, World } from './world.ts';

/** Adds the routes under `/users`. */
export function addUserRoutes(router: Router, world: World): void {
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
