/**
 * One request from call to answer: waits in the limiter, is sent, maybe again, and settles its promise exactly once.
 *
 * Knows the order of events and gives back what it took: its permits at the limiter, its timer, its signal's listener. What
 * an answer means stands in `answer.ts`, whether to repeat in `retry.ts`.
 */
import { backoffMs, type HeaderReader, type RequestAuth } from '@tinfoil/types';
import { onAbort } from './abort.ts';
import { readAnswer } from './answer.ts';
import type { Limited } from './deadlines.ts';
import { RateLimitError, RestAnswerError, RestClosedError, RestConnectionError, RestTimeoutError } from './errors.ts';
import { parseRateLimit, type RateLimitScope } from './headers.ts';
import type { Bucket, Job } from './job.ts';
import type { EncodedBody } from './multipart.ts';
import { type Failure, isSafeToRetry } from './retry.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';
import type { TransportHandler } from './transport.ts';

/** Everything known of a request when it is made. */
export interface CallSpec {
  readonly route: Route;
  /** Path with query, below the origin. */
  readonly path: string;
  readonly major: string;
  readonly identity: string;
  readonly auth: RequestAuth;
  readonly headers: readonly string[];
  readonly body: EncodedBody | undefined;
  /** Discord recognises a second copy by its nonce. */
  readonly idempotent: boolean;
  readonly ordered: boolean;
  readonly interaction: boolean;
  readonly rejectOnRateLimit: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Refusals after which even a patient request gives up: each was waited for as long as Discord said. */
const maxRefusals = 20;

export class Call implements Job, TransportHandler, Limited {
  readonly order: number;
  readonly route: Route;
  readonly major: string;
  readonly identity: string;
  readonly ordered: boolean;
  readonly global: boolean;
  readonly rejectOnRateLimit: boolean;
  readonly spec: CallSpec;
  settled = false;
  bucket: Bucket | undefined = undefined;
  window = 0;
  dueAtMs = 0;
  readonly #session: Session;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  /** Frames of the caller. */
  readonly #trace: { readonly stack?: string };
  #budgetMs: number;
  #state: 'waiting' | 'in flight' | 'backing off' = 'waiting';
  #sentAtMs = 0;
  #left = false;
  #attempt = 0;
  #refusals = 0;
  #abortAttempt: (() => void) | undefined;
  #cancelBackoff: (() => void) | undefined;
  #unlisten: (() => void) | undefined;

  constructor(
    session: Session,
    spec: CallSpec,
    order: number,
    trace: { readonly stack?: string },
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#session = session;
    this.spec = spec;
    this.order = order;
    this.route = spec.route;
    this.major = spec.major;
    this.identity = spec.identity;
    this.ordered = spec.ordered;
    this.global = !spec.interaction;
    this.rejectOnRateLimit = spec.rejectOnRateLimit;
    this.#trace = trace;
    this.#budgetMs = spec.timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
    const { signal } = spec;
    if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.cancel(signal.reason));
  }

  /** Operation and fields: changing a channel's name has a limit that changing its position has not. */
  kind(): string {
    const body = this.spec.body?.open();
    const value: unknown = typeof body === 'string' && body.startsWith('{') ? JSON.parse(body) : {};
    return `${this.route.label} ${Object.keys(value as object).sort()}`;
  }

  start(): void {
    const { clock, transport } = this.#session;
    const refusal = this.#session.refusal(this);
    if (refusal !== undefined) {
      this.#session.limiter.unsent(this, false);
      this.fail(refusal);
      return;
    }
    const { route, path, headers, body } = this.spec;
    this.#state = 'in flight';
    this.#left = false;
    this.#session.started(this, this.#attempt);
    this.#sentAtMs = clock.nowMs();
    this.dueAtMs = this.#sentAtMs + this.#budgetMs;
    this.#session.deadlines.add(this);
    const abort = transport.send(
      {
        method: route.method,
        origin: this.#session.origin,
        path,
        headers,
        body: body === undefined ? null : body.open(),
        bodyLength: body?.length,
      },
      this,
    );
    // The transport may have failed at once.
    if (this.#state === 'in flight') this.#abortAttempt = abort;
  }

  onSent(): void {
    if (this.#left) return;
    this.#left = true;
    if (this.global) this.#session.written();
    // What went before was no way to the server: loading the transport, opening a connection, waiting for one.
    this.#sentAtMs = this.#session.clock.nowMs();
  }

  onResponse(status: number, header: HeaderReader, bytes: Uint8Array): void {
    const tripMs = this.#endAttempt();
    // Makes up for a transport that did not say so: its global token would never come back.
    this.onSent();
    this.#session.answered(this, status, tripMs, this.#attempt);
    const answer = readAnswer(status, header, bytes);
    const limit = parseRateLimit(header);
    const { limiter } = this.#session;
    if (answer.type === 'refused') {
      this.#session.refused(this, answer, limit);
      const { scope, retryAfterMs } = answer;
      if (scope === 'global') limiter.refusedGlobally(this, retryAfterMs);
      else if (scope === 'cloudflare') limiter.banned(this, retryAfterMs);
      else limiter.refused(this, retryAfterMs, limit);
      this.#refusals += 1;
      this.#againAfterRefusal(scope, retryAfterMs);
      return;
    }
    const delayMs = this.#retryDelayMs(answer.type === 'busy' ? answer : { type: 'status', status }, status);
    // What the error tells (a token, a webhook not to be used again) concerns those that the limiter lets go next.
    const error =
      answer.type === 'error' && delayMs === undefined
        ? this.#session.toApiError(this, status, answer.raw)
        : answer.type === 'garbled'
          ? new RestAnswerError(this.#name(), status, answer.cause)
          : undefined;
    limiter.replied(this, limit, status < 300, tripMs, delayMs !== undefined);
    if (delayMs !== undefined) this.#backOff(delayMs, status);
    else if (answer.type === 'value' || answer.type === 'busy') this.#settle(() => this.#resolve(answer.value));
    else if (error !== undefined) this.fail(error);
  }

  onError(cause: unknown, sent: boolean): void {
    this.#endAttempt();
    if (sent) this.onSent();
    const failure: Failure = { type: sent ? 'lost' : 'unsent' };
    const delayMs = this.#retryDelayMs(failure, undefined);
    const keepTurn = delayMs !== undefined;
    if (sent) this.#session.limiter.lost(this, keepTurn);
    else this.#session.limiter.unsent(this, keepTurn);
    if (delayMs !== undefined) this.#backOff(delayMs, undefined);
    else this.fail(new RestConnectionError(this.#name(), sent, cause));
  }

  tooLong(waitMs: number, scope: RateLimitScope): void {
    this.fail(new RateLimitError(this.#name(), waitMs, scope));
  }

  /** Ends the request from outside: its signal, its time limit, or the end of the client. */
  cancel(reason: unknown): void {
    if (this.settled) return;
    const { limiter } = this.#session;
    const state = this.#state;
    if (state === 'in flight') {
      this.#abortAttempt?.();
      this.#endAttempt();
    }
    this.#settle(() => this.#reject(reason));
    if (state === 'waiting') limiter.abandoned(this);
    else if (state === 'backing off') limiter.endTurn(this);
    else if (this.#left) limiter.lost(this, false);
    else limiter.unsent(this, false);
  }

  /** The client is closed: ends the request unless it is in flight, or always. */
  end(options?: { readonly inFlight: true }): void {
    if (options?.inFlight === true || this.#state !== 'in flight')
      this.cancel(this.#traced(new RestClosedError(this.#name())));
  }

  /** Rejects with an error that shows where the request was made. */
  fail(error: Error): void {
    if (this.settled) return;
    const waiting = this.#state === 'waiting' && this.bucket !== undefined;
    this.#traced(error);
    this.#settle(() => this.#reject(error));
    if (waiting) this.#session.limiter.abandoned(this);
  }

  #name(): { readonly method: Route['method']; readonly route: string } {
    return { method: this.route.method, route: this.route.template };
  }

  /** The time limit is over. */
  expire(): void {
    this.cancel(this.#traced(new RestTimeoutError(this.#name(), this.spec.timeoutMs)));
  }

  #traced(error: Error): Error {
    const frames = this.#trace.stack?.replace(/^Error[^\n]*\n?/, '') ?? '';
    if (frames !== '') error.stack = `${error.name}: ${error.message}\n${frames}`;
    return error;
  }

  /** Ends the attempt in flight. @returns how long it took. */
  #endAttempt(): number {
    const nowMs = this.#session.clock.nowMs();
    const tripMs = nowMs - this.#sentAtMs;
    this.#session.deadlines.delete(this);
    this.#abortAttempt = undefined;
    this.#budgetMs = Math.max(1, this.dueAtMs - nowMs);
    this.#state = 'waiting';
    return tripMs;
  }

  /** Delay before the request may be repeated; `undefined` when it may not. */
  #retryDelayMs(
    failure: Failure | { readonly type: 'busy'; readonly retryAfterMs: number },
    status: number | undefined,
  ): number | undefined {
    const { retries, retryBackoff } = this.#session.options;
    if (this.settled || this.#attempt >= retries || this.#session.closed) return undefined;
    if (failure.type === 'status' && status !== undefined && status < 500) return undefined;
    if (this.spec.body?.replayable === false && failure.type !== 'unsent') return undefined;
    if (
      failure.type !== 'busy' &&
      !isSafeToRetry(failure, { method: this.route.method, idempotent: this.spec.idempotent })
    )
      return undefined;
    const delayMs =
      failure.type === 'busy' ? failure.retryAfterMs : backoffMs(this.#attempt, retryBackoff, Math.random());
    return delayMs < this.#budgetMs ? delayMs : undefined;
  }

  #backOff(delayMs: number, status: number | undefined): void {
    this.#attempt += 1;
    this.#state = 'backing off';
    this.#budgetMs -= delayMs;
    this.#cancelBackoff = this.#session.clock.after(delayMs, () => {
      this.#cancelBackoff = undefined;
      this.#state = 'waiting';
      // Back in the queue before its turn ends: what was posted later must not overtake it.
      this.#session.limiter.again(this);
      this.#session.limiter.endTurn(this);
    });
    // Last, because a listener may end the request.
    this.#session.retrying(this, this.#attempt, delayMs, status);
  }

  #againAfterRefusal(scope: RateLimitScope, retryAfterMs: number): void {
    const once = this.spec.body?.replayable === false;
    if (this.rejectOnRateLimit) this.fail(new RateLimitError(this.#name(), retryAfterMs, scope));
    else if (once)
      this.fail(new RateLimitError(this.#name(), retryAfterMs, scope, ': its stream cannot be sent twice'));
    else if (this.#refusals > maxRefusals)
      this.fail(new RateLimitError(this.#name(), retryAfterMs, scope, `, for the ${this.#refusals}th time`));
    else this.#session.limiter.again(this);
  }

  #settle(how: () => void): void {
    if (this.settled) return;
    this.settled = true;
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    this.#unlisten?.();
    this.spec.body?.discard?.();
    this.#session.ended(this);
    how();
  }
}
