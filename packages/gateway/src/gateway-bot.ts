/** Reading `/gateway/bot` with patience: an outage at start is waited out, and the URL is kept, as Discord asks. */
import { type APIGatewayBotInfo, backoffMs, sleep } from '@tinfoil/types';
import { abortable } from './abortable.ts';
import { GatewayBotError, GatewayFatalError, isUnauthorized } from './errors.ts';
import type { ResolvedGatewayOptions } from './options.ts';

/** Answer of `/gateway/bot`. @throws {@link GatewayFatalError} when Discord refuses the token; `signal.reason` on abort. */
export async function readGatewayBot(
  options: ResolvedGatewayOptions,
  signal: AbortSignal,
  report: (cause: unknown) => void,
): Promise<APIGatewayBotInfo> {
  const { clock, random, timing } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      return await abortable(options.getGatewayBot({ signal }), signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (isUnauthorized(cause)) throw new GatewayFatalError(0, undefined, { cause });
      report(cause);
      const retryAfterMs = cause instanceof GatewayBotError ? (cause.retryAfterMs ?? 0) : 0;
      const delayMs = backoffMs(attempt, { baseMs: timing.reconnectBaseMs, maxMs: timing.reconnectMaxMs }, random());
      await sleep(clock, Math.max(delayMs, retryAfterMs), signal);
    }
  }
}

/** URL that every new session, and every session without one of its own, connects to. */
export class MainUrl {
  readonly #options: ResolvedGatewayOptions;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ResolvedGatewayOptions) {
    this.#options = options;
  }

  /** Cached; read again at most every five minutes while `attempts` in a row led nowhere. */
  async read(attempts: number, signal: AbortSignal): Promise<string> {
    const { knownUrl, getGatewayBot, clock } = this.#options;
    const known = knownUrl.current;
    const doubtful = attempts >= 5 && clock.nowMs() - this.#readAtMs > 300_000;
    if (known !== undefined && !doubtful) return known;
    this.#readAtMs = clock.nowMs();
    const reading = getGatewayBot({ signal }).then(({ url }) => url);
    return known === undefined ? reading : reading.catch(() => known);
  }
}
