/**
 * Routes of the application and its commands, global and per guild.
 *
 * @see {@link https://docs.discord.com/developers/interactions/application-commands | Discord Docs/Application Commands}
 */
import type { Snowflake } from '@tinfoil/types';
import { DiscordError, invalidForm, unknown } from './discord-error.ts';
import { type Fields, fieldsOf, isFields } from './resources.ts';
import type { RestRequest, Router } from './router.ts';
import type { StoredCommand, World } from './world.ts';

/** Adds the routes under `/applications`. */
export function addCommandRoutes(router: Router, world: World): void {
  const application = () => ({
    body: {
      id: world.applicationId,
      name: world.user.username,
      icon: null,
      description: '',
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: '',
      flags: 0,
      bot: world.user,
    },
  });
  router.add('GET', '/applications/@me', application);
  router.add('GET', '/oauth2/applications/@me', application);
  for (const base of [
    '/applications/{application_id}/commands',
    '/applications/{application_id}/guilds/{guild_id}/commands',
  ])
    addScope(router, world, base);
}

function addScope(router: Router, world: World, base: string): void {
  router.add('GET', base, (request) => ({ body: [...scopeOf(world, request).values()] }));
  router.add('PUT', base, (request) => {
    const scope = scopeOf(world, request);
    if (!Array.isArray(request.body)) throw new DiscordError(400, 50_035, 'Invalid Form Body');
    const old = [...scope.values()];
    scope.clear();
    for (const fields of request.body.filter(isFields)) {
      const command = createCommand(world, request, fields, same(old, fields)?.id);
      scope.set(command.id, command);
    }
    return { body: [...scope.values()] };
  });
  router.add('POST', base, (request) => {
    const scope = scopeOf(world, request);
    const fields = fieldsOf(request.body);
    const old = same([...scope.values()], fields);
    const command = createCommand(world, request, fields, old?.id);
    scope.set(command.id, command);
    return { status: old === undefined ? 201 : 200, body: command };
  });
  router.add('GET', `${base}/{command_id}`, (request) => ({ body: commandOf(world, request) }));
  router.add('PATCH', `${base}/{command_id}`, (request) => {
    const command = commandOf(world, request);
    return { body: Object.assign(command, fieldsOf(request.body), { version: world.ids.next() }) };
  });
  router.add('DELETE', `${base}/{command_id}`, (request) => {
    scopeOf(world, request).delete(commandOf(world, request).id);
    return {};
  });
}

function scopeOf(world: World, { params }: RestRequest): Map<Snowflake, StoredCommand> {
  if (params.application_id !== world.applicationId) throw unknown('Application', 10_002);
  if (params.guild_id !== undefined && !world.guilds.has(params.guild_id))
    throw new DiscordError(403, 50_001, 'Missing Access');
  const key = params.guild_id ?? 'global';
  const scope = world.commands.get(key) ?? new Map<Snowflake, StoredCommand>();
  world.commands.set(key, scope);
  return scope;
}

function commandOf(world: World, request: RestRequest): StoredCommand {
  const command = scopeOf(world, request).get(request.params.command_id ?? '');
  if (command === undefined) throw unknown('application command', 10_063);
  return command;
}

function same(commands: readonly StoredCommand[], fields: Fields): StoredCommand | undefined {
  return commands.find((command) => command.name === fields.name && (command.type ?? 1) === (fields.type ?? 1));
}

function createCommand(world: World, request: RestRequest, fields: Fields, id: Snowflake | undefined): StoredCommand {
  const { name } = fields;
  if (typeof name !== 'string' || name.length < 1 || name.length > 32)
    throw invalidForm('name', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 32 in length.');
  if ((fields.type ?? 1) === 1 && (typeof fields.description !== 'string' || fields.description === ''))
    throw invalidForm('description', 'BASE_TYPE_REQUIRED', 'This field is required');
  const { guild_id } = request.params;
  return {
    type: 1,
    description: '',
    default_member_permissions: null,
    nsfw: false,
    ...(guild_id === undefined ? { dm_permission: true, contexts: null, integration_types: [0] } : { guild_id }),
    ...fields,
    name,
    id: id ?? world.ids.next(),
    application_id: world.applicationId,
    version: world.ids.next(),
  };
}
