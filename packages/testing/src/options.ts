/**
 * Options of the Simulator with their defaults. Every interval of the protocol is one, so that tests of processes run faster
 * than Discord does. Checked once, at start.
 */
import type { Snowflake } from '@tinfoil/types';

/** Limit of one rate-limit bucket. */
export interface BucketRule {
  /** Requests that fit in the bucket. */
  readonly limit: number;
  /** Milliseconds in which a full bucket refills. */
  readonly windowMs: number;
  /**
   * `fixed`: the window starts with its first request and refills at once at its end. `sliding`: leaks one request every
   * `windowMs / limit`; `X-RateLimit-Reset-After` is the moving time to full, `Retry-After` the time to one free slot.
   * @defaultValue 'fixed'
   */
  readonly kind?: 'fixed' | 'sliding' | undefined;
  /** Name of the bucket; routes with the same name share it, and its hash. @defaultValue method and route template */
  readonly name?: string | undefined;
  /**
   * Tighter limit on some of the bucket's requests, which its headers do not tell: a 429 while `Remaining` says otherwise.
   * `field` is the body field whose presence counts, such as `name` of Modify Channel; without it every request does.
   */
  readonly sublimit?:
    | { readonly limit: number; readonly windowMs: number; readonly field?: string | undefined }
    | undefined;
  /** Answers no rate-limit headers at all on a 2xx, as some of Discord's routes. @defaultValue false */
  readonly silent?: boolean | undefined;
}

/** Limit over all requests of one token. */
export interface GlobalLimitRule {
  readonly limit: number;
  readonly windowMs: number;
  /** Milliseconds by which the windows are shifted against the first request; Discord's phase is unknown. @defaultValue 0 */
  readonly phaseMs?: number | undefined;
}

/** Order of the four keys of a gateway payload. */
export type GatewayKey = 't' | 's' | 'op' | 'd';

/** Everything is optional: without options the Simulator behaves as Discord does for a small bot. */
export interface SimulatorOptions {
  /** Address to listen on. @defaultValue '127.0.0.1' */
  readonly host?: string | undefined;
  /** Port to listen on; 0 lets the system choose. @defaultValue 0 */
  readonly port?: number | undefined;
  /** Address at which clients reach the Simulator, when it is another than the one it listens on (`http://host:port`). */
  readonly publicUrl?: string | undefined;
  /** Bot token. @defaultValue 'Simulated.Bot.Token' */
  readonly token?: string | undefined;
  /** Further tokens that REST accepts, each with its own limits. @defaultValue [] */
  readonly tokens?: readonly string[] | undefined;
  /** Application id, which is the bot's user id too. @defaultValue a snowflake */
  readonly applicationId?: Snowflake | undefined;
  /** Name of the bot. @defaultValue 'Simulated Bot' */
  readonly botName?: string | undefined;
  /** Seed of all that is random (ids, keys). Same seed, same ids. @defaultValue 1 */
  readonly seed?: number | undefined;

  /** Recommended number of shards at `/gateway/bot`. @defaultValue 1 */
  readonly shards?: number | undefined;
  /** Number of shards of which the clients' total must be a multiple (very large bots); else 4010. @defaultValue none */
  readonly shardMultiple?: number | undefined;
  /** Guilds one shard may hold; an IDENTIFY with more is closed with 4011. @defaultValue 2500 */
  readonly maxGuildsPerShard?: number | undefined;
  /** Identify buckets. @defaultValue 1 */
  readonly maxConcurrency?: number | undefined;
  /** Milliseconds between two IDENTIFY of one bucket; an earlier one is answered by op 9. @defaultValue 5000 */
  readonly identifyGapMs?: number | undefined;
  /** Daily budget of IDENTIFY; one more revokes the token. @defaultValue 1000 of 1000 in 24 h */
  readonly sessionStart?:
    | {
        readonly total?: number | undefined;
        readonly remaining?: number | undefined;
        readonly resetAfterMs?: number | undefined;
      }
    | undefined;
  /** Interval told in HELLO. @defaultValue 41250 */
  readonly heartbeatIntervalMs?: number | undefined;
  /** Intervals without a heartbeat after which the connection is closed with 4009; `false` never. @defaultValue 3 */
  readonly heartbeatTolerance?: number | false | undefined;
  /** How long a session outlives its connection. @defaultValue 180000 */
  readonly resumeWindowMs?: number | undefined;
  /** Events kept per session for replay; a RESUME from before them is answered by op 9. @defaultValue 20000 */
  readonly replayLimit?: number | undefined;
  /** Whether a second listener serves `resume_gateway_url`, so that it can be made to die alone. @defaultValue true */
  readonly resumeHost?: boolean | undefined;
  /** Address and port of the resume host. @defaultValue `host`, 0 */
  readonly resumePort?: number | undefined;
  /** Intents the application may use; privileged ones outside are closed with 4014. @defaultValue all */
  readonly allowedIntents?: number | undefined;
  /** Commands a connection may send: `count` in any `windowMs`, then 4008. @defaultValue 120 in 60000 */
  readonly sendLimit?: { readonly count: number; readonly windowMs: number } | false | undefined;
  /** Bytes of the largest payload a client may send; larger ones are closed with 4002. @defaultValue 4096 */
  readonly maxPayloadBytes?: number | undefined;
  /** Request Guild Members: one full list per guild in `gapMs`, else RATE_LIMITED; members per chunk. @defaultValue 30000, 1000 */
  readonly requestMembers?:
    | { readonly gapMs?: number | undefined; readonly chunkSize?: number | undefined }
    | undefined;
  /** Transport compressions that are offered; others are answered uncompressed. @defaultValue both, as the runtime has them */
  readonly compression?: readonly ('zlib-stream' | 'zstd-stream')[] | undefined;
  /** Order of the keys of each gateway payload. @defaultValue ['t', 's', 'op', 'd'] */
  readonly keyOrder?: readonly GatewayKey[] | undefined;
  /** Cuts each compressed gateway message into WebSocket messages of at most so many bytes; 0 never. @defaultValue 0 */
  readonly splitBytes?: number | undefined;

  /** Global limit of each token; a number is requests per second, `false` none. @defaultValue 50 */
  readonly globalLimit?: number | false | GlobalLimitRule | undefined;
  /** Limits by `METHOD /route/{template}`. @defaultValue Discord's documented or observed ones for messages, webhooks, interactions */
  readonly buckets?: Readonly<Record<string, BucketRule | false>> | undefined;
  /** Limit of the routes that have none in `buckets`; `false` none. @defaultValue false */
  readonly bucketDefaults?: BucketRule | false | undefined;
  /**
   * Answers 401, 403 and 429 (but of scope `shared`) in `windowMs` after which the address is banned for `banMs`: HTML, status 429.
   * @defaultValue 10000 in 600000, banned for 3600000
   */
  readonly invalidRequestLimit?:
    | { readonly count: number; readonly windowMs: number; readonly banMs: number }
    | false
    | undefined;
  /** Milliseconds that each REST request takes: half before it is judged, half after. @defaultValue 0 */
  readonly latencyMs?: number | undefined;
  /** What an unscripted route is answered: `error` with 404, `echo` with the request as JSON. @defaultValue 'error' */
  readonly unknownRoutes?: 'error' | 'echo' | undefined;
  /** Milliseconds a bot has for its first answer to an interaction. @defaultValue 3000 */
  readonly interactionDeadlineMs?: number | undefined;

  /** Entries the ledger keeps; the oldest go first. @defaultValue 100000 */
  readonly ledgerLimit?: number | undefined;
  /** Kinds of entry that are only counted, not kept (for benchmarks). @defaultValue [] */
  readonly ledgerIgnore?: readonly string[] | undefined;
  /** Messages kept per channel. @defaultValue 1000 */
  readonly messageLimit?: number | undefined;
}

/** Options with every default filled in. */
export type ResolvedOptions = ReturnType<typeof resolveSimulatorOptions>;

const dayMs = 86_400_000;

/** Limits as of 2026 where Discord documents them or its headers are known to tell them. */
const knownBuckets: Readonly<Record<string, BucketRule>> = {
  'POST /channels/{channel_id}/messages': { limit: 5, windowMs: 5000 },
  'PATCH /channels/{channel_id}/messages/{message_id}': { limit: 5, windowMs: 5000 },
  'DELETE /channels/{channel_id}/messages/{message_id}': { limit: 5, windowMs: 1000, kind: 'sliding' },
  'PATCH /channels/{channel_id}': {
    limit: 10,
    windowMs: 15_000,
    sublimit: { limit: 2, windowMs: 600_000, field: 'name' },
  },
  'PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me': {
    limit: 1,
    windowMs: 250,
    name: 'reactions',
  },
  'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me': {
    limit: 1,
    windowMs: 250,
    name: 'reactions',
  },
  'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}': { limit: 10, windowMs: 10_000 },
  'POST /webhooks/{webhook_id}/{webhook_token}': { limit: 5, windowMs: 2000, kind: 'sliding' },
};

/** Fills in the defaults. @throws {@link TypeError} or {@link RangeError} naming the first option that is wrong. */
// biome-ignore format: one line per option reads best
export function resolveSimulatorOptions(options: SimulatorOptions = {}): {
  readonly host: string; readonly port: number; readonly publicUrl: string | undefined; readonly token: string; readonly tokens: readonly string[];
  readonly applicationId: Snowflake | undefined; readonly botName: string; readonly seed: number; readonly shards: number; readonly shardMultiple: number;
  readonly maxGuildsPerShard: number; readonly maxConcurrency: number; readonly identifyGapMs: number;
  readonly sessionStart: { readonly total: number; readonly remaining: number; readonly resetAfterMs: number };
  readonly heartbeatIntervalMs: number; readonly heartbeatTolerance: number | false; readonly resumeWindowMs: number; readonly replayLimit: number;
  readonly resumeHost: boolean; readonly resumePort: number; readonly allowedIntents: number; readonly sendLimit: { readonly count: number; readonly windowMs: number } | false;
  readonly maxPayloadBytes: number; readonly requestMembers: { readonly gapMs: number; readonly chunkSize: number };
  readonly compression: readonly ('zlib-stream' | 'zstd-stream')[]; readonly keyOrder: readonly GatewayKey[]; readonly splitBytes: number;
  readonly globalLimit: GlobalLimitRule | false; readonly buckets: Readonly<Record<string, BucketRule | false>>; readonly bucketDefaults: BucketRule | false;
  readonly invalidRequestLimit: { readonly count: number; readonly windowMs: number; readonly banMs: number } | false;
  readonly latencyMs: number; readonly unknownRoutes: 'error' | 'echo'; readonly interactionDeadlineMs: number; readonly ledgerLimit: number;
  readonly ledgerIgnore: readonly string[]; readonly messageLimit: number;
} {
  const total = whole('sessionStart.total', options.sessionStart?.total ?? 1000, 1);
  const globalLimit = options.globalLimit ?? 50;
  return {
    host: text('host', options.host ?? '127.0.0.1'),
    port: whole('port', options.port ?? 0, 0, 65_535),
    publicUrl: options.publicUrl === undefined ? undefined : url('publicUrl', options.publicUrl),
    token: text('token', options.token ?? 'Simulated.Bot.Token'),
    tokens: options.tokens ?? [],
    applicationId: options.applicationId,
    botName: text('botName', options.botName ?? 'Simulated Bot'),
    seed: whole('seed', options.seed ?? 1, 0),
    shards: whole('shards', options.shards ?? 1, 1),
    shardMultiple: whole('shardMultiple', options.shardMultiple ?? 1, 1),
    maxGuildsPerShard: whole('maxGuildsPerShard', options.maxGuildsPerShard ?? 2500, 1),
    maxConcurrency: whole('maxConcurrency', options.maxConcurrency ?? 1, 1),
    identifyGapMs: whole('identifyGapMs', options.identifyGapMs ?? 5000, 0),
    sessionStart: {
      total,
      remaining: whole('sessionStart.remaining', options.sessionStart?.remaining ?? total, 0),
      resetAfterMs: whole('sessionStart.resetAfterMs', options.sessionStart?.resetAfterMs ?? dayMs, 1),
    },
    heartbeatIntervalMs: whole('heartbeatIntervalMs', options.heartbeatIntervalMs ?? 41_250, 1),
    heartbeatTolerance: options.heartbeatTolerance ?? 3,
    resumeWindowMs: whole('resumeWindowMs', options.resumeWindowMs ?? 180_000, 0),
    replayLimit: whole('replayLimit', options.replayLimit ?? 20_000, 0),
    resumeHost: options.resumeHost ?? true,
    resumePort: whole('resumePort', options.resumePort ?? 0, 0, 65_535),
    allowedIntents: options.allowedIntents ?? Number.MAX_SAFE_INTEGER,
    sendLimit: options.sendLimit ?? { count: 120, windowMs: 60_000 },
    maxPayloadBytes: whole('maxPayloadBytes', options.maxPayloadBytes ?? 4096, 1),
    requestMembers: {
      gapMs: whole('requestMembers.gapMs', options.requestMembers?.gapMs ?? 30_000, 0),
      chunkSize: whole('requestMembers.chunkSize', options.requestMembers?.chunkSize ?? 1000, 1),
    },
    compression: options.compression ?? ['zlib-stream', 'zstd-stream'],
    keyOrder: options.keyOrder ?? ['t', 's', 'op', 'd'],
    splitBytes: whole('splitBytes', options.splitBytes ?? 0, 0),
    globalLimit: typeof globalLimit === 'number' ? { limit: whole('globalLimit', globalLimit, 1), windowMs: 1000 } : globalLimit,
    buckets: { ...knownBuckets, ...options.buckets },
    bucketDefaults: options.bucketDefaults ?? false,
    invalidRequestLimit: options.invalidRequestLimit ?? { count: 10_000, windowMs: 600_000, banMs: 3_600_000 },
    latencyMs: whole('latencyMs', options.latencyMs ?? 0, 0),
    unknownRoutes: options.unknownRoutes ?? 'error',
    interactionDeadlineMs: whole('interactionDeadlineMs', options.interactionDeadlineMs ?? 3000, 1),
    ledgerLimit: whole('ledgerLimit', options.ledgerLimit ?? 100_000, 0),
    ledgerIgnore: options.ledgerIgnore ?? [],
    messageLimit: whole('messageLimit', options.messageLimit ?? 1000, 0),
  };
}

function whole(name: string, value: number, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number')
    throw new TypeError(`simulator: ${name} must be a whole number of at least ${least}, got ${typeof value}`);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new RangeError(`simulator: ${name} must be a whole number ${range}, got ${value}`);
  }
  return value;
}

function text(name: string, value: string): string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`simulator: ${name} must be a string that is not empty`);
  return value;
}

function url(name: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new TypeError(`simulator: ${name} must be an http or https URL, got ${JSON.stringify(value)}`);
  return value.replace(/\/+$/, '');
}
