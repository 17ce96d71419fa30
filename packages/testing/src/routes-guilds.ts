/**
 * Routes of guilds: the guild, its channels, members, roles and bans.
 */
import type { APIGuildMember, APIRole, GatewayGuildCreateDispatchData } from '@tinfoil/types';
import { unknown } from './discord-error.ts';
import { createChannelObject, createRoleObject } from './factory.ts';
import { fieldsOf, queryId, queryLimit } from './resources.ts';
import type { RestRequest, Router } from './router.ts';
import type { World } from './world.ts';

/** Adds the routes under `/guilds`. */
export function addGuildRoutes(router: Router, world: World): void {
  const guild = '/guilds/{guild_id}';
  router.add('GET', guild, ({ params, query }) => {
    const { members: _m, channels: _c, member_count, ...rest } = guildOf(world, params);
    const counts =
      query.with_counts === 'true' ? { approximate_member_count: member_count, approximate_presence_count: 1 } : {};
    return { body: { ...rest, ...counts } };
  });
  router.add('PATCH', guild, ({ params, body }) => {
    const found = guildOf(world, params);
    Object.assign(found, fieldsOf(body));
    const { members: _m, channels: _c, ...rest } = found;
    world.emit('GUILD_UPDATE', rest, { guildId: found.id });
    return { body: rest };
  });
  router.add('GET', `${guild}/channels`, ({ params }) => ({ body: guildOf(world, params).channels }));
  router.add('POST', `${guild}/channels`, ({ params, body }) => {
    const found = guildOf(world, params);
    const fields = fieldsOf(body);
    const channel = createChannelObject({
      ...fields,
      id: world.ids.next(),
      guild_id: found.id,
      name: String(fields.name),
    });
    found.channels.push(channel);
    // A channel object is a record of fields by construction.
    world.addChannel(channel as unknown as { id: string } & Record<string, unknown>, found.id);
    world.emit('CHANNEL_CREATE', channel, { guildId: found.id });
    return { status: 201, body: channel };
  });
  addMemberRoutes(router, world, guild);
  addRoleRoutes(router, world, guild);
}

function addMemberRoutes(router: Router, world: World, guild: string): void {
  const member = `${guild}/members/{user_id}`;
  router.add('GET', `${guild}/members`, ({ params, query }) => {
    const after = queryId(query, 'after') ?? 0n;
    const limit = queryLimit(query, 1000, 1);
    const sorted = [...guildOf(world, params).members].sort((a, b) => (BigInt(a.user.id) < BigInt(b.user.id) ? -1 : 1));
    return { body: sorted.filter(({ user }) => BigInt(user.id) > after).slice(0, limit) };
  });
  router.add('GET', member, ({ params }) => ({ body: memberOf(world, params) }));
  router.add('PATCH', member, ({ params, body }) => {
    const found = memberOf(world, params);
    Object.assign(found, fieldsOf(body));
    world.emit('GUILD_MEMBER_UPDATE', { guild_id: params.guild_id, ...found }, { guildId: params.guild_id });
    return { body: found };
  });
  router.add('DELETE', member, ({ params }) => {
    const found = guildOf(world, params);
    const { user } = memberOf(world, params);
    found.members.splice(
      found.members.findIndex((other) => other.user.id === user.id),
      1,
    );
    found.member_count--;
    world.emit('GUILD_MEMBER_REMOVE', { guild_id: found.id, user }, { guildId: found.id });
    return {};
  });
  const role = `${member}/roles/{role_id}`;
  const change =
    (edit: (roles: string[], id: string) => string[]) =>
    ({ params }: RestRequest) => {
      const found = memberOf(world, params);
      roleOf(world, params);
      found.roles = edit(found.roles, params.role_id ?? '');
      world.emit('GUILD_MEMBER_UPDATE', { guild_id: params.guild_id, ...found }, { guildId: params.guild_id });
      return {};
    };
  router.add(
    'PUT',
    role,
    change((roles, id) => (roles.includes(id) ? roles : [...roles, id])),
  );
  router.add(
    'DELETE',
    role,
    change((roles, id) => roles.filter((other) => other !== id)),
  );
}

function addRoleRoutes(router: Router, world: World, guild: string): void {
  router.add('GET', `${guild}/roles`, ({ params }) => ({ body: guildOf(world, params).roles }));
  router.add('GET', `${guild}/roles/{role_id}`, ({ params }) => ({ body: roleOf(world, params) }));
  router.add('POST', `${guild}/roles`, ({ params, body }) => {
    const found = guildOf(world, params);
    const fields = fieldsOf(body ?? {});
    const role = createRoleObject({ ...fields, id: world.ids.next(), name: String(fields.name ?? 'new role') });
    found.roles.push(role);
    world.emit('GUILD_ROLE_CREATE', { guild_id: found.id, role }, { guildId: found.id });
    return { body: role };
  });
  router.add('PATCH', `${guild}/roles/{role_id}`, ({ params, body }) => {
    const role = roleOf(world, params);
    Object.assign(role, fieldsOf(body));
    world.emit('GUILD_ROLE_UPDATE', { guild_id: params.guild_id, role }, { guildId: params.guild_id });
    return { body: role };
  });
  router.add('DELETE', `${guild}/roles/{role_id}`, ({ params }) => {
    const found = guildOf(world, params);
    const { id } = roleOf(world, params);
    found.roles.splice(
      found.roles.findIndex((role) => role.id === id),
      1,
    );
    world.emit('GUILD_ROLE_DELETE', { guild_id: found.id, role_id: id }, { guildId: found.id });
    return {};
  });
}

function guildOf(world: World, params: RestRequest['params']): GatewayGuildCreateDispatchData {
  const guild = world.guilds.get(params.guild_id ?? '');
  if (guild === undefined) throw unknown('Guild', 10_004);
  return guild;
}

function memberOf(world: World, params: RestRequest['params']): APIGuildMember {
  const member = guildOf(world, params).members.find(({ user }) => user.id === params.user_id);
  if (member === undefined) throw unknown('Member', 10_007);
  return member;
}

function roleOf(world: World, params: RestRequest['params']): APIRole {
  const role = guildOf(world, params).roles.find(({ id }) => id === params.role_id);
  if (role === undefined) throw unknown('Role', 10_011);
  return role;
}
