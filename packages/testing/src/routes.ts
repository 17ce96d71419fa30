/**
 * Routes of the REST API that the Simulator knows without being told. One file per resource; this one lists them.
 */
import type { Router } from './router.ts';
import { addChannelRoutes } from './routes-channels.ts';
import { addCommandRoutes } from './routes-commands.ts';
import { addGuildRoutes } from './routes-guilds.ts';
import { addInteractionRoutes } from './routes-interactions.ts';
import { addUserRoutes } from './routes-users.ts';
import { addWebhookRoutes } from './routes-webhooks.ts';
import type { World } from './world.ts';

/** What `GET /gateway` and `GET /gateway/bot` tell. */
export interface GatewayInfo {
  url(): string;
  shards(): number;
  sessionStartLimit(): unknown;
}

/** Adds every known route. */
export function addRoutes(router: Router, world: World, gateway: GatewayInfo): void {
  addGatewayRoutes(router, gateway);
  addUserRoutes(router, world);
  addChannelRoutes(router, world);
  addGuildRoutes(router, world);
  addCommandRoutes(router, world);
  addWebhookRoutes(router, world);
  addInteractionRoutes(router, world);
}

function addGatewayRoutes(router: Router, gateway: GatewayInfo): void {
  router.add('GET', '/gateway', () => ({ body: { url: gateway.url() } }), { needsToken: false });
  router.add('GET', '/gateway/bot', () => ({
    body: { url: gateway.url(), shards: gateway.shards(), session_start_limit: gateway.sessionStartLimit() },
  }));
}
