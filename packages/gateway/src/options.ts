/** Options of the gateway: what may be set, what it is when not set, and one line about every mistake. */
import {
  type APIGatewayBotInfo,
  type Clock,
  type IdentifyLimiter,
  type IntentsResolvable,
  resolveIntents,
  type SessionStore,
  systemClock,
} from '@tinfoil/types';
import type { PresenceUpdate } from './commands.ts';
import { fetchGatewayBot } from './fetch-gateway-bot.ts';
import type { StandbyOptions } from './gate.ts';
import { createIdentifyLimiter } from './identify-limiter.ts';
import type { CompressionName } from './inflate.ts';
import { createMemorySessionStore } from './memory-session-store.ts';
import type { MachineTiming } from './state.ts';
import { type GatewayTransport, loadWebSocketTransport } from './transport.ts';

/** Reads `/gateway/bot`: the URL, the recommended number of shards and the session start limit. */
export type GetGatewayBot = (options: { readonly signal?: AbortSignal | undefined }) => Promise<APIGatewayBotInfo>;

/** Which shards this process holds: as many as Discord recommends, or the given ids of a given total. */
export type ShardsOption = 'auto' | { readonly ids: readonly number[]; readonly total: number };

/** How what Discord sends is compressed. */
export type CompressionOption = 'auto' | 'payload' | CompressionName;

/** Protocol intervals and bounds in milliseconds, for tests that run faster than Discord. Defaults suit Discord. */
export interface GatewayTiming extends MachineTiming {
  /** From opening a socket to the end of the handshake. @defaultValue 20,000 */
  readonly handshakeTimeoutMs: number;
  /** From the handshake to HELLO. @defaultValue 20,000 */
  readonly helloTimeoutMs: number;
  /** From IDENTIFY to READY. @defaultValue 60,000 */
  readonly readyTimeoutMs: number;
  /** Longest silence from RESUME to RESUMED; a replay that goes on is no silence. @defaultValue 30,000 */
  readonly resumedTimeoutMs: number;
  /** Bound of the random delay before a process that starts resumes its sessions. @defaultValue 2,000 */
  readonly resumeJitterMs: number;
  /** Delay before the first reconnect; doubles with each that fails. @defaultValue 500 */
  readonly reconnectBaseMs: number;
  /** Longest delay before a reconnect. @defaultValue 30,000 */
  readonly reconnectMaxMs: number;
  /** Delay after an IDENTIFY that did not lead to a stable connection; doubles with each. @defaultValue 5,000 */
  readonly identifyBackoffBaseMs: number;
  /** Longest delay before another IDENTIFY. @defaultValue 900,000 */
  readonly identifyBackoffMaxMs: number;
  /** Least time between two IDENTIFYs of a bucket, a little over Discord's 5 s; for the default limiter. @defaultValue 5,100 */
  readonly identifyGapMs: number;
  /** Least delay after Discord ended a session. @defaultValue 1,000 */
  readonly invalidSessionMinMs: number;
  /** Largest delay after Discord ended a session, when no backoff is longer. @defaultValue 5,000 */
  readonly invalidSessionMaxMs: number;
  /** Time in which a connection proves itself: losing it sooner counts as a failure in a row. @defaultValue 10,000 */
  readonly stableMs: number;
  /** Failures in a row at a session's own URL after which the main URL is used. @defaultValue 3 */
  readonly maxUrlFailures: number;
  /** RESUMEs in a row that came to nothing after which the session is given up. @defaultValue 5 */
  readonly maxResumeFailures: number;
  /** Window of the send limit, a little longer than Discord's minute because travel times vary. @defaultValue 60,500 */
  readonly sendWindowMs: number;
  /** Window in which 5 presence updates may be sent. @defaultValue 20,000 */
  readonly presenceWindowMs: number;
  /** Least time between two requests for all members of one guild. @defaultValue 30,000 */
  readonly memberRequestGapMs: number;
  /** How often sessions are saved. @defaultValue 1,000 */
  readonly saveIntervalMs: number;
  /** Age after which a pending listener no longer holds back the saved sequence. @defaultValue 30,000 */
  readonly slowListenerMs: number;
  /** Age over which a saved session is not resumed. @defaultValue 600,000 */
  readonly sessionMaxAgeMs: number;
  /** How long a close frame may take to be answered. @defaultValue 1,000 */
  readonly closeTimeoutMs: number;
  /** How long {@link Gateway.close} waits for listeners at work. @defaultValue 15,000 */
  readonly drainTimeoutMs: number;
}

/** Options of {@link Gateway}. */
export interface GatewayOptions {
  /** Bot token, without `Bot `. */
  readonly token: string;
  /** Intents, as names or as a bit field. */
  readonly intents: IntentsResolvable;
  /** @defaultValue `'auto'` */
  readonly shards?: ShardsOption | undefined;
  /** REST base with version, for the default `getGatewayBot`. @defaultValue `https://discord.com/api/v10` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue {@link fetchGatewayBot} */
  readonly getGatewayBot?: GetGatewayBot | undefined;
  /** Coordinates IDENTIFY. @defaultValue {@link createIdentifyLimiter}, for a bot of one process */
  readonly identifyLimiter?: IdentifyLimiter | undefined;
  /** Keeps sessions between processes. @defaultValue {@link createMemorySessionStore} */
  readonly sessionStore?: SessionStore | undefined;
  /**
   * `auto` is zstd-stream where the runtime has it, else zlib-stream. `payload` leaves the connection uncompressed and lets
   * Discord compress large payloads one by one: the least memory per shard, the most bytes. @defaultValue `'auto'`
   */
  readonly compression?: CompressionOption | undefined;
  /** Presence sent with IDENTIFY. */
  readonly presence?: PresenceUpdate | undefined;
  /** Members from which a guild's offline members are left out: 50 to 250. @defaultValue Discord's, 50 */
  readonly largeThreshold?: number | undefined;
  /** Largest message after decompression, in bytes. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number | undefined;
  /** Commands that may wait per shard while it is not ready or at its send limit. @defaultValue 1,000 */
  readonly maxQueuedCommands?: number | undefined;
  /** Shards of this process that resume at the same time. @defaultValue 8 */
  readonly maxConcurrentResumes?: number | undefined;
  /**
   * Connect, and hand nothing to the listeners until {@link Gateway.takeOver}: for a fleet that is to follow another. The last
   * seconds are kept. Requests over the gateway get no answer meanwhile.
   */
  readonly standby?: boolean | StandbyOptions | undefined;
  readonly timing?: Partial<GatewayTiming> | undefined;
  readonly clock?: Clock | undefined;
  /** Source of jitter: a number from 0 up to 1. @defaultValue `Math.random` */
  readonly random?: (() => number) | undefined;
  /** Opens WebSocket connections. @defaultValue the `ws` package, loaded at the first connection */
  readonly transport?: (() => Promise<GatewayTransport>) | undefined;
}

/** Options with their defaults filled in. */
export interface ResolvedGatewayOptions {
  readonly token: string;
  readonly intents: number;
  readonly shards: ShardsOption;
  readonly getGatewayBot: GetGatewayBot;
  /** URL in the last answer of `getGatewayBot`, whoever asked. */
  readonly knownUrl: { readonly current: string | undefined };
  readonly identifyLimiter: IdentifyLimiter;
  readonly sessionStore: SessionStore;
  readonly compression: CompressionOption;
  readonly presence: PresenceUpdate | undefined;
  readonly largeThreshold: number | undefined;
  readonly maxMessageBytes: number;
  readonly maxQueuedCommands: number;
  readonly maxConcurrentResumes: number;
  readonly standby: StandbyOptions | undefined;
  readonly timing: GatewayTiming;
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: () => Promise<GatewayTransport>;
}

/** Timing that suits Discord. */
export const defaultTiming: GatewayTiming = {
  handshakeTimeoutMs: 20_000,
  helloTimeoutMs: 20_000,
  readyTimeoutMs: 60_000,
  resumedTimeoutMs: 30_000,
  resumeJitterMs: 2_000,
  reconnectBaseMs: 500,
  reconnectMaxMs: 30_000,
  identifyBackoffBaseMs: 5_000,
  identifyBackoffMaxMs: 900_000,
  identifyGapMs: 5_100,
  invalidSessionMinMs: 1_000,
  invalidSessionMaxMs: 5_000,
  stableMs: 10_000,
  maxUrlFailures: 3,
  maxResumeFailures: 5,
  sendWindowMs: 60_500,
  presenceWindowMs: 20_000,
  memberRequestGapMs: 30_000,
  saveIntervalMs: 1_000,
  slowListenerMs: 30_000,
  sessionMaxAgeMs: 600_000,
  closeTimeoutMs: 1_000,
  drainTimeoutMs: 15_000,
};

const compressions: readonly string[] = ['auto', 'payload', 'none', 'zlib-stream', 'zstd-stream'];

/**
 * Checks options and fills in what is missing.
 *
 * @param report - Gets errors that nobody awaits.
 * @throws {@link TypeError} or {@link RangeError} in one line.
 */
export function resolveGatewayOptions(
  options: GatewayOptions,
  report: (cause: unknown) => void = () => {},
): ResolvedGatewayOptions {
  // Callers without types get the same sentence as a runtime mistake of callers with them.
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`gateway: options must be an object, got ${typeof options}`);
  if (typeof options.token !== 'string' || options.token === '')
    throw new TypeError(
      `gateway: token must be a non-empty string, got ${options.token === '' ? 'an empty string' : typeof options.token}`,
    );
  const compression = options.compression ?? 'auto';
  if (!compressions.includes(compression))
    throw new TypeError(
      `gateway: compression must be one of ${compressions.join(', ')}, got ${JSON.stringify(compression)}`,
    );
  const clock = options.clock ?? systemClock;
  const timing = resolveTiming(options.timing ?? {});
  const knownUrl: { current: string | undefined } = { current: undefined };
  const ask: GetGatewayBot =
    options.getGatewayBot ??
    (({ signal }) => fetchGatewayBot({ token: options.token, baseUrl: options.baseUrl, signal }));
  const getGatewayBot: GetGatewayBot = async (how) => {
    const answer = await ask(how);
    knownUrl.current = answer.url;
    return answer;
  };
  const largeThreshold = options.largeThreshold;
  if (
    largeThreshold !== undefined &&
    !(Number.isInteger(largeThreshold) && largeThreshold >= 50 && largeThreshold <= 250)
  )
    throw new RangeError(`gateway: largeThreshold must be a whole number from 50 to 250, got ${largeThreshold}`);
  return {
    token: options.token,
    intents: resolveIntents(options.intents),
    shards: checkShards(options.shards ?? 'auto'),
    getGatewayBot,
    knownUrl,
    identifyLimiter:
      options.identifyLimiter ??
      createIdentifyLimiter({ getGatewayBot, clock, gapMs: timing.identifyGapMs, onBudgetWait: report }),
    sessionStore: options.sessionStore ?? createMemorySessionStore(),
    compression,
    presence: options.presence,
    largeThreshold,
    maxMessageBytes: checkBound('maxMessageBytes', options.maxMessageBytes ?? 64 * 1024 * 1024),
    maxQueuedCommands: checkBound('maxQueuedCommands', options.maxQueuedCommands ?? 1_000),
    maxConcurrentResumes: checkBound('maxConcurrentResumes', options.maxConcurrentResumes ?? 8),
    standby: resolveStandby(options.standby ?? false),
    timing,
    clock,
    random: options.random ?? Math.random,
    transport: options.transport ?? loadWebSocketTransport,
  };
}

function resolveTiming(given: Partial<GatewayTiming>): GatewayTiming {
  const timing = { ...defaultTiming };
  for (const name of Object.keys(given) as (keyof GatewayTiming)[]) {
    if (!Object.hasOwn(defaultTiming, name))
      throw new TypeError(`gateway: unknown timing option ${JSON.stringify(name)}`);
    const value = given[name];
    if (value === undefined) continue;
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`gateway: timing.${name} must be a number of at least 0, got ${value}`);
    Object.assign(timing, { [name]: value });
  }
  if (timing.invalidSessionMaxMs < timing.invalidSessionMinMs)
    throw new RangeError(
      `gateway: timing.invalidSessionMaxMs must be at least invalidSessionMinMs (${timing.invalidSessionMinMs}), got ${timing.invalidSessionMaxMs}`,
    );
  return timing;
}

function resolveStandby(standby: boolean | StandbyOptions): StandbyOptions | undefined {
  if (typeof standby === 'boolean') return standby ? {} : undefined;
  if (standby.keepMs !== undefined) checkBound('standby.keepMs', standby.keepMs);
  if (standby.maxBytes !== undefined) checkBound('standby.maxBytes', standby.maxBytes);
  return standby;
}

function checkShards(shards: ShardsOption): ShardsOption {
  if (shards === 'auto') return shards;
  if (typeof shards !== 'object' || shards === null || !Array.isArray(shards.ids))
    throw new TypeError(`gateway: shards must be 'auto' or { ids, total }, got ${JSON.stringify(shards)}`);
  checkBound('shards.total', shards.total);
  for (const id of shards.ids)
    if (!Number.isInteger(id) || id < 0 || id >= shards.total)
      throw new RangeError(`gateway: shards.ids must be whole numbers from 0 to ${shards.total - 1}, got ${id}`);
  if (new Set(shards.ids).size !== shards.ids.length)
    throw new RangeError('gateway: shards.ids must not name a shard twice');
  return shards;
}

/** A bound as callers give it. @throws {@link RangeError} when it is no positive whole number. */
export function checkBound(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`gateway: ${name} must be a positive whole number, got ${value}`);
  return value;
}
