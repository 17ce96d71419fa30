/**
 * Which handler an interaction belongs to: commands by name and subcommand, components and modals by `custom_id` pattern,
 * webhook events by type. Registration checks for mistakes; lookup never throws.
 */
import { type PayloadOption, readOptions } from './command-options.ts';
import type { Context } from './context.ts';
import { type CompiledPattern, compilePattern, matchPattern } from './custom-id.ts';
import type { CommandDefinition } from './definitions.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** Handler as it is kept; what it is called with was checked where it was registered. */
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

/** Handler with its options, and the parameters of the pattern that led to it. */
export interface Match {
  readonly handler: AnyHandler;
  readonly options: HandlerOptions;
  readonly params?: Readonly<Record<string, string>>;
}

/** Kinds of handlers. */
export type HandlerKind = 'command' | 'autocomplete' | 'component' | 'modal' | 'webhook event';

interface CommandData {
  readonly name: string;
  readonly type?: number;
  readonly options?: readonly PayloadOption[];
}

/** Table of handlers. */
export class Router {
  /** Definitions to register, in the order they were added. */
  readonly definitions: CommandDefinition[] = [];
  /** Names of commands handled without a definition: registered elsewhere. */
  readonly names: Set<string> = new Set();
  /** By kind and key: `command ping`, `command 1:settings set`, `component vote/:choice`. */
  readonly #entries = new Map<string, Match>();
  readonly #patterns: { readonly kind: HandlerKind; readonly entry: Match; readonly compiled: CompiledPattern }[] = [];

  /** Adds a command: one function, or functions by the path of their subcommand. */
  addCommand(definition: CommandDefinition | string, handlers: unknown, options?: HandlerOptions): void {
    const isName = typeof definition === 'string';
    const key = isName ? definition : `${definition.type ?? 1}:${definition.name}`;
    if (typeof handlers === 'object' && handlers !== null)
      for (const [path, handler] of Object.entries(handlers)) this.add('command', `${key} ${path}`, handler, options);
    else this.add('command', key, handlers, options);
    if (isName) this.names.add(key).add(key.replace(/ .*/, ''));
    else this.definitions.push(definition);
  }

  /** Adds a handler found by its exact key. */
  add(kind: HandlerKind, key: string, handler: unknown, options: HandlerOptions = {}): Match {
    const name = `${kind} ${key}`;
    if (typeof handler !== 'function')
      throw new TypeError(`interactions: handler of ${name} must be a function, got ${typeof handler}`);
    if (this.#entries.has(name)) throw new RangeError(`interactions: ${name} must have one handler, got a second`);
    // Its parameters were checked by the overloads of the methods that lead here.
    const entry: Match = { handler: handler as AnyHandler, options };
    this.#entries.set(name, entry);
    return entry;
  }

  /** Adds a handler found by pattern. */
  addPattern(kind: 'component' | 'modal', pattern: string, handler: unknown, options?: HandlerOptions): void {
    const compiled = compilePattern(pattern);
    this.#patterns.push({ kind, entry: this.add(kind, pattern, handler, options), compiled });
    this.#patterns.sort((one, other) => one.compiled.rank.localeCompare(other.compiled.rank));
  }

  /** Finds the handler of a webhook event. */
  findWebhookEvent(type: string): Match | undefined {
    return this.#entries.get(`webhook event ${type}`);
  }

  /** Finds the handler of an interaction. */
  find({ type, data }: HandledInteraction): Match | undefined {
    // The type of an interaction tells which data it has.
    switch (Number(type)) {
      case 2: {
        const command = data as CommandData;
        return this.#nearest(`command ${command.type ?? 1}:`, command) ?? this.#nearest('command ', command);
      }
      case 4:
        return this.#nearest('autocomplete ', data as CommandData);
      default:
        return this.#fitting(Number(type) === 3 ? 'component' : 'modal', (data as { custom_id: string }).custom_id);
    }
  }

  /** Entry of the command's whole path, or of the nearest part of it that has one, down to its name. */
  #nearest(prefix: string, { name, options }: CommandData): Match | undefined {
    const shortest = (prefix + name).length;
    const { subcommand } = readOptions(options);
    let path = prefix + name + (subcommand ? ` ${subcommand}` : '');
    while (path.length >= shortest) {
      const entry = this.#entries.get(path);
      if (entry) return entry;
      path = path.slice(0, Math.max(0, path.lastIndexOf(' ')));
    }
    return undefined;
  }

  #fitting(wanted: HandlerKind, customId: string): Match | undefined {
    const parts = customId.split('/');
    for (const { kind, entry, compiled } of this.#patterns) {
      const params = kind === wanted ? matchPattern(compiled, parts) : undefined;
      if (params) return { ...entry, params };
    }
    return undefined;
  }
}
