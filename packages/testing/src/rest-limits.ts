/**
 * All limits of REST with their states: buckets by hash, top-level resource and identity; the global limit by identity; the ban of an
 * address for invalid requests. The arithmetic is in `buckets.ts`.
 */
import { createHash } from 'node:crypto';
import { type BucketDecision, type BucketState, type GlobalState, takeFromBucket, takeFromGlobal } from './buckets.ts';
import { normalRoute } from './faults.ts';
import type { BucketRule, ResolvedOptions } from './options.ts';
import { isFields } from './resources.ts';
import { bucketHeaders, htmlOutcome, limitedOutcome, type Outcome } from './rest-outcome.ts';
import type { RestRequest } from './router.ts';

/** A request taken into a bucket, or refused by it. */
export interface BucketUse {
  readonly rule: BucketRule;
  readonly decision: BucketDecision;
  readonly headers: Record<string, string>;
}

/** More buckets than any test fills; the states are forgotten beyond it. */
const bucketCap = 200_000;

/** Limits of one REST server. */
export class RestLimits {
  readonly #options: ResolvedOptions;
  readonly #buckets = new Map<string, BucketState>();
  readonly #globals = new Map<string, GlobalState>();
  readonly #rules = new Map<string, BucketRule>();
  readonly #hashes = new Map<string, string>();
  #invalidAtMs: number[] = [];
  #bannedUntilMs = 0;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    for (const [route, rule] of Object.entries(options.buckets))
      if (rule !== false) this.#rules.set(normalRoute(route), rule);
  }

  /** Page of the ban that too many invalid requests brought; the whole address is out. */
  ban(): Outcome | null {
    const leftMs = this.#bannedUntilMs - performance.now();
    if (leftMs <= 0) return null;
    return htmlOutcome(429, { 'retry-after': String(Math.ceil(leftMs / 1000)) }, 'cloudflare');
  }

  /** Counts an answer towards the ban. */
  countInvalid({ status, scope }: Outcome): void {
    const rule = this.#options.invalidRequestLimit;
    const isInvalid =
      status === 401 || status === 403 || (status === 429 && scope !== 'shared' && scope !== 'cloudflare');
    if (rule === false || !isInvalid) return;
    const nowMs = performance.now();
    this.#invalidAtMs.push(nowMs);
    if (this.#invalidAtMs.length < rule.count) return;
    this.#invalidAtMs = this.#invalidAtMs.filter((atMs) => nowMs - atMs < rule.windowMs);
    if (this.#invalidAtMs.length >= rule.count) this.#bannedUntilMs = nowMs + rule.banMs;
  }

  /** 429 of the global limit; `null` when the request is within it. */
  takeGlobal(identity: string): Outcome | null {
    const rule = this.#options.globalLimit;
    if (rule === false) return null;
    const { state, retryAfterMs } = takeFromGlobal(this.#globals.get(identity), rule, performance.now());
    this.#globals.set(identity, state);
    return retryAfterMs > 0 ? limitedOutcome('global', retryAfterMs, { 'x-ratelimit-global': 'true' }) : null;
  }

  /** Takes a request into its bucket; `null` when the route has none. */
  takeBucket(request: RestRequest, route: string): BucketUse | null {
    const key = normalRoute(`${request.method} ${route}`);
    const fallback = this.#options.bucketDefaults;
    const rule = this.#rules.get(key) ?? (fallback === false ? undefined : fallback);
    if (rule === undefined) return null;
    const name = rule.name ?? key;
    const stateKey = `${name}|${majorOf(request)}|${request.identity}`;
    const field = rule.sublimit?.field;
    const inSublimit = field === undefined || (isFields(request.body) && field in request.body);
    const decision = takeFromBucket(this.#buckets.get(stateKey), rule, performance.now(), inSublimit);
    this.#buckets.set(stateKey, decision.state);
    if (this.#buckets.size > bucketCap) this.#buckets.clear();
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
