/**
 * Registers commands, and only when they differ from what Discord has: the definitions are compared by content, with
 * Discord's defaults on both sides, and one bulk overwrite is sent if any differs. It counts what is new against the daily
 * limit, so an unchanged deployment costs one GET.
 *
 * @see {@link https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands | Discord Docs/Bulk Overwrite}
 */
import type { APIApplicationCommand, DiscordRequest, Snowflake } from '@tinfoil/types';
import type { CommandDefinition } from './definitions.ts';

/** Options of {@link Interactions.register}. */
export interface RegisterOptions {
  /** Registers for one guild, where changes show at once, instead of everywhere. */
  readonly guildId?: Snowflake | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Names of the commands that were new, different, the same, or no longer defined. */
export interface RegisterResult {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
}

/** What {@link registerCommands} works with. */
export interface RegisterInput extends RegisterOptions {
  readonly request: DiscordRequest;
  readonly applicationId: Snowflake | undefined;
  readonly commands: {
    readonly definitions: readonly CommandDefinition[];
    /** Commands handled by name alone: registered by other means, so they are kept. */
    readonly names: ReadonlySet<string>;
  };
}

/** Difference between what is defined and what Discord has. Pure. */
export interface CommandDiff extends RegisterResult {
  /** Commands that Discord has and that stay although they are not defined here. */
  readonly kept: readonly APIApplicationCommand[];
}

const entryPoint = 4;

/** Reads what Discord has, and overwrites it if it differs. */
export async function registerCommands(input: RegisterInput): Promise<RegisterResult> {
  const { request, signal } = input;
  const { definitions, names } = input.commands;
  const applicationId = input.applicationId ?? (await askApplicationId(request, signal));
  const scope = input.guildId === undefined ? '' : `/guilds/${encodeURIComponent(input.guildId)}`;
  const path = `/applications/${encodeURIComponent(applicationId)}${scope}/commands`;
  const present = await request<APIApplicationCommand[]>({
    method: 'GET',
    path,
    query: { with_localizations: true },
    signal,
  });
  const { kept, ...result } = diffCommands(definitions, present, names);
  if (result.created.length + result.updated.length + result.deleted.length > 0)
    await request({ method: 'PUT', path, body: [...definitions, ...kept], signal });
  return result;
}

/** Compares definitions with what Discord has. */
export function diffCommands(
  definitions: readonly CommandDefinition[],
  present: readonly APIApplicationCommand[],
  names: ReadonlySet<string> = new Set(),
): CommandDiff {
  const remaining = new Map(present.map((command) => [keyOf(command), command]));
  const created: string[] = [];
  const updated: string[] = [];
  const unchanged: string[] = [];
  for (const definition of definitions) {
    const command = remaining.get(keyOf(definition));
    remaining.delete(keyOf(definition));
    const list = command === undefined ? created : isSame(definition, command) ? unchanged : updated;
    list.push(definition.name);
  }
  const others = [...remaining.values()];
  // Discord refuses a bulk overwrite that leaves out an activity's entry point.
  const isKept = ({ name, type }: APIApplicationCommand) => names.has(name) || Number(type) === entryPoint;
  const deleted = others.filter((command) => !isKept(command)).map(({ name }) => name);
  return { created, updated, deleted, unchanged, kept: others.filter(isKept) };
}

async function askApplicationId(request: DiscordRequest, signal: AbortSignal | undefined): Promise<Snowflake> {
  const application = await request<{ readonly id: Snowflake }>({ method: 'GET', path: '/applications/@me', signal });
  return application.id;
}

function keyOf({ name, type }: { readonly name: string; readonly type?: number | undefined }): string {
  return `${type ?? 1}:${name}`;
}

/** Fields that Discord adds, and that no definition states. */
const added = new Set(['id', 'application_id', 'guild_id', 'version', 'name_localized', 'description_localized']);

/** Fields whose default is the application's to choose: compared only when the definition states them. */
const configured = ['integration_types', 'contexts', 'dm_permission', 'default_permission', 'handler'];

function isSame(definition: CommandDefinition, command: APIApplicationCommand): boolean {
  const stated = definition as Readonly<Record<string, unknown>>;
  const ignored = new Set([...added, ...configured.filter((field) => stated[field] === undefined)]);
  return canonical(definition, ignored) === canonical(command, ignored);
}

/** JSON with sorted keys, and without the values that mean the same as none. */
function canonical(value: unknown, ignored: ReadonlySet<string>): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    // These are sets: Discord sorts them.
    if (Array.isArray(item))
      return ['integration_types', 'contexts', 'channel_types'].includes(key) ? [...item].sort() : item;
    const entries = Object.entries(item).filter(([name, field]) => !ignored.has(name) && !isDefault(name, field));
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (name === 'type') return value === 1;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
