/**
 * A shard's link to Discord: at most one socket with its receiver. What an old socket says after it was given up reaches nobody.
 */

import type { IsWanted } from './frame.ts';
import type { CompressionName } from './inflate.ts';
import type { ResolvedGatewayOptions } from './options.ts';
import { Receiver, type ReceivingShard } from './receiver.ts';
import type { GatewayConnection, GatewayTransport } from './transport.ts';

/** Whom a connection serves. */
export interface LinkOptions {
  readonly shard: ReceivingShard;
  readonly compression: CompressionName;
  readonly isWanted: IsWanted;
  /** Told why a connection failed or could not be read. */
  readonly failed: (cause: unknown) => void;
}

/** Socket of one shard. */
export class Link {
  readonly #options: ResolvedGatewayOptions;
  #connection: GatewayConnection | undefined;
  #receiver: Receiver | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: ResolvedGatewayOptions) {
    this.#options = options;
  }

  /** Resolves when the sockets given up so far are closed. */
  get closed(): Promise<void> {
    return this.#closing;
  }

  /** Opens a socket; what happens to it becomes inputs of the shard, marked with the number of the connection. */
  open(transport: GatewayTransport, url: string, connection: number, options: LinkOptions): void {
    const { timing, maxMessageBytes: maxBytes, clock } = this.#options;
    const { shard, compression, isWanted, failed } = options;
    const receiver = new Receiver(shard, connection, { compression, maxBytes, isWanted, garbled: failed });
    this.#receiver = receiver;
    const { handshakeTimeoutMs, closeTimeoutMs } = timing;
    this.#connection = transport(
      url,
      { handshakeTimeoutMs, closeTimeoutMs, maxPayloadBytes: maxBytes, clock },
      {
        opened: () => shard.input({ type: 'opened', connection }),
        message: (bytes, isText) => receiver.message(bytes, isText),
        closed: (code, cause) => {
          if (cause !== undefined) failed(cause);
          shard.input({ type: 'closed', connection, code });
        },
      },
    );
  }

  /** Writes to the socket; without one, nothing happens. */
  send(text: string): void {
    this.#connection?.send(text);
  }

  /** Gives the socket up: with a close frame, or at once. */
  close(how: number | 'terminate'): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (how === 'terminate') connection.terminate();
    else this.#closing = Promise.all([this.#closing, connection.close(how)]).then(() => undefined);
  }

  /** Lets go of a socket that is closed or given up, and of its decompression context. */
  forget(): void {
    this.#receiver?.close();
    this.#receiver = undefined;
    this.#connection = undefined;
  }
}
