/** What the proxy says to GET /gateway and GET /gateway/bot: its own address, its own limits. Pure. */

/** Which of the two was asked for. */
export function gatewayRoute(path: string): 'gateway' | 'bot' | undefined {
  const match = /^(?:\/api)?(?:\/v\d+)?\/gateway(\/bot)?\/?$/.exec(path);
  if (match === null) return undefined;
  return match[1] === undefined ? 'gateway' : 'bot';
}

/** Answer to GET /gateway/bot. Identifying at the proxy costs nothing at Discord, so all shards may at once. */
export function gatewayBotAnswer(url: string, shards: number): unknown {
  return {
    url,
    shards,
    session_start_limit: {
      total: 1_000,
      remaining: 1_000,
      reset_after: 86_400_000,
      max_concurrency: Math.max(1, shards),
    },
  };
}

/** WebSocket URL at which a request reached the proxy. */
export function ownUrl(host: string, forwardedProto: string | undefined): string {
  return `${forwardedProto?.split(',')[0]?.trim() === 'https' ? 'wss' : 'ws'}://${host}`;
}
