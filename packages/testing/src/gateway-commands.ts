/**
 * What the gateway does with each WebSocket message of a client: the checks that concern all of them, then on by opcode.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway | Discord Docs/Gateway Opcodes and Close Codes}
 */
import { closeReason } from './close-reasons.ts';
import type { GatewayConnection } from './gateway-connection.ts';
import { answerCommand } from './gateway-requests.ts';
import type { GatewayServer } from './gateway-server.ts';
import { identify } from './identify.ts';
import { isFields } from './resources.ts';
import { resume } from './resume.ts';

const commandOps: ReadonlySet<unknown> = new Set([3, 4, 8, 31, 43]);

/** Handles one WebSocket message. */
export function receive(server: GatewayServer, connection: GatewayConnection, bytes: Buffer, isBinary: boolean): void {
  const code = handle(server, connection, bytes, isBinary);
  if (code !== null) connection.close(code, closeReason(code));
}

/** Close code that the message earned; `null` when it was in order. */
function handle(server: GatewayServer, connection: GatewayConnection, bytes: Buffer, isBinary: boolean): number | null {
  const { options, ledger } = server.context;
  if (!connection.countSent(performance.now())) return 4008;
  if (isBinary || bytes.length > options.maxPayloadBytes) return 4002;
  const payload = parse(bytes.toString());
  if (payload === null) return 4002;
  const { op, d } = payload;
  if (op === 1) {
    heartbeat(server, connection, d);
    return null;
  }
  if (op === 2 || op === 6) {
    if (connection.session !== null) return 4005;
    if (!isFields(d)) return 4002;
    (op === 2 ? identify : resume)(server, connection, d);
    return null;
  }
  if (!commandOps.has(op)) return 4001;
  if (connection.session === null) return 4003;
  ledger.write('command', { ...connection.fields, op: Number(op), data: d, bytes: bytes.length });
  if (!isFields(d)) return 4002;
  answerCommand(server, connection.session, Number(op), d);
  return null;
}

function heartbeat(server: GatewayServer, connection: GatewayConnection, d: unknown): void {
  connection.lastHeartbeatAtMs = performance.now();
  const acknowledged = !connection.loseAcks;
  server.context.ledger.write('heartbeat', {
    ...connection.fields,
    sequence: typeof d === 'number' ? d : null,
    acknowledged,
  });
  if (!acknowledged) return;
  const delayMs = connection.fault?.ackDelayMs;
  if (delayMs === undefined) connection.send(11, 'null');
  else setTimeout(() => connection.send(11, 'null'), delayMs).unref();
}

function parse(text: string): { op: unknown; d: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? { op: value.op, d: value.d } : null;
  } catch {
    return null;
  }
}
