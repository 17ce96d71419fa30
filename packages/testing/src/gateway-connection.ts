/**
 * One gateway connection: its socket, compression, heartbeat watch and send limit. Decides nothing about sessions;
 * messages that hold a payload go to the gateway server.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { createEncoder, deflatePayload, type Encoder } from './compression.ts';
import type { ConnectionFields, GatewayHost } from './entries.ts';
import type { ConnectionFault } from './faults.ts';
import type { GatewayKey, ResolvedOptions } from './options.ts';
import type { Session } from './session.ts';

/** What a connection is made of. */
export interface ConnectionInit {
  readonly id: number;
  readonly socket: WebSocket;
  readonly tcp: Socket;
  readonly host: GatewayHost;
  readonly version: number;
  readonly encoding: string;
  readonly compress: string | null;
  readonly fault: ConnectionFault | undefined;
  readonly options: ResolvedOptions;
  /** Called when the server decides to close, before the frame is sent. */
  readonly onServerClose: (connection: GatewayConnection) => void;
}

/** Smallest dispatch that payload compression compresses; Discord leaves small ones alone. */
const payloadCompressionBytes = 512;

/** A connected client. */
export class GatewayConnection {
  readonly id: number;
  readonly host: GatewayHost;
  readonly version: number;
  readonly encoding: string;
  readonly fault: ConnectionFault | undefined;
  session: Session | null = null;
  /** Shard that was asked for, also when there is no session yet. */
  shard: readonly [id: number, total: number] | null = null;
  compressPayloads = false;
  silent = false;
  loseAcks: boolean;
  /** Why it ends, once the server decided that it does. */
  serverClose: { readonly code: number; readonly reason: string } | null = null;
  /** What the ledger tells of its end, once its session is settled. */
  ended: { readonly fields: ConnectionFields; readonly sessionKept: boolean } | null = null;
  lastHeartbeatAtMs: number;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #encoder: Encoder;
  readonly #compressed: boolean;
  readonly #options: ResolvedOptions;
  readonly #onServerClose: (connection: GatewayConnection) => void;
  #frozen = false;
  #sentAtMs: number[] = [];

  constructor(init: ConnectionInit) {
    this.id = init.id;
    this.host = init.host;
    this.version = init.version;
    this.encoding = init.encoding;
    this.fault = init.fault;
    this.loseAcks = init.fault?.loseAcks ?? false;
    this.lastHeartbeatAtMs = performance.now();
    this.#socket = init.socket;
    this.#tcp = init.tcp;
    this.#options = init.options;
    this.#onServerClose = init.onServerClose;
    this.#compressed = init.compress !== null;
    this.#encoder = createEncoder(init.compress);
  }

  /** Fields that stand in each ledger entry about this connection. */
  get fields(): ConnectionFields {
    const identity = this.session?.identity;
    return {
      connectionId: this.id,
      shardId: identity?.shardId ?? this.shard?.[0] ?? null,
      totalShards: identity?.totalShards ?? this.shard?.[1] ?? null,
      sessionId: identity?.id ?? null,
    };
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** True while a dispatch would arrive. */
  get isDelivering(): boolean {
    return this.#socket.readyState === 1 && this.serverClose === null && !this.#frozen && !this.silent;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 1 && this.serverClose === null;
  }

  /** Sends a payload; `data` is JSON already. False when nothing was sent. */
  send(op: number, data: string, event: string | null = null, sequence: number | null = null): boolean {
    if (!this.isOpen || this.#frozen) return false;
    const text = payloadText(this.#options.keyOrder, op, data, event, sequence);
    if (!this.#compressed && this.compressPayloads && op === 0 && text.length >= payloadCompressionBytes)
      this.#write(deflatePayload(text));
    else this.#encoder.encode(text, (message) => this.#write(message));
    return true;
  }

  /** Sends a WebSocket message as it is. */
  sendRaw(data: string | Uint8Array): void {
    if (this.isOpen && !this.#frozen) this.#socket.send(data);
  }

  /** Sends a close frame. A frozen connection cannot, so its TCP connection ends. */
  close(code: number, reason: string): void {
    if (this.serverClose !== null) return;
    this.serverClose = { code, reason };
    this.#onServerClose(this);
    if (this.#frozen) this.#socket.terminate();
    else this.#encoder.idle(() => this.#socket.close(code, reason));
  }

  /** Ends the TCP connection with a reset. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  /** Frees what the connection holds, once it is closed. */
  release(): void {
    this.#encoder.end();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Stops or starts reading and writing. */
  setFrozen(frozen: boolean): void {
    if (this.#frozen === frozen || this.#socket.readyState !== 1) return;
    this.#frozen = frozen;
    if (frozen) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Counts a message of the client; false when it was one too many. */
  countSent(nowMs: number): boolean {
    const limit = this.#options.sendLimit;
    if (limit === false) return true;
    this.#sentAtMs = this.#sentAtMs.filter((atMs) => nowMs - atMs < limit.windowMs);
    this.#sentAtMs.push(nowMs);
    return this.#sentAtMs.length <= limit.count;
  }

  #write(message: string | Buffer): void {
    const { splitBytes } = this.#options;
    if (splitBytes === 0 || typeof message === 'string') {
      this.#socket.send(message);
      return;
    }
    for (let start = 0; start < message.length; start += splitBytes)
      this.#socket.send(message.subarray(start, start + splitBytes));
  }
}

/** JSON text of a payload with its keys in this order. */
function payloadText(
  order: readonly GatewayKey[],
  op: number,
  data: string,
  event: string | null,
  sequence: number | null,
): string {
  const values = { t: event === null ? 'null' : JSON.stringify(event), s: String(sequence), op: String(op), d: data };
  return `{${order.map((key) => `"${key}":${values[key]}`).join(',')}}`;
}
