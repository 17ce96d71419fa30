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
  const applicationId =
    input.applicationId ?? (await request<{ id: Snowflake }>({ method: 'GET', path: '/applications/@me', signal })).id;
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
  const diff = { created: [] as string[], updated: [] as string[], deleted: [] as string[], unchanged: [] as string[] };
  for (const definition of definitions) {
    const command = remaining.get(keyOf(definition));
    remaining.delete(keyOf(definition));
    diff[!command ? 'created' : isSame(definition, command) ? 'unchanged' : 'updated'].push(definition.name);
  }
  const kept: APIApplicationCommand[] = [];
  // Discord refuses a bulk overwrite that leaves out an activity's entry point.
  for (const command of remaining.values())
    if (names.has(command.name) || Number(command.type) === entryPoint) kept.push(command);
    else diff.deleted.push(command.name);
  return { ...diff, kept };
}

function keyOf({ name, type }: { readonly name: string; readonly type?: number | undefined }): string {
  return `${type ?? 1}:${name}`;
}

/** Fields that matter also where a definition leaves them out; what else is left out is the application's to choose. */
const always = ['options', 'default_member_permissions', 'nsfw', 'name_localizations', 'description_localizations'];

function isSame(definition: CommandDefinition, command: APIApplicationCommand): boolean {
  const [stated, present] = [definition, command] as readonly object[] as readonly Record<string, unknown>[];
  return [...Object.keys(definition), ...always].every(
    (field) => canonical({ [field]: stated?.[field] }) === canonical({ [field]: present?.[field] }),
  );
}

/** JSON with sorted keys, and without the values that mean the same as none. */
function canonical(value: object): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    // These are sets: Discord sorts them.
    if (Array.isArray(item)) return /^(integration_types|contexts|channel_types)$/.test(key) ? [...item].sort() : item;
    const entries = Object.entries(item).filter(([name, field]) => !isDefault(name, field));
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return name === 'type' ? value === 1 : typeof value === 'object' && Object.keys(value).length === 0;
}
