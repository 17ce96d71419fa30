/**
 * Which handler an interaction belongs to: commands by name and subcommand, components and modals by `custom_id` pattern.
 * Registration checks for mistakes; lookup never throws.
 */
import { type PayloadOption, readOptions } from './command-options.ts';
import type { Context } from './context.ts';
import { type CompiledPattern, comparePatterns, compilePattern, matchPattern } from './custom-id.ts';
import type { CommandDefinition } from './definitions.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** Handler as it is kept; its context's type was checked where it was registered. */
export type AnyHandler = (context: Context) => unknown;

/** Options of one handler. */
export interface HandlerOptions {
  /**
   * Where in a cluster the handler runs: in whichever pod got the interaction, or in the one that owns the guild.
   *
   * @defaultValue `local`
   */
  readonly routing?: 'local' | 'owner' | undefined;
  /** Overrides `deferAfterMs`: never, or with an audience of its own. @defaultValue not ephemeral */
  readonly defer?:
    | false
    | { readonly afterMs?: number | undefined; readonly ephemeral?: boolean | undefined }
    | undefined;
}

/** Handler with its options. */
export interface Entry {
  readonly handler: AnyHandler;
  readonly options: HandlerOptions;
}

/** Entry found, with the parameters of its pattern. */
export interface Match extends Entry {
  readonly params: Readonly<Record<string, string>>;
}

interface PatternEntry extends Entry {
  readonly compiled: CompiledPattern;
}

const noParams: Readonly<Record<string, string>> = Object.freeze({});

/** Table of handlers. */
export class Router {
  readonly #commands = new Map<string, Entry>();
  readonly #autocompletes = new Map<string, Entry>();
  readonly #patterns: Record<'component' | 'modal', PatternEntry[]> = { component: [], modal: [] };
  readonly #definitions = new Map<string, CommandDefinition>();
  readonly #names = new Set<string>();

  /** Definitions to register. */
  get definitions(): readonly CommandDefinition[] {
    return [...this.#definitions.values()];
  }

  /** Names handled without a definition: registered elsewhere. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Adds a command; `path` is a name, or a name and the path of a subcommand. */
  addCommand(
    definition: CommandDefinition | string,
    handlers: AnyHandler | Readonly<Record<string, AnyHandler>>,
    options: HandlerOptions,
  ): void {
    const name = typeof definition === 'string' ? definition : definition?.name;
    assertText('command', 'name', name);
    const key = typeof definition === 'string' ? name : `${definition.type ?? 1}:${name}`;
    if (typeof handlers === 'function') put(this.#commands, 'command', key, handlers, options);
    else {
      if (typeof handlers !== 'object' || handlers === null)
        throw new TypeError(
          `interactions: handler of command ${name} must be a function or an object of functions, got ${typeof handlers}`,
        );
      for (const [path, handler] of Object.entries(handlers))
        put(this.#commands, 'command', `${key} ${path}`, handler, options);
    }
    if (typeof definition === 'string') this.#names.add(name.split(' ', 1)[0]!).add(name);
    else this.#definitions.set(key, definition);
  }

  addAutocomplete(name: string, handler: AnyHandler, options: HandlerOptions): void {
    assertText('autocomplete', 'name', name);
    put(this.#autocompletes, 'autocomplete', name, handler, options);
  }

  addPattern(kind: 'component' | 'modal', pattern: string, handler: AnyHandler, options: HandlerOptions): void {
    const compiled = compilePattern(pattern);
    assertHandler(kind, pattern, handler);
    const entries = this.#patterns[kind];
    if (entries.some((entry) => entry.compiled.pattern === pattern))
      throw new RangeError(`interactions: ${kind} ${pattern} must have one handler, got a second`);
    entries.push({ handler, options, compiled });
    entries.sort((one, other) => comparePatterns(one.compiled, other.compiled));
  }

  /** Finds the handler of an interaction. */
  find(interaction: HandledInteraction): Match | undefined {
    switch (interaction.type as number) {
      case 2:
        return this.#findCommand(interaction.data as CommandData);
      case 4:
        return withParams(nearest(this.#autocompletes, '', interaction.data as CommandData));
      default:
        return this.#findPattern(
          (interaction.type as number) === 5 ? 'modal' : 'component',
          (interaction.data as { readonly custom_id: string }).custom_id,
        );
    }
  }

  #findCommand(data: CommandData): Match | undefined {
    return withParams(nearest(this.#commands, `${data.type ?? 1}:`, data) ?? nearest(this.#commands, '', data));
  }

  #findPattern(kind: 'component' | 'modal', customId: string): Match | undefined {
    const segments = customId.split('/');
    for (const entry of this.#patterns[kind]) {
      const params = matchPattern(entry.compiled, segments);
      if (params !== undefined) return { handler: entry.handler, options: entry.options, params };
    }
    return undefined;
  }
}

interface CommandData {
  readonly name: string;
  readonly type?: number;
  readonly options?: readonly PayloadOption[];
}

/** Entry of the whole path, or of the nearest part of it that has one, down to the command's name. */
function nearest(entries: ReadonlyMap<string, Entry>, prefix: string, data: CommandData): Entry | undefined {
  const name = prefix + data.name;
  const { subcommand } = readOptions(data.options);
  const path = subcommand === undefined ? name : `${name} ${subcommand}`;
  for (let end = path.length; end >= name.length; end = path.lastIndexOf(' ', end - 1)) {
    const entry = entries.get(path.slice(0, end));
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function withParams(entry: Entry | undefined): Match | undefined {
  return entry && { handler: entry.handler, options: entry.options, params: noParams };
}

function put(
  entries: Map<string, Entry>,
  kind: string,
  key: string,
  handler: AnyHandler,
  options: HandlerOptions,
): void {
  assertHandler(kind, key, handler);
  if (entries.has(key)) throw new RangeError(`interactions: ${kind} ${key} must have one handler, got a second`);
  entries.set(key, { handler, options });
}

function assertHandler(kind: string, name: string, handler: unknown): void {
  if (typeof handler !== 'function')
    throw new TypeError(`interactions: handler of ${kind} ${name} must be a function, got ${typeof handler}`);
}

function assertText(kind: string, field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value.length === 0)
    throw new TypeError(`interactions: ${field} of a ${kind} must be a non-empty string, got ${typeof value}`);
}
