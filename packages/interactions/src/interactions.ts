/**
 * Class Interactions: handlers by command, component, modal and webhook event, and the three methods of the receiver seam
 * that every way in shares. What happens to one interaction is in `run.ts`.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding | Discord Docs/Receiving and Responding}
 */

import type {
  Clock,
  HandleContext,
  HeaderReader,
  InteractionReceiver,
  InteractionRoute,
  ReceiverResponse,
} from '@tinfoil/types';
import { publishError } from '#platform';
import type { AutocompleteContext, CommandContext, ComponentContext, ModalContext } from './contexts.ts';
import type { CustomIdParams } from './custom-id.ts';
import type { CommandDefinition } from './definitions.ts';
import { createDelivery, type Respond, toResponse, wait } from './delivery.ts';
import type { CommandHandler, InteractionErrorEvent, InteractionErrorListener } from './handlers.ts';
import { encodeJson } from './multipart.ts';
import { type InteractionsOptions, type ResolvedOptions, resolveInteractionsOptions } from './options.ts';
import { type RegisterOptions, type RegisterResult, registerCommands } from './register.ts';
import { type HandlerOptions, Router } from './router.ts';
import { runInteraction, runWebhookEvent, unhandled } from './run.ts';
import { type FetchContext, handleRequest, plain } from './web.ts';
import {
  classify,
  type HandledInteraction,
  type Incoming,
  type WebhookEventHandler,
  type WebhookEventName,
} from './webhook-events.ts';

const pong = toResponse(encodeJson({ type: 1 }));
const noContent: ReceiverResponse = { status: 204, headers: { 'content-type': 'application/json' }, body: null };
const decoder = new TextDecoder();

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
  readonly #listeners = new Set<InteractionErrorListener>();
  readonly #running = new Set<Promise<void>>();

  /** @throws {@link TypeError} or {@link RangeError} naming the option that cannot be. */
  constructor(options: InteractionsOptions = {}) {
    this.#options = resolveInteractionsOptions(options);
    const { clock, maxBodyBytes } = this.#options;
    this.fetch = (request, context) => handleRequest(this, request, context, maxBodyBytes, clock.nowMs());
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
  command(definition: CommandDefinition | string, handler: unknown, options?: HandlerOptions): this {
    this.#router.addCommand(definition, handler, options);
    return this;
  }

  /** Handles buttons and selects whose `custom_id` fits the pattern; fixed text goes before parameters. */
  component<const Pattern extends string>(
    pattern: Pattern,
    handler: (i: ComponentContext<CustomIdParams<Pattern>>) => unknown,
    options?: HandlerOptions,
  ): this {
    this.#router.addPattern('component', pattern, handler, options);
    return this;
  }

  /** Handles submitted modals whose `custom_id` fits the pattern; fixed text goes before parameters. */
  modal<const Pattern extends string>(
    pattern: Pattern,
    handler: (i: ModalContext<CustomIdParams<Pattern>>) => unknown,
    options?: HandlerOptions,
  ): this {
    this.#router.addPattern('modal', pattern, handler, options);
    return this;
  }

  /** Handles the typing of options of a command, or of a subcommand by its path. The handler may return the choices. */
  autocomplete(name: string, handler: (i: AutocompleteContext) => unknown, options?: HandlerOptions): this {
    this.#router.add('autocomplete', name, handler, options);
    return this;
  }

  /** Handles a webhook event. Discord hears 204 when the handler is done, or before 3 s. */
  webhookEvent<const Name extends WebhookEventName | (string & {})>(
    type: Name,
    handler: WebhookEventHandler<Name>,
  ): this {
    this.#router.add('webhook event', type, handler);
    return this;
  }

  /** Hears of handlers that failed, and of what nothing handled; else it goes to `tinfoil:interactions:error`. */
  on(_event: 'error', listener: InteractionErrorListener): this {
    this.#listeners.add(listener);
    return this;
  }

  off(_event: 'error', listener: InteractionErrorListener): this {
    this.#listeners.delete(listener);
    return this;
  }

  /**
   * Registers the definitions with Discord if they differ from what is there, and deletes commands that neither are defined
   * nor have a handler by name. In a cluster one pod does it.
   */
  async register(options: RegisterOptions = {}): Promise<RegisterResult> {
    const { request, applicationId } = this.#options;
    return registerCommands({ ...options, request, applicationId, commands: this.#router });
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
    const incoming = classify(payload);
    if (incoming.kind !== 'interaction') this.reportError(unhandled('an unknown payload'), 'dispatch');
    else await this.#run(incoming.interaction, {}, () => {}, respond ?? null);
  }

  /** True when Discord signed the raw body. @throws {@link TypeError} without a `publicKey`. */
  verify(headers: HeaderReader, body: Uint8Array): boolean | Promise<boolean> {
    const { verifier } = this.#options;
    if (verifier === undefined)
      throw new TypeError('interactions: publicKey must be given to take requests, got undefined');
    return verifier(headers('x-signature-ed25519'), headers('x-signature-timestamp'), body);
  }

  /** Says where a verified body wants to be handled. Never throws. */
  route(body: Uint8Array): InteractionRoute {
    const incoming = read(body);
    if (incoming.kind !== 'interaction') return { routing: 'local' };
    const guildId = incoming.interaction.guild_id;
    const routing = this.#router.find(incoming.interaction)?.options.routing;
    return { guildId, routing: (guildId && routing) || 'local' };
  }

  /** Handles a verified body. Resolves with the answer, while the handler may go on; never rejects. */
  async handleVerified(body: Uint8Array, context: HandleContext = {}): Promise<ReceiverResponse> {
    const incoming = read(body);
    switch (incoming.kind) {
      case 'ping':
        return pong;
      case 'webhookPing':
        return noContent;
      case 'webhookEvent': {
        const { event } = incoming;
        const source = `webhook event ${event.type}`;
        const match = this.#router.findWebhookEvent(event.type);
        const report = (cause: unknown) => this.reportError(cause, source);
        const { clock, deferAfterMs } = this.#options;
        const work = this.#track(runWebhookEvent({ event, match, source, report }), context);
        // A late 204 makes Discord repeat the event, so a slow handler goes on after it.
        await Promise.race([work, wait(clock, deferAfterMs || 2000)]);
        return noContent;
      }
      case 'interaction':
        return new Promise((resolve) => {
          const respond = this.#options.respondWith === 'callback' ? null : undefined;
          // A handler that is done has answered, if only with an error; this is for the case that even that failed.
          void this.#run(incoming.interaction, context, resolve, respond).then(() => resolve(plain(500, 'no answer')));
        });
      case 'unknown':
        this.reportError(unhandled('an unknown payload'), 'request');
        return plain(400, 'unknown payload');
    }
  }

  /** Resolves when no handler is at work. New ones may begin meanwhile: stop what brings them first. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Reports to listeners, or to diagnostics when there are none. For shells over the receiver. Never throws. */
  reportError(cause: unknown, source: string, interaction?: HandledInteraction | undefined): void {
    const event: InteractionErrorEvent = {
      cause,
      source,
      interactionId: interaction?.id,
      guildId: interaction?.guild_id,
    };
    if (this.#listeners.size === 0) publishError(event);
    // In a promise, so that what a listener throws or rejects with comes to one place.
    for (const listener of this.#listeners)
      void Promise.resolve(event)
        .then(listener)
        .catch(() => publishError(event));
  }

  /** Runs one interaction. `respond`: `undefined` answers inline, `null` by callback. Never rejects. */
  #run(
    interaction: HandledInteraction,
    context: HandleContext,
    resolve: (response: ReceiverResponse) => void,
    respond: Respond | null | undefined,
  ): Promise<void> {
    const { request, clock } = this.#options;
    const delivery = createDelivery({ interaction, request, clock, resolve }, respond);
    const match = this.#router.find(interaction);
    const report = (cause: unknown, source: string) => this.reportError(cause, source, interaction);
    return this.#track(
      runInteraction({ interaction, delivery, match, context, options: this.#options, report }),
      context,
    );
  }

  #track(work: Promise<void>, { waitUntil }: HandleContext): Promise<void> {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    try {
      waitUntil?.(tracked);
    } catch (cause) {
      this.reportError(cause, 'waitUntil');
    }
    return tracked;
  }
}

function read(body: Uint8Array): Incoming {
  try {
    return classify(JSON.parse(decoder.decode(body)));
  } catch {
    return { kind: 'unknown' };
  }
}
