/**
 * Small sender for bots that use interactions alone: one `fetch` per request, `Retry-After` honoured, no buckets. It does
 * what this package asks of it; for more, hand in the `request` of `@tinfoil/rest`, which knows every limit.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import { backoffMs, type Clock, type DiscordRequest, projectUrl, type RequestSpec, sleep } from '@tinfoil/types';
import { InteractionsApiError, InteractionsError } from './errors.ts';
import { encodeFiles, encodeJson, readFiles } from './multipart.ts';

/** What {@link createSender} needs to know. */
export interface SenderOptions {
  readonly baseUrl: string;
  /** Bot token, for requests that need one; those of an interaction do not. */
  readonly token: string | undefined;
  readonly clock: Clock;
}

interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly retry_after?: unknown;
}

const attempts = 5;
const timeoutMs = 15_000;
/** A longer wait than this is no wait but a refusal. */
const longestWaitMs = 60_000;
const backoff = { baseMs: 250, maxMs: 5_000 };

/** Makes a {@link DiscordRequest} over plain `fetch`. */
export function createSender({ baseUrl, token, clock }: SenderOptions): DiscordRequest {
  return async <Result>(spec: RequestSpec): Promise<Result> => {
    // Interaction tokens stand in paths: they are in no message.
    const what = `${spec.method} ${spec.path.replace(/^(\/(?:webhooks|interactions)\/\d+\/)[^/]+/, '$1{token}')}`;
    const headers: Record<string, string> = { 'user-agent': `DiscordBot (${projectUrl}, 0)` };
    const init: RequestInit & { headers: Record<string, string>; signal: AbortSignal } = {
      method: spec.method,
      headers,
      // Discord's API redirects nowhere; workerd knows no 'error'.
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(spec.signal ? [spec.signal] : [])]),
    };
    if (spec.auth !== 'none') {
      if (token === undefined)
        throw new TypeError(`interactions: token (or request) is needed for ${what}, got neither`);
      headers.authorization = `Bot ${token}`;
    }
    if (spec.body !== undefined) {
      const { contentType, body } = spec.files?.length
        ? await encodeFiles(spec.body, await readFiles(spec.files))
        : encodeJson(spec.body);
      headers['content-type'] = contentType;
      init.body = body;
    }
    const url = `${baseUrl}${spec.path}?${new URLSearchParams(spec.query as Record<string, string> | undefined)}`;
    for (let attempt = 1; ; attempt += 1) {
      const [response, text] = await send(url, init, what);
      const body = parse(text);
      if (response.ok) return body as Result;
      const waitMs = retryAfterMs(response, body, attempt);
      if (waitMs === undefined)
        throw new InteractionsApiError(what, response.status, Number(body?.code ?? 0), String(body?.message));
      await sleep(clock, waitMs, init.signal);
    }
  };
}

async function send(
  url: string,
  init: RequestInit & { signal: AbortSignal },
  what: string,
): Promise<readonly [Response, string]> {
  try {
    const response = await fetch(url, init);
    return [response, await response.text()];
  } catch (cause) {
    // The cause of an abort is the caller's own reason; fetch's other errors name no more than the host.
    if (init.signal.aborted) throw init.signal.reason;
    throw new InteractionsError('NETWORK', `${what} got no answer`, { cause });
  }
}

/** Milliseconds until another try, or `undefined` when there is none. */
function retryAfterMs({ status, headers }: Response, body: ErrorBody | undefined, attempt: number): number | undefined {
  if (attempt >= attempts) return undefined;
  // 502 and 503 tell that nothing was done, so even a POST may be sent again.
  if (status === 502 || status === 503) return backoffMs(attempt - 1, backoff, Math.random());
  if (status !== 429) return undefined;
  const waitMs = Math.ceil(Number(body?.retry_after ?? headers.get('retry-after')) * 1000);
  return waitMs >= 0 && waitMs <= longestWaitMs ? waitMs : undefined;
}

function parse(text: string): ErrorBody | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
