/**
 * WebSocket connections as the shards use them, and the `ws` package behind that seam. Loaded at the first connection: a
 * program that never connects does not pay for it.
 */
import type { Clock } from '@tinfoil/types';
import type { WebSocket } from 'ws';
import { abnormalClosure } from './close-codes.ts';

/** What a connection tells. Nothing is called after `closed`. */
export interface GatewayConnectionHandlers {
  opened(): void;
  /** One WebSocket message. The bytes are the handler's to keep only during the call. */
  message(bytes: Buffer, isText: boolean): void;
  /** Connection is over, or never came to be (1006, with the cause). */
  closed(code: number, cause?: unknown): void;
}

/** One connection. */
export interface GatewayConnection {
  send(text: string): void;
  /** Sends a close frame, waits a bounded time for the answer, then cuts. No handler is called any more. */
  close(code: number): Promise<void>;
  /** Cuts at once. No handler is called any more. */
  terminate(): void;
}

/** Settings of a connection. */
export interface GatewayConnectionOptions {
  readonly handshakeTimeoutMs: number;
  readonly closeTimeoutMs: number;
  /** Largest WebSocket message in bytes. */
  readonly maxPayloadBytes: number;
  readonly clock: Clock;
}

/** Opens connections. */
export type GatewayTransport = (
  url: string,
  options: GatewayConnectionOptions,
  handlers: GatewayConnectionHandlers,
) => GatewayConnection;

/** Transport over the `ws` package. */
export async function loadWebSocketTransport(): Promise<GatewayTransport> {
  const { WebSocket: Socket } = await import('ws');
  return (url, options, handlers) => {
    const socket = new Socket(url, {
      perMessageDeflate: false,
      // Discord's JSON is parsed from bytes, and a parser notices bad UTF-8 where it matters.
      skipUTF8Validation: true,
      handshakeTimeout: options.handshakeTimeoutMs,
      maxPayload: options.maxPayloadBytes,
    });
    return connectionOf(socket, options, handlers);
  };
}

function connectionOf(
  socket: WebSocket,
  options: GatewayConnectionOptions,
  handlers: GatewayConnectionHandlers,
): GatewayConnection {
  let attached = true;
  let failure: unknown;
  let settle: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  socket.on('open', () => {
    if (attached) handlers.opened();
  });
  // `nodebuffer`, the default binary type, hands a Buffer over for every message.
  socket.on('message', (bytes, isBinary) => {
    if (attached) handlers.message(bytes as Buffer, !isBinary);
  });
  // An error is always followed by `close`; without a listener it would end the process.
  socket.on('error', (cause) => {
    failure = cause;
  });
  socket.on('close', (code) => {
    settle();
    if (!attached) return;
    attached = false;
    handlers.closed(code === 0 ? abnormalClosure : code, failure);
  });
  return {
    send(text) {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    close(code) {
      attached = false;
      const stop = options.clock.after(options.closeTimeoutMs, () => socket.terminate());
      // Closing a socket that is still connecting makes ws abort the handshake, which is what is wanted.
      socket.close(code);
      return closed.then(stop);
    },
    terminate() {
      attached = false;
      socket.terminate();
    },
  };
}
