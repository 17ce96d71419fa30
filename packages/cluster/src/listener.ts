/**
 * One HTTP listener: bind, route by method and path, read bodies up to a cap, end. The three listeners of a pod and the two
 * of the manager are tables of routes over it. What is not in the table is 404.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ListenError } from './errors.ts';
import type { TlsRing } from './tls.ts';

/** Where a listener binds. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** Where a listener is bound. */
export interface BoundAddress extends ListenAddress {
  /** Base URL, such as `http://127.0.0.1:8081`. */
  readonly url: string;
}

/** Request with its body read, as routes get it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Path parameters in order. */
  readonly params: readonly string[];
}

/** One row of a listener's table; `path` may hold `{}` for one segment. */
export interface Route {
  readonly method: string;
  readonly path: string;
  run(exchange: Exchange): unknown;
}

/** Decides, before the route runs, whether a request is let in; answers it itself when not. */
export type Guard = (exchange: Exchange) => boolean;

/** An open listener. */
export interface Listener {
  readonly address: BoundAddress;
  /** From now on each answer ends its connection, so that callers who keep theirs turn elsewhere. */
  windDown(): void;
  /** Takes no more connections and resolves when the open requests are answered, or cut off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Options of {@link openListener}. */
export interface ListenerOptions {
  /** Name for messages: `public`, `internal`, `ops`. */
  readonly name: string;
  readonly address: ListenAddress;
  readonly routes: readonly Route[];
  readonly guard?: Guard | undefined;
  /** Accepts TLS alone, and only callers with a certificate of ours. */
  readonly tls?: TlsRing | undefined;
  /** Largest body in bytes. */
  readonly bodyCap?: number | undefined;
  /** Gets what a route threw; the request is answered with 500. */
  readonly onError: (cause: unknown) => void;
}

/** Largest body that any listener reads, in bytes. */
export const defaultBodyCap = 1_048_576;

// Longer than the client's 30 s: the side that closes an idle connection first must be the one that sends on it.
const keepAliveTimeoutMs = 65_000;
// Certificates are renewed days before they end; callers' side looks when it calls.
const renewEveryMs = 2_000;

/** Binds. @throws {@link ListenError} when the port is taken or the address is not ours. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const table = compile(options.routes);
  let winding = false;
  const server = createHttpServer(options.tls, (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (winding) response.setHeader('connection', 'close');
    serve(options, table, request, response);
  });
  await listen(server, options);
  const bound = server.address() as AddressInfo; // A TCP server that listens has an AddressInfo.
  const host = options.address.host;
  return {
    address: { host, port: bound.port, url: `${options.tls ? 'https' : 'http'}://${urlHost(host)}:${bound.port}` },
    windDown() {
      winding = true;
    },
    close: (graceMs) => close(server, graceMs),
  };
}

function createHttpServer(
  tls: TlsRing | undefined,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server | TlsServer {
  const options = { keepAliveTimeout: keepAliveTimeoutMs, noDelay: true };
  if (tls === undefined) return createServer(options, onRequest);
  const secured = { minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true } as const;
  const server = createTlsServer({ ...options, ...secured, ...tls.material }, onRequest);
  let version = tls.version;
  const timer = setInterval(() => {
    tls.refresh();
    if (tls.version === version) return;
    version = tls.version;
    server.setSecureContext({ ...secured, ...tls.material });
  }, renewEveryMs).unref();
  server.once('close', () => clearInterval(timer));
  return server;
}

/** Sends JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, JSON.stringify(value), 'application/json');
}

/** A body as a JSON object; an empty one when it is none. */
export function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Sends a whole text. */
export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** Sends a status without a body. */
export function sendStatus(response: ServerResponse, status: number): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
  response.end();
}

type Table = (
  path: string,
) => { readonly methods: ReadonlyMap<string, Route>; readonly params: readonly string[] } | undefined;

function compile(routes: readonly Route[]): Table {
  const plain = new Map<string, Map<string, Route>>();
  const patterns: { readonly pattern: RegExp; readonly methods: Map<string, Route> }[] = [];
  for (const route of routes) {
    if (!route.path.includes('{}')) {
      plain.set(route.path, (plain.get(route.path) ?? new Map()).set(route.method, route));
      continue;
    }
    const source = `^${route.path.replaceAll('.', '\\.').replaceAll('{}', '([^/]+)')}$`;
    const known = patterns.find((entry) => entry.pattern.source === new RegExp(source).source);
    if (known === undefined) patterns.push({ pattern: new RegExp(source), methods: new Map([[route.method, route]]) });
    else known.methods.set(route.method, route);
  }
  return (path) => {
    const methods = plain.get(path);
    if (methods !== undefined) return { methods, params: [] };
    for (const { pattern, methods } of patterns) {
      const match = pattern.exec(path);
      if (match !== null) return { methods, params: match.slice(1) };
    }
    return undefined;
  };
}

function serve(options: ListenerOptions, table: Table, request: IncomingMessage, response: ServerResponse): void {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const found = table(path);
  if (found === undefined) {
    refuse(request, response, 404);
    return;
  }
  const route = found.methods.get(request.method ?? '');
  if (route === undefined) {
    refuse(request, response, 405);
    return;
  }
  readBody(request, options.bodyCap ?? defaultBodyCap, (body) => {
    if (body === undefined) return refuse(request, response, 413);
    const query = mark === -1 ? '' : target.slice(mark + 1);
    const exchange = new LazyExchange(request, response, path, query, body, found.params);
    run(options, route, exchange);
  });
}

/** Most routes never look at the query. A class: an accessor in a literal costs a hidden class each time, which outlives the request. */
class LazyExchange implements Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly body: Buffer;
  readonly params: readonly string[];
  readonly #text: string;
  #query: URLSearchParams | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
    body: Buffer,
    params: readonly string[],
  ) {
    this.request = request;
    this.response = response;
    this.path = path;
    this.#text = query;
    this.body = body;
    this.params = params;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#text);
    return this.#query;
  }
}

function run(options: ListenerOptions, route: Route, exchange: Exchange): void {
  const fail = (cause: unknown) => {
    options.onError(cause);
    if (exchange.response.headersSent) exchange.response.destroy();
    else sendStatus(exchange.response, 500);
  };
  try {
    if (options.guard !== undefined && !options.guard(exchange)) return;
    const result = route.run(exchange);
    if (result instanceof Promise) result.catch(fail);
  } catch (cause) {
    fail(cause);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  // The rest of a body that nobody reads would keep the connection from being used again.
  if (status === 413) response.setHeader('connection', 'close');
  else request.resume();
  sendStatus(response, status);
}

function readBody(request: IncomingMessage, cap: number, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let over = Number(request.headers['content-length'] ?? 0) > cap;
  if (over) {
    done(undefined);
    return;
  }
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (over) return;
    if (size > cap) {
      over = true;
      done(undefined);
    } else chunks.push(chunk);
  });
  request.on('end', () => {
    if (!over) done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  });
}

function listen(server: Server | TlsServer, options: ListenerOptions): Promise<void> {
  const { host, port } = options.address;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'that port is taken' : (cause.code ?? cause.message);
      reject(new ListenError(`${options.name} listener cannot use ${urlHost(host)}:${port} (${why})`, { cause }));
    });
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners('error');
      server.on('error', options.onError);
      resolve();
    });
  });
}

function close(server: Server | TlsServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
