/**
 * The two hosts of a Simulator: the main one for REST and gateway, and the one that `resume_gateway_url` names, which can die alone.
 */
import type { RequestListener, Server } from 'node:http';
import type { Faults } from './faults.ts';
import type { GatewayServer } from './gateway-server.ts';
import { addressOf, createServer, listen, originOf, stop } from './listen.ts';
import type { ResolvedOptions } from './options.ts';

/** Starts both; `url` is the main host's origin as clients reach it. Rejects, with nothing left open, when an address is taken. */
export async function listenOnHosts(
  options: ResolvedOptions,
  gateway: GatewayServer,
  faults: Faults,
  handler: RequestListener,
): Promise<{ readonly url: string; readonly servers: readonly Server[] }> {
  const { host, publicUrl } = options;
  const main = createServer(handler);
  gateway.attach(main, 'main', faults);
  await listen(main, options.port, host);
  const url = publicUrl ?? originOf(main, host);
  gateway.resumeUrl = url.replace(/^http/, 'ws');
  if (!options.resumeHost) return { url, servers: [main] };

  const resume = createServer((_request, response) => response.writeHead(404).end());
  gateway.attach(resume, 'resume', faults);
  try {
    await listen(resume, options.resumePort, host);
  } catch (error) {
    await stop(main);
    throw error;
  }
  const { port } = addressOf(resume);
  // A public address is only known to lead to the resume host when its port was chosen.
  if (publicUrl === undefined) gateway.resumeUrl = originOf(resume, host).replace(/^http/, 'ws');
  else if (options.resumePort !== 0) gateway.resumeUrl = gateway.resumeUrl.replace(/:\d+$|$/, `:${options.resumePort}`);
  gateway.listenOnResumeHost = async (open) => {
    if (open && !resume.listening) await listen(resume, port, host);
    else if (!open && resume.listening) resume.close();
  };
  return { url, servers: [main, resume] };
}
