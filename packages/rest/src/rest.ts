/**
 * Class Rest: the client, wired from its parts. Turns what a verb was called with into a {@link CallSpec}; what happens to it
 * then stands in `call.ts`, when it may leave in `limiter.ts`.
 */

import type {
  DiscordRequest,
  EventArguments,
  Listener,
  ListenOptions,
  RequestAuth,
  RequestSpec,
  RestApi,
} from '@tinfoil/types';
import { createDefaultTransport } from '#default-transport';
import { encodeBody } from './body.ts';
import { Call, type CallSpec } from './call.ts';
import { QueueFullError } from './errors.ts';
import type { RestEvents } from './events.ts';
import { assertTimeoutMs, type RestOptions, resolveRestOptions } from './options.ts';
import { encodeQuery } from './query.ts';
import { identityOf, RequestHeaders } from './request-headers.ts';
import { type Place, parsePath, type Route, RouteNode } from './route.ts';
import { Session } from './session.ts';
import { createTree, type VerbArguments } from './tree.ts';

/** Options of {@link Rest.close}. */
export interface RestCloseOptions {
  /** Milliseconds that requests in flight are given; then they are aborted. @defaultValue 5000 */
  readonly timeoutMs?: number | undefined;
}

/** Listener of one event of {@link Rest}. */
export type RestListener<Name extends keyof RestEvents> = Listener<EventArguments<RestEvents, never, Name>>;

/** Interaction tokens begin with `interaction:` in base64. */
const interactionTokenPrefix = 'aW50ZXJhY3Rpb246';
/** Ten times as many requests as the global limit allows remember where they were made. */
const tracesPerSecond = 500;
const noTrace: { readonly stack?: string } = {};
const notIdempotent = { nonce: undefined, idempotent: false } as const;
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const formRoutes: ReadonlySet<string> = new Set(['POST /oauth2/token', 'POST /oauth2/token/revoke']);

/**
 * Client of Discord's REST API. Making one opens nothing; connections come with requests, and idle ones do not keep the
 * process alive.
 *
 * @example
 * ```ts
 * const rest = new Rest({ token });
 * const me = await rest.api.users.me.get();
 * await rest.api.channels(channelId).messages.post({ content: `I am ${me.username}` });
 * ```
 */
export class Rest {
  /** Every route of the API: static segments are properties, parameters are calls, verbs perform the request. */
  readonly api: RestApi;
  /**
   * Performs a request to any path, also one that the tree does not know. It may be passed on without its client.
   *
   * @throws {@link DiscordApiError} when Discord answers with an error.
   */
  readonly request: DiscordRequest;
  readonly #session: Session;
  readonly #root = new RouteNode();
  readonly #headers: RequestHeaders;
  readonly #noncePrefix = Math.random().toString(36).slice(2, 10).padEnd(8, '0');
  #calls = 0;
  #traced = 0;
  #tracedFromMs = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | undefined;

  /** @throws {@link TypeError} or {@link RangeError} that names the option at fault. */
  constructor(options: RestOptions = {}) {
    const resolved = resolveRestOptions(options);
    this.#session = new Session(resolved, resolved.transport ?? createDefaultTransport());
    this.#headers = new RequestHeaders(resolved.token, resolved.userAgent);
    // The tree answers to any path; RestApi says which of them exist.
    this.api = createTree(this.#root, (method, place, args, caller) =>
      this.#perform(place.node.route(method), place, args, caller),
    ) as RestApi;
    const request = (spec: RequestSpec): Promise<unknown> => {
      try {
        assertMethod(spec.method);
        const place = parsePath(this.#root, spec.path);
        const { query, path } = place;
        const asked = encodeQuery(spec.query);
        const whole = { ...place, path: path + (query === '' ? asked : query + asked.replace('?', '&')) };
        return this.#perform(
          place.node.route(spec.method),
          whole,
          // A RequestSpec holds every option that a verb takes.
          { body: spec.body, query: undefined, options: spec as VerbArguments['options'] & RequestSpec },
          request,
        );
      } catch (error) {
        return Promise.reject(error);
      }
    };
    // What the answer holds is the caller's word.
    this.request = request as DiscordRequest;
  }

  /** Adds a listener; see {@link RestEvents}. What it throws becomes the event `error`, and never reaches a request. */
  on<Name extends keyof RestEvents & string>(event: Name, listener: RestListener<Name>, options?: ListenOptions): this {
    this.#session.events.on(event, listener, options);
    return this;
  }

  once<Name extends keyof RestEvents & string>(
    event: Name,
    listener: RestListener<Name>,
    options?: ListenOptions,
  ): this {
    this.#session.events.once(event, listener, options);
    return this;
  }

  off<Name extends keyof RestEvents & string>(event: Name, listener: RestListener<Name>): this {
    this.#session.events.off(event, listener);
    return this;
  }

  /**
   * Rejects what waits, gives what is in flight some time to end, and closes every connection. Idempotent.
   */
  close(options: RestCloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs ?? 5000);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeoutMs: number): Promise<void> {
    const session = this.#session;
    session.closed = true;
    for (const call of [...session.calls]) call.end();
    const cancel = session.clock.after(timeoutMs, () => {
      for (const call of [...session.calls]) call.end({ inFlight: true });
    });
    await session.idle();
    cancel();
    session.limiter.close();
    session.deadlines.close();
    await session.transport.close();
  }

  #perform(route: Route, place: Place, args: VerbArguments, caller: Function): Promise<unknown> {
    const trace = this.#trace(caller);
    return new Promise((resolve, reject) => {
      const session = this.#session;
      // Options come typed by the tree or as a RequestSpec; both are this.
      const options = args.options as Partial<RequestSpec> | undefined;
      if (options?.signal?.aborted === true) return reject(options.signal.reason);
      this.#calls += 1;
      const spec = this.#toSpec(route, place, args, options);
      const call = new Call(session, spec, this.#calls, trace, resolve, reject);
      const refusal =
        session.calls.size >= session.options.maxQueued
          ? new QueueFullError({ method: route.method, route: route.template }, session.options.maxQueued)
          : session.refusal(call);
      if (refusal !== undefined) return call.fail(refusal);
      session.calls.add(call);
      session.limiter.add(call);
    });
  }

  /** Frames of the caller, for the error that there may be. */
  #trace(caller: Function): { readonly stack?: string } {
    // A stack costs as much as all else that is done here, and an error needs its own in a flood of thousands a second least.
    const nowMs = this.#session.clock.nowMs();
    if (nowMs - this.#tracedFromMs >= 1000) {
      this.#tracedFromMs = nowMs;
      this.#traced = 0;
    }
    if (this.#traced >= tracesPerSecond) return noTrace;
    this.#traced += 1;
    const trace: { readonly stack?: string } = {};
    Error.captureStackTrace?.(trace, caller);
    return trace;
  }

  #toSpec(route: Route, place: Place, args: VerbArguments, options: Partial<RequestSpec> | undefined): CallSpec {
    const { options: defaults } = this.#session;
    const { major } = place;
    const interaction =
      route.credential === 'interaction' ||
      (route.credential === 'webhook' && major.startsWith(interactionTokenPrefix, major.indexOf('/') + 1));
    const auth: RequestAuth = options?.auth ?? (route.credential === undefined ? 'bot' : 'none');
    const { nonce, idempotent } = route.createsMessage ? this.#nonceFor(args.body) : notIdempotent;
    const body = encodeBody(args.body, options?.files, formRoutes.has(route.label), nonce);
    return {
      route,
      path: `${defaults.basePath}${place.path}${encodeQuery(args.query)}`,
      major,
      headers: this.#headers.of(auth, body?.contentType, options),
      identity: identityOf(auth),
      auth,
      body,
      idempotent,
      ordered: route.createsMessage && defaults.orderedMessages,
      interaction,
      rejectOnRateLimit: options?.rejectOnRateLimit ?? defaults.rejectOnRateLimit,
      timeoutMs: options?.timeoutMs === undefined ? defaults.timeoutMs : assertTimeoutMs(options.timeoutMs),
      signal: options?.signal,
    };
  }

  /** Lets Discord recognise a message that it got twice. @see {@link https://docs.discord.com/developers/resources/message#create-message | Discord Docs/Create Message} */
  #nonceFor(body: unknown): { readonly nonce: string | undefined; readonly idempotent: boolean } {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return notIdempotent;
    const given = body as { readonly nonce?: unknown; readonly enforce_nonce?: unknown };
    if (given.nonce !== undefined && given.nonce !== null)
      return { nonce: undefined, idempotent: given.enforce_nonce === true };
    if (given.enforce_nonce === false || !this.#session.options.enforceNonce) return notIdempotent;
    return { nonce: `${this.#noncePrefix}${this.#calls.toString(36)}`, idempotent: true };
  }
}

function assertMethod(method: string): void {
  if (!methods.has(method))
    throw new TypeError(`rest: method must be one of ${[...methods].join(', ')}, got ${JSON.stringify(method)}`);
}
