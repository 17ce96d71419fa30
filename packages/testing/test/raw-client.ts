/**
 * The smallest gateway client, for tests of the Simulator: it does only what it is told, and keeps what it got.
 */
import zlib from 'node:zlib';
import { WebSocket } from 'ws';

/** A gateway payload. */
export interface Payload {
  readonly op: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly d: any;
  readonly s: number | null;
  readonly t: string | null;
}

/** What to ask for at the URL. */
export interface RawOptions {
  readonly query?: string;
  readonly compress?: 'zlib-stream';
  /** Keeps frames and reads none. */
  readonly unread?: boolean;
}

/** Raw connection to a gateway. */
export class RawClient {
  readonly socket: WebSocket;
  readonly payloads: Payload[] = [];
  readonly texts: string[] = [];
  readonly frames: Buffer[] = [];
  closed: { code: number; reason: string } | null = null;
  failed: Error | null = null;
  readonly #changed = new Set<() => void>();
  #pending: Buffer = Buffer.alloc(0);
  #history: Buffer = Buffer.alloc(0);
  #first = true;

  constructor(url: string, options: RawOptions = {}) {
    const compress = options.compress === undefined ? '' : `&compress=${options.compress}`;
    this.socket = new WebSocket(`${url}/?${options.query ?? 'v=10&encoding=json'}${compress}`);
    this.socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      this.frames.push(bytes);
      this.#notify();
      if (options.unread === true) return;
      if (options.compress !== undefined && isBinary) this.#inflate(bytes);
      else this.#take(isBinary ? zlib.inflateSync(bytes).toString() : bytes.toString());
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#notify();
    });
    this.socket.on('error', (error) => {
      this.failed = error;
      this.#notify();
    });
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d }));
  }

  /** Names of the dispatches so far. */
  get events(): string[] {
    return this.payloads.flatMap(({ t }) => (t === null ? [] : [t]));
  }

  /** First payload that satisfies the condition, now or later. */
  async payload(where: (payload: Payload) => boolean): Promise<Payload> {
    await this.until(() => this.payloads.some(where));
    return this.payloads.find(where)!;
  }

  event(name: string): Promise<Payload> {
    return this.payload(({ t }) => t === name);
  }

  op(op: number): Promise<Payload> {
    return this.payload((payload) => payload.op === op);
  }

  /** Close code. */
  async close(): Promise<number> {
    await this.until(() => this.closed !== null);
    return this.closed!.code;
  }

  until(done: () => boolean, timeoutMs = 3000): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#changed.delete(check);
        reject(new Error(`raw client: not within ${timeoutMs} ms; it got ${JSON.stringify(this.events)}`));
      }, timeoutMs);
      const check = () => {
        if (!done()) return;
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve();
      };
      this.#changed.add(check);
    });
  }

  #inflate(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    if (!this.#pending.subarray(-4).equals(Buffer.of(0, 0, 0xff, 0xff))) return;
    const raw = this.#first ? this.#pending.subarray(2) : this.#pending;
    this.#first = false;
    this.#pending = Buffer.alloc(0);
    const dictionary = this.#history.subarray(-32_768);
    const text = zlib.inflateRawSync(raw, {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    });
    this.#history = Buffer.concat([this.#history, text]);
    this.#take(text.toString());
  }

  #take(text: string): void {
    this.texts.push(text);
    this.payloads.push(JSON.parse(text));
    this.#notify();
  }

  #notify(): void {
    for (const check of this.#changed) check();
  }
}

/** `d` of a plain IDENTIFY. */
export function identifyData(token: string, fields: Readonly<Record<string, unknown>> = {}): unknown {
  return { token, intents: 513, properties: { os: 'linux', browser: 'raw', device: 'raw' }, ...fields };
}

/** A client that is READY. */
export async function connectRaw(
  discord: { readonly gatewayUrl: string; readonly token: string },
  fields: Readonly<Record<string, unknown>> = {},
  options: RawOptions = {},
): Promise<RawClient> {
  const client = new RawClient(discord.gatewayUrl, options);
  await client.op(10);
  client.send(2, identifyData(discord.token, fields));
  await client.event('READY');
  return client;
}
