/**
 * REST: reads a request, judges it by token, limits and planned faults, runs its handler, answers. What the routes do is in `routes.ts`
 * and its neighbours; this file does not know them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseBody } from './body.ts';
import { DiscordError } from './discord-error.ts';
import type { Faults, RestFault } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import { faultAfter, faultBefore } from './rest-faults.ts';
import { RestLimits } from './rest-limits.ts';
import { errorOutcome, jsonHeaders, limitedOutcome, type Outcome } from './rest-outcome.ts';
import { flatHeaders, readTarget, templateOf } from './rest-request.ts';
import { send } from './rest-send.ts';
import type { RestAnswer, RestRequest, RouteMatch, Router } from './router.ts';

/** What the REST server works with. */
export interface RestContext {
  readonly options: ResolvedOptions;
  readonly ledger: Ledger;
  readonly router: Router;
  readonly faults: Faults;
  readonly isTokenRevoked: () => boolean;
}

/** Serves everything under `/api`. */
export class RestServer {
  readonly #context: RestContext;
  readonly #limits: RestLimits;
  readonly #identities = new Map<string, string>();
  #nextRequestId = 1;
  #inFlight = 0;
  /** Answers unscripted routes with the request. */
  echo: boolean;

  constructor(context: RestContext) {
    this.#context = context;
    this.echo = context.options.unknownRoutes === 'echo';
    this.#limits = new RestLimits(context.options);
    for (const [index, token] of [context.options.token, ...context.options.tokens].entries())
      for (const scheme of ['Bot', 'Bearer'])
        this.#identities.set(`${scheme} ${token}`, index === 0 ? 'bot' : `bot:${index}`);
  }

  /** Handles one request. */
  handle(message: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('error', () => {});
    response.on('error', () => {});
    message.once('end', () => {
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      void this.#serve(message, response, bytes);
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const { ledger, faults, options } = this.#context;
    const startedAtMs = performance.now();
    const requestId = this.#nextRequestId++;
    const { method, path, query } = readTarget(message);
    const match = this.#context.router.find(method, path);
    const route = match?.template ?? templateOf(path);
    const parsed = parseBody(bytes, message.headers['content-type']);
    const identity = this.#identityOf(message.headers.authorization);
    const headers = flatHeaders(message, identity);
    const params = match?.params ?? {};
    const request: RestRequest = {
      method,
      path,
      params,
      query,
      headers,
      body: parsed.body,
      files: parsed.files,
      identity,
    };
    this.#inFlight++;
    ledger.write('request', {
      requestId,
      method,
      route,
      path,
      query,
      headers,
      identity,
      body: parsed.body,
      bodyBytes: bytes.length,
      files: parsed.files,
      inFlight: this.#inFlight,
    });
    let done = false;
    response.once('close', () => {
      this.#inFlight--;
      if (!done && !response.writableFinished) ledger.write('aborted', { requestId, method, route });
    });
    const fault = faults.takeRest(method, route);
    // Half of the way there, half back: what the headers tell is old by the second half.
    if (options.latencyMs > 0) await delay(options.latencyMs / 2);
    if (fault?.type === 'latency') await delay(fault.ms);

    const outcome = this.#limits.ban() ?? (await this.#answer(request, match, route, parsed.invalid, fault));
    this.#limits.countInvalid(outcome);
    if (options.latencyMs > 0) await delay(options.latencyMs / 2);
    done = true;
    const sent = send(response, outcome, fault);
    ledger.write('response', {
      requestId,
      method,
      route,
      status: sent,
      durationMs: performance.now() - startedAtMs,
      identity,
      scope: outcome.scope,
      bucket: outcome.headers['x-ratelimit-bucket'] ?? null,
      fault: fault?.type ?? null,
      processed: outcome.processed,
    });
  }

  #identityOf(authorization: string | undefined): string {
    if (authorization === undefined) return 'none';
    if (!/^(?:Bot|Bearer) /.test(authorization)) return 'other';
    const identity = this.#identities.get(authorization) ?? 'wrong';
    return identity === 'bot' && this.#context.isTokenRevoked() ? 'wrong' : identity;
  }

  async #answer(
    request: RestRequest,
    match: RouteMatch | null,
    route: string,
    invalid: string | null,
    fault: RestFault | undefined,
  ): Promise<Outcome> {
    const early = faultBefore(fault);
    if (early !== null) return early;
    if (match === null && !this.echo) return errorOutcome(404, { message: '404: Not Found', code: 0 });
    const rules = match?.rules ?? {};
    const needsToken = rules.needsToken ?? true;
    if (needsToken && !request.identity.startsWith('bot'))
      return errorOutcome(401, { message: '401: Unauthorized', code: 0 });
    const limits = rules.isGloballyLimited ?? true;
    if (typeof limits === 'function' ? limits(request) : limits) {
      const limited = this.#limits.takeGlobal(request.identity);
      if (limited !== null) return limited;
    }
    const bucket = this.#limits.takeBucket(request, route);
    if (bucket !== null && !bucket.decision.allowed)
      return limitedOutcome('user', bucket.decision.retryAfterMs, bucket.headers);
    const headers = bucket === null || bucket.rule.silent === true || fault?.type === 'noHeaders' ? {} : bucket.headers;
    if (invalid !== null) return errorOutcome(400, { message: invalid, code: 50_109 }, headers);
    const outcome = await this.#process(request, match, headers);
    return faultAfter(fault, outcome);
  }

  async #process(request: RestRequest, match: RouteMatch | null, headers: Record<string, string>): Promise<Outcome> {
    try {
      const answer: RestAnswer = match === null ? { body: echoOf(request) } : await match.handler(request);
      const { body } = answer;
      const status = answer.status ?? (body === undefined ? 204 : 200);
      const isBytes = body instanceof Uint8Array;
      const type = body === undefined || isBytes ? {} : jsonHeaders;
      return {
        status,
        headers: { ...type, ...headers, ...answer.headers },
        body: body === undefined ? '' : isBytes ? Buffer.from(body) : JSON.stringify(body),
        scope: null,
        processed: true,
      };
    } catch (error) {
      if (error instanceof DiscordError) return errorOutcome(error.status, error.body, headers);
      const reason = error instanceof Error ? error.message : String(error);
      return errorOutcome(500, { message: `500: the simulated route failed: ${reason}`, code: 0 }, headers);
    }
  }
}

function echoOf(request: RestRequest): unknown {
  const { method, path, query, headers, body, files } = request;
  return { method, path, query, headers, body: body ?? null, files };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
