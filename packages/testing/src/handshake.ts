/**
 * How a gateway connection begins: refused on command, or greeted by HELLO and watched for its heartbeats.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayConnection } from './gateway-connection.ts';
import type { GatewayServer } from './gateway-server.ts';

/** Refuses an upgrade: by an HTTP status, a TCP reset, or no answer. */
export function refuseUpgrade(socket: Duplex, how: number | 'reset' | 'hang'): void {
  // Upgrades of an HTTP server come on TCP sockets.
  if (how === 'reset') (socket as Socket).resetAndDestroy();
  else if (how !== 'hang') socket.end(`HTTP/1.1 ${how} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Sends HELLO, or what a fault puts in its place, and watches for heartbeats. */
export function sayHello(server: GatewayServer, connection: GatewayConnection): void {
  const { options, ledger } = server.context;
  const hello = connection.fault?.hello;
  if (hello === 'missing') return;
  const send = () => {
    if (!connection.send(10, `{"heartbeat_interval":${options.heartbeatIntervalMs},"_trace":["simulator"]}`)) return;
    ledger.write('hello', connection.fields);
    watchHeartbeat(server, connection);
  };
  if (hello === 'op7') server.sendReconnect(connection);
  else if (typeof hello === 'number') setTimeout(send, hello).unref();
  else send();
}

function watchHeartbeat(server: GatewayServer, connection: GatewayConnection): void {
  const { heartbeatTolerance, heartbeatIntervalMs } = server.context.options;
  if (heartbeatTolerance === false) return;
  const allowedMs = heartbeatTolerance * heartbeatIntervalMs;
  connection.lastHeartbeatAtMs = performance.now();
  const timer = setInterval(() => {
    if (!server.connections.has(connection)) return clearInterval(timer);
    // A frozen connection cannot be heard, so its silence says nothing.
    if (connection.frozen) connection.lastHeartbeatAtMs = performance.now();
    if (performance.now() - connection.lastHeartbeatAtMs > allowedMs) connection.close(4009, 'Session timed out.');
  }, heartbeatIntervalMs).unref();
}
