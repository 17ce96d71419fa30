/**
 * Small sender for bots that use interactions alone: one `fetch` per request, `Retry-After` honoured, no buckets.
 * A bot with more traffic hands in the `request` of `@tinfoil/rest`, which knows every limit.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import {
  backoffMs,
  type Clock,
  type DiscordRequest,
  projectUrl,
  type RequestAuth,
  type RequestSpec,
  sleep,
} from '@tinfoil/types';
import { InteractionsApiError, InteractionsNetworkError } from './errors.ts';
import { encodeBody, readFiles } from './multipart.ts';

/** What {@link createSender} needs to know. */
export interface SenderOptions {
  readonly baseUrl: string;
  /** Bot token, for requests that need one; those of an interaction do not. */
  readonly token: string | undefined;
  readonly clock: Clock;
}

const attempts = 5;
const timeoutMs = 15_000;
/** A longer wait than this is no wait but a refusal. */
const longestWaitMs = 60_000;
const backoff = { baseMs: 250, maxMs: 5_000 };

/** Makes a {@link DiscordRequest} over plain `fetch`. */
export function createSender(options: SenderOptions): DiscordRequest {
  return async <Result>(spec: RequestSpec): Promise<Result> => {
    const what = `${spec.method} ${template(spec.path)}`;
    const files = await readFiles(spec.files ?? []);
    const { contentType, body } = encodeBody(spec.body, files);
    const headers: Record<string, string> = {
      'user-agent': `DiscordBot (${projectUrl}, 0)`,
      ...authorization(spec.auth ?? 'bot', options.token, what),
      ...(spec.body === undefined ? {} : { 'content-type': contentType }),
      ...spec.headers,
    };
    if (spec.reason !== undefined) headers['x-audit-log-reason'] = encodeURIComponent(spec.reason);
    const limit = AbortSignal.timeout(spec.timeoutMs ?? timeoutMs);
    const signal = spec.signal === undefined ? limit : AbortSignal.any([limit, spec.signal]);
    for (let attempt = 0; ; attempt += 1) {
      const response = await send(options.baseUrl + spec.path + search(spec.query), what, {
        method: spec.method,
        headers,
        signal,
        // Discord's API redirects nowhere; workerd knows no 'error'.
        redirect: 'manual',
        ...(spec.body === undefined ? {} : { body }),
      });
      const text = await response.text().catch((cause: unknown) => {
        throw new InteractionsNetworkError(what, cause);
      });
      if (response.ok) return (text === '' ? undefined : parse(text)) as Result;
      const waitMs = retryAfterMs(response, text, spec, attempt);
      if (waitMs === undefined) throw failure(what, response.status, text);
      await sleep(options.clock, waitMs, signal);
    }
  };
}

async function send(url: string, what: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    // The cause of an abort is the caller's own reason; fetch's other errors name no more than the host.
    if (init.signal?.aborted) throw init.signal.reason;
    throw new InteractionsNetworkError(what, cause);
  }
}

/** Milliseconds until another try, or `undefined` when there is none. */
function retryAfterMs(response: Response, text: string, spec: RequestSpec, attempt: number): number | undefined {
  if (attempt + 1 >= attempts || spec.rejectOnRateLimit === true) return undefined;
  if (response.status === 429) {
    const inBody = (parse(text) as { readonly retry_after?: unknown } | undefined)?.retry_after;
    const seconds = Number(inBody ?? response.headers.get('retry-after') ?? 1);
    const waitMs = Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds * 1000)) : 1000;
    return waitMs > longestWaitMs ? undefined : waitMs;
  }
  // 502 and 503 tell that nothing was done, so even a POST may be sent again.
  if (response.status === 502 || response.status === 503) return backoffMs(attempt, backoff, Math.random());
  return undefined;
}

function failure(what: string, status: number, text: string): InteractionsApiError {
  const body = parse(text) as { readonly code?: unknown; readonly message?: unknown } | undefined;
  const code = typeof body?.code === 'number' ? body.code : 0;
  return new InteractionsApiError(what, status, code, typeof body?.message === 'string' ? body.message : 'no message');
}

function authorization(auth: RequestAuth, token: string | undefined, what: string): Record<string, string> {
  if (auth === 'none') return {};
  if (auth === 'bot') {
    if (token === undefined) throw new TypeError(`interactions: token (or request) is needed for ${what}, got neither`);
    return { authorization: `Bot ${token}` };
  }
  return 'bearer' in auth
    ? { authorization: `Bearer ${auth.bearer}` }
    : { authorization: `Basic ${btoa(`${auth.basic.id}:${auth.basic.secret}`)}` };
}

/** Path without what is secret in it: interaction and webhook tokens. */
function template(path: string): string {
  return path
    .replace(/^\/webhooks\/(\d+)\/[^/?]+/, '/webhooks/$1/{token}')
    .replace(/^\/interactions\/(\d+)\/[^/?]+/, '/interactions/$1/{token}');
}

function search(query: object | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null) params.append(name, String(item));
  return params.size === 0 ? '' : `?${params}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
