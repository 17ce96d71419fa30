/** A wire that can be cut: connections die, and new ones get no answer until it is mended. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #held: (() => void)[] = [];
  #isCut = false;
  /** Where it leads. */
  target = '';

  private constructor() {
    this.#server = createServer((socket) => {
      this.#keep(socket);
      const through = () => {
        if (socket.destroyed) return;
        const { port, hostname } = new URL(this.target);
        const other = this.#keep(connect(Number(port), hostname));
        socket.pipe(other).pipe(socket);
        socket.once('close', () => other.destroy());
        other.once('close', () => socket.destroy());
      };
      if (this.#isCut) this.#held.push(through);
      else through();
    });
  }

  static async start(): Promise<Relay> {
    const relay = new Relay();
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
    for (const run of this.#held.splice(0)) run();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
