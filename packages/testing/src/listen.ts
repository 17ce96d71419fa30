/**
 * HTTP servers of the Simulator: start, stop, and where they are reached.
 */
import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that keeps idle connections for a minute. */
export function createServer(handler: RequestListener): Server {
  return http.createServer({ keepAliveTimeout: 60_000 }, handler);
}

/** Rejects when the address cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Ends the listener and every connection. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Address of a server that listens. */
export function addressOf(server: Server): AddressInfo {
  // A TCP server that listens has an address object.
  return server.address() as AddressInfo;
}

/** Origin under which this machine reaches the server. */
export function originOf(server: Server, host: string): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${addressOf(server).port}`;
}
