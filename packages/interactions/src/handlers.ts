/**
 * Types of what an application hands in: handlers of commands, and listeners for errors.
 */
import type { CommandContext, SubcommandContext } from './contexts.ts';
import type { SubcommandOptions, SubcommandPath } from './definitions.ts';

/** Function, or functions by the path of their subcommand, for a command. */
export type CommandHandler<Definition> = [SubcommandPath<Definition>] extends [never]
  ? (i: CommandContext<Definition>) => unknown
  :
      | ((i: CommandContext<Definition>) => unknown)
      | {
          readonly [Path in SubcommandPath<Definition>]: (
            i: SubcommandContext<SubcommandOptions<Definition, Path>>,
          ) => unknown;
        };

/** What went wrong, without the payload: that holds a token. */
export interface InteractionErrorEvent {
  readonly cause: unknown;
  /** `command ping`, `component vote/:choice`, `webhook event ENTITLEMENT_CREATE`. */
  readonly source: string;
  readonly interactionId?: string | undefined;
  readonly guildId?: string | undefined;
}

/** Listener of the one event there is. What it throws goes to diagnostics. */
export type InteractionErrorListener = (event: InteractionErrorEvent) => unknown;
