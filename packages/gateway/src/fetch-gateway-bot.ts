/**
 * `GET /gateway/bot` in one plain fetch, so that the gateway works without `@tinfoil/rest`. No retries here: who asks knows
 * whether it is worth it.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#get-gateway-bot | Discord Docs/Get Gateway Bot}
 */
import { type APIGatewayBotInfo, projectUrl } from '@tinfoil/types';
import { GatewayBotError } from './errors.ts';

/** Options of {@link fetchGatewayBot}. */
export interface FetchGatewayBotOptions {
  readonly token: string;
  /** REST base with version. @defaultValue `https://discord.com/api/v10` */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for the whole request. @defaultValue 15,000 */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gateway URL, recommended number of shards and session start limit.
 *
 * @throws {@link GatewayBotError} when Discord does not answer 200, or not at all; `status` is 401 for a bad token.
 */
export async function fetchGatewayBot(options: FetchGatewayBotOptions): Promise<APIGatewayBotInfo> {
  const { token, baseUrl = 'https://discord.com/api/v10', timeoutMs = 15_000, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/gateway/bot`, {
      headers: { authorization: `Bot ${token}`, 'user-agent': `DiscordBot (${projectUrl}, 0)` },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    body = await response.json().catch(() => undefined);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new GatewayBotError(timeout.aborted ? `no answer within ${timeoutMs} ms` : 'no answer', { cause });
  }
  if (response.status === 200 && isGatewayBot(body)) return body;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new GatewayBotError(
    response.status === 200 ? 'the answer is not what Discord documents' : `status ${response.status}`,
    {
      status: response.status,
      retryAfterMs: retryAfter >= 0 ? retryAfter * 1_000 : undefined,
    },
  );
}

function isGatewayBot(body: unknown): body is APIGatewayBotInfo {
  if (typeof body !== 'object' || body === null) return false;
  const { url, shards, session_start_limit: limit } = body as Partial<APIGatewayBotInfo>;
  return typeof url === 'string' && typeof shards === 'number' && typeof limit === 'object' && limit !== null;
}
