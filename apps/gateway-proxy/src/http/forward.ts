/**
 * REST of clients, forwarded as it is: streamed in both directions, no body read, nothing retried. Only the credential changes, and
 * what belongs to one connection stays behind.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Access } from '../clients/access.ts';

/** Settings of {@link createForwarder}. */
export interface ForwarderOptions {
  /** Discord's origin, with a path in front of `/api` where there is one. */
  readonly origin: string;
  readonly botToken: string;
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  readonly onResponse: (status: number) => void;
}

/** Headers of a connection, not of a request. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Forwards one request. Never rejects. */
export function createForwarder(
  options: ForwarderOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const path = request.url ?? '/';
    const headers = headersFor(request, options);
    if (headers === 'unauthorized') return answer(options, response, 401, '401: Unauthorized');
    if (headers === 'leak' || options.access.isIn(safeDecode(path)))
      return answer(options, response, 400, 'An access token must stand in the Authorization header alone.');
    const end = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) end.abort();
    });
    try {
      const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
      const upstream = await options.dispatcher.request({
        origin: options.origin,
        // Some libraries leave `/api` out when they are given an address of their own.
        path: path.startsWith('/api') ? path : `/api${path}`,
        // What node:http parsed as a method is one.
        method: (request.method ?? 'GET') as Dispatcher.HttpMethod,
        headers,
        body: hasBody ? request : null,
        signal: end.signal,
        responseHeaders: 'raw',
      });
      options.onResponse(upstream.statusCode);
      // With `responseHeaders: 'raw'` they are names and values in turn, which undici's types do not say.
      response.writeHead(
        upstream.statusCode,
        responseHeaders(upstream.headers as unknown as readonly (string | Buffer)[]),
      );
      upstream.body.on('error', () => response.destroy());
      upstream.body.pipe(response);
    } catch {
      if (response.headersSent || response.destroyed) response.destroy();
      else answer(options, response, 502, 'Discord did not answer.');
    }
  };
}

/** Headers to send on, or why there are none. */
function headersFor(request: IncomingMessage, options: ForwarderOptions): string[] | 'unauthorized' | 'leak' {
  const headers: string[] = [];
  const raw = request.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!;
    const value = raw[index + 1]!;
    const key = name.toLowerCase();
    if (hopByHop.has(key)) continue;
    if (key === 'authorization') {
      if (options.access.consumerOf(value) !== undefined) headers.push(name, `Bot ${options.botToken}`);
      // Bot credentials that are not ours would count as invalid requests of this machine.
      else if (/^bot\b/i.test(value)) return 'unauthorized';
      else if (options.access.isIn(value)) return 'leak';
      else headers.push(name, value);
    } else if (options.access.isIn(value)) return 'leak';
    else headers.push(name, value);
  }
  return headers;
}

function responseHeaders(raw: readonly (string | Buffer)[]): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!.toString('latin1');
    if (!hopByHop.has(name.toLowerCase())) headers.push(name, raw[index + 1]!.toString('latin1'));
  }
  return headers;
}

function answer(options: ForwarderOptions, response: ServerResponse, status: number, message: string): void {
  options.onResponse(status);
  const body = JSON.stringify({ message, code: 0 });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
