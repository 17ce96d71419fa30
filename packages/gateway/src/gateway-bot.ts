/** Reading `/gateway/bot` as often as it takes: an outage at start is waited out, only a refused token is final. */
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
