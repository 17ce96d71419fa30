/**
 * What all requests of one client share: limits, connections, what was learnt of token and webhooks, and who listens.
 */
import type { Clock, Emitter, GlobalLimiter } from '@tinfoil/types';
import type { Call } from './call.ts';
import { DeadWebhooks } from './dead-webhooks.ts';
import { Deadlines } from './deadlines.ts';
import {
  DiscordApiError,
  InvalidRequestLimitError,
  RestClosedError,
  TokenRejectedError,
  UnknownWebhookError,
} from './errors.ts';
import { type Channels, createEmitter, openChannels, type RestEvents } from './events.ts';
import type { RateLimitHeaders, RateLimitScope } from './headers.ts';
import { InvalidRequests } from './invalid-requests.ts';
import { Limiter } from './limiter.ts';
import type { ResolvedRestOptions } from './options.ts';
import type { Route } from './route.ts';
import type { Transport } from './transport.ts';

/** The token was meant for a webhook or interaction, and says nothing about the bot's. */
const invalidWebhookToken = 50_027;
const unknownWebhook = 10_015;

export class Session {
  readonly options: ResolvedRestOptions;
  readonly clock: Clock;
  readonly origin: string;
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly events: Emitter<RestEvents>;
  readonly deadlines: Deadlines;
  /** Requests not settled. */
  readonly calls: Set<Call> = new Set<Call>();
  closed = false;
  readonly #channels: Channels = openChannels();
  readonly #global: GlobalLimiter;
  readonly #invalid: InvalidRequests;
  readonly #deadWebhooks = new DeadWebhooks();
  #tokenRejected = false;
  #idle: (() => void)[] = [];

  constructor(options: ResolvedRestOptions, transport: Transport) {
    this.options = options;
    this.clock = options.clock;
    this.deadlines = new Deadlines(options.clock);
    this.origin = options.origin;
    this.transport = transport;
    this.#global = options.global;
    this.events = createEmitter(this.#channels);
    this.#invalid = new InvalidRequests(options.invalidRequestLimit);
    this.limiter = new Limiter({
      clock: options.clock,
      global: options.global,
      onWait: (route, scope, waitMs) => this.#waits(route, scope, waitMs),
    });
  }

  /** Why the request must not be sent, if so. */
  refusal(call: Call): Error | undefined {
    const { route } = call;
    if (this.closed) return new RestClosedError(nameOf(route));
    if (this.#tokenRejected && call.spec.auth === 'bot') return new TokenRejectedError(nameOf(route));
    const nowMs = this.clock.nowMs();
    const waitMs = this.#invalid.waitMs(nowMs);
    if (waitMs > 0) return new InvalidRequestLimitError(nameOf(route), this.#invalid.count, waitMs);
    if (isWebhook(call) && this.#deadWebhooks.has(call.major, nowMs)) return new UnknownWebhookError(nameOf(route));
    return undefined;
  }

  /** A request that took a global token is being written. */
  written(): void {
    this.#global.sent?.();
  }

  started(call: Call, attempt: number): void {
    const { request } = this.#channels;
    if (request.hasSubscribers) request.publish({ ...nameOf(call.route), attempt });
  }

  answered(call: Call, status: number, durationMs: number, attempt: number): void {
    const { response } = this.#channels;
    if (response.hasSubscribers || this.events.has('response')) {
      const info = { ...nameOf(call.route), status, durationMs, attempt };
      if (response.hasSubscribers) response.publish(info);
      this.events.emit('response', info);
    }
    if (status === 401 || status === 403) this.#countInvalid(call.route, status);
  }

  refused(
    call: Call,
    { scope, retryAfterMs }: { readonly scope: RateLimitScope; readonly retryAfterMs: number },
    headers: RateLimitHeaders | undefined,
  ): void {
    const sublimit = scope === 'user' && headers !== undefined && headers.remaining > 0;
    const info = { ...nameOf(call.route), scope, retryAfterMs, bucket: headers?.bucket, sublimit };
    if (this.#channels.rateLimited.hasSubscribers) this.#channels.rateLimited.publish(info);
    this.events.emit('rateLimited', info);
    if (scope !== 'shared') this.#countInvalid(call.route, 429);
  }

  retrying(call: Call, attempt: number, delayMs: number, status: number | undefined): void {
    this.events.emit('retry', { ...nameOf(call.route), attempt, delayMs, status });
  }

  /** Error of an answer; learns from it what must not be sent again. */
  toApiError(call: Call, status: number, raw: unknown): DiscordApiError {
    const error = new DiscordApiError(nameOf(call.route), status, raw);
    const code = error.discordCode;
    if (
      status === 401 &&
      call.spec.auth === 'bot' &&
      call.route.credential === undefined &&
      code !== invalidWebhookToken
    ) {
      if (!this.#tokenRejected) {
        this.#tokenRejected = true;
        this.events.emit('tokenRejected', nameOf(call.route));
      }
    } else if (code === unknownWebhook && isWebhook(call)) this.#deadWebhooks.add(call.major, this.clock.nowMs());
    return error;
  }

  ended(call: Call): void {
    this.calls.delete(call);
    if (this.calls.size > 0) return;
    const waiting = this.#idle;
    if (waiting.length === 0) return;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when no request is open. */
  idle(): Promise<void> {
    return this.calls.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #countInvalid(route: Route, status: number): void {
    this.#global.invalid?.(status);
    const { count, warn } = this.#invalid.add(this.clock.nowMs());
    const limit = this.options.invalidRequestLimit;
    this.events.emit('invalidRequest', { ...nameOf(route), status, count, limit, warning: warn });
  }

  #waits(route: Route | undefined, scope: RateLimitScope, waitMs: number): void {
    const { wait } = this.#channels;
    if (!wait.hasSubscribers && !this.events.has('wait')) return;
    const info = { route: route?.label, scope, waitMs };
    if (wait.hasSubscribers) wait.publish(info);
    this.events.emit('wait', info);
  }
}

function nameOf(route: Route): { readonly method: Route['method']; readonly route: string } {
  return { method: route.method, route: route.template };
}

function isWebhook(call: Call): boolean {
  return call.route.template.startsWith('/webhooks/{}') && !call.spec.interaction;
}
