/**
 * Default transport: an undici pool per origin, driven by `dispatch` with a small handler, which costs an eighth of `fetch`.
 *
 * undici is loaded with the first request. Its idle sockets hold no reference, so a program may end while they are open.
 */
import type { HeaderReader } from '@tinfoil/types';
import type { Dispatcher, Pool } from 'undici';
import type { Transport, TransportHandler, TransportRequest } from './transport.ts';

/** Options of {@link createUndiciTransport}. */
export interface UndiciTransportOptions {
  /** Largest number of connections per origin; what is beyond waits. @defaultValue 128 */
  readonly connections?: number | undefined;
  /** Milliseconds an unused connection is kept. @defaultValue 30000 */
  readonly keepAliveMs?: number | undefined;
  /** Milliseconds a connection may take to open. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
}

/** Answers larger than this are refused: none of Discord's comes near, and memory is bounded. */
const maxAnswerBytes = 128 * 1024 * 1024;

/** Creates the transport on undici, for Node. */
export function createUndiciTransport(options: UndiciTransportOptions = {}): Transport {
  const pools = new Map<string, Pool>();
  let loading: Promise<typeof import('undici')> | undefined;
  let undici: typeof import('undici') | undefined;
  let closing: Promise<void> | undefined;

  function poolOf(origin: string, { Pool }: typeof import('undici')): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections: options.connections ?? 128,
      keepAliveTimeout: options.keepAliveMs ?? 30_000,
      maxResponseSize: maxAnswerBytes,
      // The time limit of a request is kept by its caller.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.connectTimeoutMs ?? 10_000 },
    });
    pools.set(origin, pool);
    return pool;
  }

  function dispatch(request: TransportRequest, exchange: Exchange, module: typeof import('undici')): void {
    if (closing !== undefined) exchange.onError(new Error('the transport is closed'));
    else poolOf(request.origin, module).dispatch(toDispatchOptions(request), exchange);
  }

  return {
    send(request, handler) {
      const exchange = new Exchange(handler);
      if (undici !== undefined) dispatch(request, exchange, undici);
      else {
        loading ??= import('undici');
        loading.then(
          (module) => {
            undici = module;
            if (!exchange.done) dispatch(request, exchange, module);
          },
          (cause: unknown) => {
            loading = undefined;
            exchange.onError(cause);
          },
        );
      }
      return () => exchange.cancel();
    },
    close() {
      closing ??= Promise.all([...pools.values()].map((pool) => pool.destroy())).then(() => pools.clear());
      return closing;
    },
  };
}

function toDispatchOptions(request: TransportRequest): Dispatcher.DispatchOptions {
  const { method, path, body, bodyLength } = request;
  const headers =
    bodyLength === undefined ? request.headers : [...request.headers, 'content-length', String(bodyLength)];
  // undici takes async iterables as bodies and flat arrays as headers; its types name streams and mutable arrays only.
  return { method, path, headers: headers as string[], body: body as string | null };
}

/** Callbacks of one request, in the form that leaves raw header bytes alone: of a dozen headers, six are of interest. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #handler: TransportHandler;
  done = false;
  #abort: ((cause?: Error) => void) | undefined;
  #status = 0;
  #headers: readonly Buffer[] = [];
  #chunks: Buffer[] = [];

  constructor(handler: TransportHandler) {
    this.#handler = handler;
  }

  cancel(): void {
    if (this.done) return;
    this.done = true;
    this.#abort?.();
  }

  onConnect(abort: (cause?: Error) => void): void {
    if (this.done) abort();
    else {
      this.#abort = abort;
      this.#handler.onSent();
    }
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    // Answers of 1xx precede the one that counts.
    this.#status = status;
    this.#headers = headers;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  onComplete(): void {
    if (this.done) return;
    this.done = true;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#handler.onResponse(this.#status, rawReader(this.#headers), body);
  }

  onError(cause: unknown): void {
    if (this.done) return;
    this.done = true;
    this.#handler.onError(cause, this.#abort !== undefined);
  }
}

function rawReader(headers: readonly Buffer[]): HeaderReader {
  return (name) => {
    for (let at = 0; at + 1 < headers.length; at += 2)
      if (isNamed(headers[at]!, name)) return headers[at + 1]!.toString('latin1');
    return undefined;
  };
}

/** Compares bytes, because a string made of each name would be most of the work. Letters of either case count as one. */
function isNamed(key: Buffer, name: string): boolean {
  if (key.length !== name.length) return false;
  for (let at = key.length - 1; at >= 0; at -= 1) if ((key[at]! | 0x20) !== name.charCodeAt(at)) return false;
  return true;
}
