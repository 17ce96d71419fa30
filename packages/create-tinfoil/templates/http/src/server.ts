/** The bot's HTTP server: interactions at any path, and /healthz for whoever watches over it. */
import { createServer, type Server } from 'node:http';
import type { Interactions } from '@tinfoil/interactions';
import { toNodeHandler } from '@tinfoil/interactions/node';

export function createBotServer(bot: Interactions): Server {
  const handle = toNodeHandler(bot);
  return createServer((request, response) => {
    if (request.url === '/healthz') response.end('ok\n');
    else handle(request, response);
  });
}
