/**
 * REST: reads a request, judges it by token, limits and planned faults, runs its handler, answers. What the routes do is in `routes.ts`
 * and its neighbours; this file does not know them.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpMethod } from '@tinfoil/types';
import { parseBody } from './body.ts';
import { type BucketDecision, type BucketState, type GlobalState, takeFromBucket, takeFromGlobal } from './buckets.ts';
import { DiscordError } from './discord-error.ts';
import { type Faults, normalRoute, type RestFault } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { BucketRule, ResolvedOptions } from './options.ts';
import { faultAfter, faultBefore } from './rest-faults.ts';
import { bucketHeaders, errorOutcome, htmlOutcome, jsonHeaders, limitedOutcome, type Outcome } from './rest-outcome.ts';
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

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Serves everything under `/api`. */
export class RestServer {
  readonly #context: RestContext;
  readonly #buckets = new Map<string, BucketState>();
  readonly #globals = new Map<string, GlobalState>();
  readonly #rules = new Map<string, BucketRule>();
  readonly #hashes = new Map<string, string>();
  readonly #identities = new Map<string, string>();
  #nextRequestId = 1;
  #inFlight = 0;
  #invalidAtMs: number[] = [];
  #bannedUntilMs = 0;
  /** Answers unscripted routes with the request. */
  echo: boolean;

  constructor(context: RestContext) {
    this.#context = context;
    this.echo = context.options.unknownRoutes === 'echo';
    for (const [route, rule] of Object.entries(context.options.buckets))
      if (rule !== false) this.#rules.set(normalRoute(route), rule);
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
    const [fullPath = '/', search = ''] = splitOnce(message.url ?? '/', '?');
    const path = fullPath.replace(/^\/api(?:\/v\d+)?(?=\/)/, '');
    // The check for known methods comes with the route; the ledger shows what was asked.
    const method = (message.method ?? 'GET') as HttpMethod;
    const match = methods.has(method) ? this.#context.router.find(method, path) : null;
    const route = match?.template ?? templateOf(path);
    const parsed = parseBody(bytes, message.headers['content-type']);
    const authorization = message.headers.authorization;
    const known = authorization === undefined ? 'none' : (this.#identities.get(authorization) ?? 'wrong');
    const identity = known === 'bot' && this.#context.isTokenRevoked() ? 'wrong' : known;
    const request: RestRequest = {
      method,
      path,
      params: match?.params ?? {},
      query: search === '' ? {} : parseQuery(search),
      headers: flatHeaders(message, identity),
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
      query: request.query,
      headers: request.headers,
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

    const outcome = this.#banned() ?? (await this.#answer(request, match, route, parsed.invalid, fault));
    this.#countInvalid(outcome);
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
    if (
      (rules.needsToken ?? true)
        ? request.identity === 'none' || request.identity === 'wrong'
        : request.identity === 'wrong'
    )
      return errorOutcome(401, { message: '401: Unauthorized', code: 0 });
    const limits = rules.isGloballyLimited ?? true;
    if (typeof limits === 'function' ? limits(request) : limits) {
      const limited = this.#takeGlobal(request.identity);
      if (limited !== null) return limited;
    }
    const bucket = this.#takeBucket(request, route);
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

  /** Page of the ban that too many invalid requests brought; the whole address is out. */
  #banned(): Outcome | null {
    const leftMs = this.#bannedUntilMs - performance.now();
    if (leftMs <= 0) return null;
    return htmlOutcome(429, { 'retry-after': String(Math.ceil(leftMs / 1000)) }, 'cloudflare');
  }

  #countInvalid({ status, scope }: Outcome): void {
    const rule = this.#context.options.invalidRequestLimit;
    const isInvalid =
      status === 401 || status === 403 || (status === 429 && scope !== 'shared' && scope !== 'cloudflare');
    if (rule === false || !isInvalid) return;
    const nowMs = performance.now();
    this.#invalidAtMs.push(nowMs);
    if (this.#invalidAtMs.length < rule.count) return;
    this.#invalidAtMs = this.#invalidAtMs.filter((atMs) => nowMs - atMs < rule.windowMs);
    if (this.#invalidAtMs.length >= rule.count) this.#bannedUntilMs = nowMs + rule.banMs;
  }

  #takeGlobal(identity: string): Outcome | null {
    const rule = this.#context.options.globalLimit;
    if (rule === false) return null;
    const { state, retryAfterMs } = takeFromGlobal(this.#globals.get(identity), rule, performance.now());
    this.#globals.set(identity, state);
    return retryAfterMs > 0 ? limitedOutcome('global', retryAfterMs, { 'x-ratelimit-global': 'true' }) : null;
  }

  #takeBucket(
    request: RestRequest,
    route: string,
  ): { rule: BucketRule; decision: BucketDecision; headers: Record<string, string> } | null {
    const key = normalRoute(`${request.method} ${route}`);
    const fallback = this.#context.options.bucketDefaults;
    const rule = this.#rules.get(key) ?? (fallback === false ? undefined : fallback);
    if (rule === undefined) return null;
    const name = rule.name ?? key;
    const stateKey = `${name}|${majorOf(request)}|${request.identity}`;
    const field = rule.sublimit?.field;
    const inSublimit = field === undefined || (isFields(request.body) && field in request.body);
    const decision = takeFromBucket(this.#buckets.get(stateKey), rule, performance.now(), inSublimit);
    this.#buckets.set(stateKey, decision.state);
    if (this.#buckets.size > 200_000) this.#buckets.clear();
    return { rule, decision, headers: bucketHeaders(rule, decision, this.#hashOf(name)) };
  }

  #hashOf(name: string): string {
    const known = this.#hashes.get(name);
    if (known !== undefined) return known;
    const hash = createHash('md5').update(name).digest('hex');
    this.#hashes.set(name, hash);
    return hash;
  }
}

/** Top-level resource: channel, guild, or webhook with its token. */
function majorOf({ params, path }: RestRequest): string {
  const { channel_id, guild_id, webhook_id, webhook_token } = params;
  if (channel_id !== undefined) return channel_id;
  if (guild_id !== undefined) return guild_id;
  if (webhook_id !== undefined) return `${webhook_id}/${webhook_token ?? ''}`;
  return /^\/(?:channels|guilds|webhooks)\/(\d+)/.exec(path)?.[1] ?? '';
}

function echoOf(request: RestRequest): unknown {
  const { method, path, query, headers, body, files } = request;
  return { method, path, query, headers, body: body ?? null, files };
}

/** Template of a path that no route knows: ids become `{id}`. */
function templateOf(path: string): string {
  return path.replace(/\/\d{5,}(?=\/|$)/g, '/{id}');
}

function flatHeaders(message: IncomingMessage, identity: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  const { authorization } = headers;
  if (authorization !== undefined)
    headers.authorization = `${splitOnce(authorization, ' ')[0]} <${identity === 'wrong' ? 'wrong' : 'token'}>`;
  return headers;
}

function parseQuery(search: string): Record<string, string | readonly string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const old = query[key];
    query[key] = old === undefined ? value : Array.isArray(old) ? [...old, value] : [old, value];
  }
  return query;
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
