/**
 * Class Interactions: handlers by command, component, modal and webhook event, and the three methods of the receiver seam
 * that every way in shares. What happens to one interaction is in `run.ts`.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding | Discord Docs/Receiving and Responding}
 */

import {
  type Clock,
  Emitter,
  type HandleContext,
  type HeaderReader,
  type InteractionReceiver,
  type InteractionRoute,
  type Listener,
  type ListenOptions,
  type ReceiverResponse,
} from '@tinfoil/types';
import { publishError } from '#platform';
import type {
  AutocompleteContext,
  CommandContext,
  ComponentContext,
  ModalContext,
  SubcommandContext,
} from './contexts.ts';
import type { CustomIdParams } from './custom-id.ts';
import type { CommandDefinition, SubcommandOptions, SubcommandPath } from './definitions.ts';
import { callbackDelivery, type Delivery, inlineDelivery, type Respond, toResponse } from './delivery.ts';
import { UnhandledError } from './errors.ts';
import { encodeBody } from './multipart.ts';
import { type InteractionsOptions, type ResolvedOptions, resolveInteractionsOptions } from './options.ts';
import { type RegisterOptions, type RegisterResult, registerCommands } from './register.ts';
import { type AnyHandler, type HandlerOptions, Router } from './router.ts';
import { runInteraction } from './run.ts';
import { type FetchContext, handleRequest, plain } from './web.ts';
import {
  classify,
  type HandledInteraction,
  type Incoming,
  type WebhookEvent,
  type WebhookEventHandler,
  type WebhookEventName,
} from './webhook-events.ts';

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

/** Events of {@link Interactions}. */
export interface InteractionsEvents {
  /** A handler failed, or nothing handled what came. Without a listener it goes to `tinfoil:interactions:error`. */
  readonly error: readonly [InteractionErrorEvent];
}

const pong: ReceiverResponse = toResponse(encodeBody({ type: 1 }));
const noContent: ReceiverResponse = { status: 204, headers: { 'content-type': 'application/json' }, body: null };
const kinds: Readonly<Record<number, string>> = { 2: 'command', 3: 'component', 4: 'autocomplete', 5: 'modal' };

/**
 * Handlers of an application's interactions and webhook events.
 *
 * @example
 * ```ts
 * const interactions = new Interactions({ publicKey }).command('ping', (i) => i.reply({ content: 'pong' }));
 * Deno.serve(interactions.fetch);
 * ```
 */
export class Interactions implements InteractionReceiver {
  /**
   * Verifies and handles a Request; bound, so that it can be passed on by itself. Rejects only without a `publicKey`.
   * On Workers hand it the execution context: `fetch: (request, env, ctx) => interactions.fetch(request, ctx)`.
   */
  readonly fetch: (request: Request, context?: FetchContext) => Promise<Response>;
  readonly #options: ResolvedOptions;
  readonly #router = new Router();
  readonly #webhookEvents = new Map<string, WebhookEventHandler<string>>();
  readonly #emitter: Emitter<InteractionsEvents>;
  readonly #running = new Set<Promise<void>>();
  /** Bodies that {@link route} has read and {@link handleVerified} will be given. */
  readonly #parsed = new WeakMap<Uint8Array, Incoming>();

  /** @throws {@link TypeError} or {@link RangeError} naming the option that cannot be. */
  constructor(options: InteractionsOptions = {}) {
    this.#options = resolveInteractionsOptions(options);
    this.#emitter = new Emitter((cause, source) => publishError({ cause, source }));
    this.fetch = async (request, context) => {
      this.assertVerifies('fetch');
      const { maxBodyBytes, clock } = this.#options;
      return handleRequest(this, request, context, maxBodyBytes, clock.nowMs());
    };
  }

  /** Largest body taken, in bytes. */
  get maxBodyBytes(): number {
    return this.#options.maxBodyBytes;
  }

  /** Clock that deadlines are measured on. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** Number of handlers at work. */
  get pending(): number {
    return this.#running.size;
  }

  /** Definitions that {@link register} registers, in the order they were added. */
  get definitions(): readonly CommandDefinition[] {
    return this.#router.definitions;
  }

  /**
   * Handles a command. A definition gives its options types and is what {@link register} registers; a name handles a command
   * that was registered elsewhere. A subcommand has a path: `settings set`.
   *
   * @throws {@link RangeError} when the command has a handler.
   */
  command<const Definition extends CommandDefinition>(
    definition: Definition,
    handler: CommandHandler<Definition>,
    options?: HandlerOptions,
  ): this;
  command(name: string, handler: (i: CommandContext) => unknown, options?: HandlerOptions): this;
  command(definition: CommandDefinition | string, handler: unknown, options: HandlerOptions = {}): this {
    // The router checks that it is a function or an object of functions; their contexts are those of the overloads.
    this.#router.addCommand(definition, handler as AnyHandler, options);
    return this;
  }

  /** Handles buttons and selects whose `custom_id` fits the pattern. */
  component<const Pattern extends string>(
    pattern: Pattern,
    handler: (i: ComponentContext<CustomIdParams<Pattern>>) => unknown,
    options: HandlerOptions = {},
  ): this {
    // Context has every method of every context interface, and the pattern gives the parameters their names.
    this.#router.addPattern('component', pattern, handler as unknown as AnyHandler, options);
    return this;
  }

  /** Handles submitted modals whose `custom_id` fits the pattern. */
  modal<const Pattern extends string>(
    pattern: Pattern,
    handler: (i: ModalContext<CustomIdParams<Pattern>>) => unknown,
    options: HandlerOptions = {},
  ): this {
    // As above.
    this.#router.addPattern('modal', pattern, handler as unknown as AnyHandler, options);
    return this;
  }

  /** Handles the typing of options of a command, or of a subcommand by its path. The handler may return the choices. */
  autocomplete(name: string, handler: (i: AutocompleteContext) => unknown, options: HandlerOptions = {}): this {
    // As above.
    this.#router.addAutocomplete(name, handler as unknown as AnyHandler, options);
    return this;
  }

  /** Handles a webhook event. Discord hears 204 when the handler is done, or before 3 s. */
  webhookEvent<const Name extends WebhookEventName | (string & {})>(
    type: Name,
    handler: WebhookEventHandler<Name>,
  ): this {
    if (typeof handler !== 'function')
      throw new TypeError(`interactions: handler of webhook event ${type} must be a function, got ${typeof handler}`);
    if (this.#webhookEvents.has(type))
      throw new RangeError(`interactions: webhook event ${type} must have one handler, got a second`);
    // Called only with events of that type.
    this.#webhookEvents.set(type, handler as WebhookEventHandler<string>);
    return this;
  }

  on<Name extends keyof InteractionsEvents>(
    event: Name,
    listener: Listener<InteractionsEvents[Name]>,
    options?: ListenOptions,
  ): this {
    this.#emitter.on(event, listener, options);
    return this;
  }

  off<Name extends keyof InteractionsEvents>(event: Name, listener: Listener<InteractionsEvents[Name]>): this {
    this.#emitter.off(event, listener);
    return this;
  }

  /**
   * Registers the definitions with Discord if they differ from what is there, and deletes commands that neither are defined
   * nor have a handler by name. In a cluster one pod does it.
   */
  async register(options: RegisterOptions = {}): Promise<RegisterResult> {
    const { request, applicationId } = this.#options;
    const { definitions, names } = this.#router;
    return registerCommands({ ...options, request, applicationId, definitions, names });
  }

  /** True when there is a handler for the payload: who shares INTERACTION_CREATE with other code asks before `dispatch`. */
  handles(payload: unknown): boolean {
    const incoming = classify(payload);
    return incoming.kind === 'interaction' && this.#router.find(incoming.interaction) !== undefined;
  }

  /**
   * Runs the handlers for an INTERACTION_CREATE of the gateway. Resolves when the handler is done; never rejects.
   *
   * @param respond - Carries the first response. By default it is posted to Discord's callback endpoint.
   */
  async dispatch(payload: unknown, respond?: Respond): Promise<void> {
    const { request, clock } = this.#options;
    const incoming = classify(payload);
    if (incoming.kind !== 'interaction') return this.reportError(new UnhandledError('an unknown payload'), 'dispatch');
    const delivery = callbackDelivery(incoming.interaction, request, clock, respond, () => undefined);
    await this.#track(this.#run(incoming.interaction, delivery, {}));
  }

  /** True when Discord signed the raw body. @throws {@link TypeError} without a `publicKey`. */
  verify(headers: HeaderReader, body: Uint8Array): boolean | Promise<boolean> {
    const { verifier } = this.#options;
    if (verifier === undefined) throw new TypeError('interactions: publicKey is needed for verify, got undefined');
    return verifier(headers('x-signature-ed25519'), headers('x-signature-timestamp'), body);
  }

  /** Says where a verified body wants to be handled. Never throws. */
  route(body: Uint8Array): InteractionRoute {
    const incoming = read(body);
    this.#parsed.set(body, incoming);
    if (incoming.kind !== 'interaction') return { routing: 'local' };
    const guildId = incoming.interaction.guild_id;
    const routing = this.#router.find(incoming.interaction)?.options.routing ?? 'local';
    return { guildId, routing: guildId === undefined ? 'local' : routing };
  }

  /** Handles a verified body. Resolves with the answer, while the handler may go on; never rejects. */
  async handleVerified(body: Uint8Array, context: HandleContext = {}): Promise<ReceiverResponse> {
    const incoming = this.#parsed.get(body) ?? read(body);
    switch (incoming.kind) {
      case 'ping':
        return pong;
      case 'webhookPing':
        return noContent;
      case 'webhookEvent':
        return this.#handleWebhookEvent(incoming.event, context);
      case 'interaction':
        return this.#handleInteraction(incoming.interaction, context);
      case 'unknown':
        this.reportError(new UnhandledError('an unknown payload'), 'request');
        return plain(400, 'unknown payload');
    }
  }

  /** Resolves when no handler is at work. New ones may begin meanwhile: stop what brings them first. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Reports to `error` listeners, or to diagnostics when there are none. For shells over the receiver. */
  reportError(cause: unknown, source: string, interaction?: HandledInteraction | undefined): void {
    const event = { cause, source, interactionId: interaction?.id, guildId: interaction?.guild_id };
    if (this.#emitter.has('error')) this.#emitter.emit('error', event);
    else publishError(event);
  }

  /** @throws {@link TypeError} when there is no public key to verify with. */
  assertVerifies(what: string): void {
    if (this.#options.verifier === undefined)
      throw new TypeError(`interactions: publicKey is needed for ${what}, got undefined`);
  }

  #handleInteraction(interaction: HandledInteraction, context: HandleContext): Promise<ReceiverResponse> {
    const { request, clock, respondWith } = this.#options;
    return new Promise((resolve) => {
      const delivery =
        respondWith === 'inline'
          ? inlineDelivery(interaction, request, clock, resolve)
          : callbackDelivery(interaction, request, clock, undefined, resolve);
      const work = this.#track(this.#run(interaction, delivery, context));
      // A handler that is done has answered, if only with an error; this is for the case that even that failed.
      void work.then(() => resolve(plain(500, 'no answer')));
      this.#keepAlive(work, context);
    });
  }

  async #handleWebhookEvent(event: WebhookEvent, context: HandleContext): Promise<ReceiverResponse> {
    const handler = this.#webhookEvents.get(event.type);
    const source = `webhook event ${event.type}`;
    if (handler === undefined) {
      this.reportError(new UnhandledError(source), source);
      return noContent;
    }
    const run = async () => {
      try {
        await handler(event);
      } catch (cause) {
        this.reportError(cause, source);
      }
    };
    const work = this.#track(run());
    this.#keepAlive(work, context);
    const { clock, deferAfterMs } = this.#options;
    // A late 204 makes Discord repeat the event, so a slow handler goes on after it.
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = clock.after(deferAfterMs === false ? 2000 : deferAfterMs, resolve);
    });
    await Promise.race([work, deadline]);
    cancel();
    return noContent;
  }

  /** Runs the handler of one interaction to its end. Never rejects. */
  #run(interaction: HandledInteraction, delivery: Delivery, context: HandleContext): Promise<void> {
    const source = describe(interaction);
    const report = (cause: unknown) => this.reportError(cause, source, interaction);
    const match = this.#router.find(interaction);
    return runInteraction({ interaction, delivery, match, context, options: this.#options, source, report });
  }

  #keepAlive(work: Promise<void>, { waitUntil }: HandleContext): void {
    try {
      waitUntil?.(work);
    } catch (cause) {
      this.reportError(cause, 'waitUntil');
    }
  }

  #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    return work.finally(() => this.#running.delete(work));
  }
}

function describe(interaction: HandledInteraction): string {
  const { name, custom_id } = interaction.data as { readonly name?: string; readonly custom_id?: string };
  return `${kinds[interaction.type] ?? 'interaction'} ${name ?? custom_id}`;
}

function read(body: Uint8Array): Incoming {
  try {
    return classify(JSON.parse(decoder.decode(body)));
  } catch {
    return { kind: 'unknown' };
  }
}

const decoder = new TextDecoder();
