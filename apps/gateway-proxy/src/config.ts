/**
 * What the program is told by its environment. Pure but for the file of access tokens, which the caller reads. The cluster's own
 * variables are `clusterEnv`'s. Every mistake is a ConfigError of one line.
 */
import { clusterEnv } from '@tinfoil/cluster';
import { Intents, privilegedIntents, resolveIntents } from '@tinfoil/types';
import type { AccessToken } from './clients/access.ts';
import type { ProxyOptions } from './options.ts';

/** Mistake of whoever started the program; its message is the one line they get. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Options in the environment, but for sinks and log. @throws {@link ConfigError}, or what `clusterEnv` throws. */
export function parseConfig(env: Environment, readFile: (path: string) => string): ProxyOptions {
  const token = text(env, 'BOT_TOKEN')?.replace(/^Bot\s+/i, '');
  if (token === undefined) throw new ConfigError('BOT_TOKEN must be the bot token, got none');
  const acceptBotToken = flag(env, 'TINFOIL_PROXY_ACCEPT_BOT_TOKEN');
  const accessTokens = parseTokens(env, readFile);
  if (accessTokens.length === 0 && !acceptBotToken)
    throw new ConfigError(
      'TINFOIL_PROXY_TOKENS must name at least one access token (make one with `tinfoil-gateway-proxy token`), got none',
    );
  if (accessTokens.some((access) => access.token === token))
    throw new ConfigError(
      'TINFOIL_PROXY_TOKENS must not hold the bot token; set TINFOIL_PROXY_ACCEPT_BOT_TOKEN=1 for that',
    );
  const host = text(env, 'TINFOIL_PROXY_HOST') ?? '127.0.0.1';
  const inCluster = text(env, 'TINFOIL_TOTAL_SHARDS') !== undefined;
  const total = whole(env, 'TINFOIL_PROXY_SHARDS', 1, 100_000);
  if (inCluster && total !== undefined)
    throw new ConfigError('only one of TINFOIL_PROXY_SHARDS and TINFOIL_TOTAL_SHARDS may be set, got both');
  return {
    token,
    intents: parseIntents(text(env, 'TINFOIL_PROXY_INTENTS')),
    apiUrl: url(env, 'TINFOIL_API_URL', /^https?:$/),
    shards: total === undefined ? undefined : { ids: Array.from({ length: total }, (_, id) => id), total },
    accessTokens,
    acceptBotToken,
    listen: { host, port: whole(env, 'TINFOIL_PROXY_PORT', 0, 65_535) ?? 7878 },
    ops: {
      host: text(env, 'TINFOIL_PROXY_OPS_HOST') ?? host,
      port: whole(env, 'TINFOIL_PROXY_OPS_PORT', 0, 65_535) ?? 9091,
    },
    publicUrl: url(env, 'TINFOIL_PROXY_URL', /^wss?:$/),
    stateDirectory: text(env, 'TINFOIL_STATE_DIR') ?? './tinfoil-gateway-proxy',
    bufferMs: whole(env, 'TINFOIL_PROXY_BUFFER_MS', 1, 86_400_000),
    bufferBytes: whole(env, 'TINFOIL_PROXY_BUFFER_BYTES', 1, 2 ** 40),
    clientQueueBytes: whole(env, 'TINFOIL_PROXY_CLIENT_QUEUE_BYTES', 1, 2 ** 40),
    maxClients: whole(env, 'TINFOIL_PROXY_MAX_CLIENTS', 1, 1_000_000),
    // The cluster's timing is in TINFOIL_TIMING, with names of its own.
    cluster: inCluster ? clusterEnv(env) : undefined,
    timing: timing(env, 'TINFOIL_PROXY_TIMING'),
    gatewayTiming: timing(env, 'TINFOIL_PROXY_GATEWAY_TIMING'),
  };
}

/** Access tokens: `name=token` or a token alone, separated by commas or lines; in a variable, in a file, or in both. */
function parseTokens(env: Environment, readFile: (path: string) => string): readonly AccessToken[] {
  const path = text(env, 'TINFOIL_PROXY_TOKENS_FILE');
  let inFile = '';
  try {
    inFile = path === undefined ? '' : readFile(path);
  } catch {
    throw new ConfigError(`TINFOIL_PROXY_TOKENS_FILE must be a file that can be read, got ${JSON.stringify(path)}`);
  }
  const entries = `${text(env, 'TINFOIL_PROXY_TOKENS') ?? ''}\n${inFile}`
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return entries.map((entry, index) => {
    const match = /^(?:([\w.-]{1,64})=(?!=*$))?(\S{16,})$/.exec(entry);
    // The message holds no part of the entry: it may be a token.
    if (match === null)
      throw new ConfigError(
        `TINFOIL_PROXY_TOKENS must hold tokens of at least 16 characters, or name=token; entry ${index + 1} is neither`,
      );
    return { name: match[1] ?? `consumer-${index + 1}`, token: match[2]! };
  });
}

function parseIntents(value: string | undefined): number {
  // Everything but what must be switched on for the application first.
  if (value === undefined)
    return Object.values(Intents).reduce<number>((bits, bit) => bits | bit, 0) & ~privilegedIntents;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  try {
    // Names that do not exist are named in the message.
    return resolveIntents(value.split(',').map((name) => name.trim() as Intents));
  } catch (cause) {
    throw new ConfigError(`TINFOIL_PROXY_INTENTS: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function text(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function flag(env: Environment, name: string): boolean {
  const value = text(env, name);
  if (value === undefined || value === '0' || value === 'false') return false;
  if (value === '1' || value === 'true') return true;
  throw new ConfigError(`${name} must be 1 or 0, got ${JSON.stringify(value)}`);
}

function whole(env: Environment, name: string, least: number, most: number): number | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

function url(env: Environment, name: string, protocol: RegExp): string | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !protocol.test(new URL(value).protocol))
    throw new ConfigError(`${name} must be a URL of another kind, got ${JSON.stringify(value.slice(0, 100))}`);
  return value.replace(/\/+$/, '');
}

/** Intervals for simulations, as JSON; the gateway checks its own. */
function timing(env: Environment, name: string): Record<string, number> | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && Object.values(parsed).every((ms) => typeof ms === 'number'))
      return parsed as Record<string, number>;
  } catch {
    // Worded below.
  }
  throw new ConfigError(`${name} must be a JSON object of milliseconds by name, such as {"tickMs":100}`);
}
