/** Ops listener: probes and metrics, no secrets, no writes. `/livez` says only that the event loop answers. */
import { createServer, type Server } from 'node:http';

/** What the probes ask. */
export interface OpsOptions {
  /** Why the proxy is not ready, in a few words; `undefined` when it is. */
  readonly notReady: () => string | undefined;
  readonly metrics: () => Promise<{ readonly text: string; readonly type: string }>;
}

/** Server that is not listening yet. */
export function createOpsServer(options: OpsOptions): Server {
  return createServer((request, response) => {
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8') => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(text);
    };
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'GET') return send(405, 'only GET\n');
    if (path === '/livez' || path === '/startupz') return send(200, 'ok\n');
    if (path === '/readyz') {
      const why = options.notReady();
      return send(why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
    }
    if (path === '/metrics') {
      options.metrics().then(
        ({ text, type }) => send(200, text, type),
        () => send(500, 'no metrics\n'),
      );
      return undefined;
    }
    return send(404, 'not found\n');
  });
}
