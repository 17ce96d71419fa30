/** What the tests of this package share: a client for a Simulator, and plain servers for what no Simulator should say. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator } from '@tinfoil/testing';
import { Rest, type RestOptions } from '../src/index.ts';

export function restFor(discord: Simulator, options: RestOptions = {}): Rest {
  return new Rest({
    token: discord.token,
    baseUrl: discord.restUrl,
    retryBackoff: { baseMs: 5, maxMs: 20 },
    ...options,
  });
}

/** Plain HTTP server whose answers the test writes itself. */
export interface PlainServer {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly atMs: number }[];
  [Symbol.asyncDispose](): Promise<void>;
}

export type Answerer = (request: IncomingMessage, response: ServerResponse, body: Buffer, index: number) => void;

export async function startPlainServer(answer: Answerer): Promise<PlainServer> {
  const requests: { method: string; path: string; atMs: number }[] = [];
  const server: Server = createServer((request, response) => {
    const index = requests.length;
    requests.push({ method: request.method ?? '', path: request.url ?? '', atMs: performance.now() });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => answer(request, response, Buffer.concat(chunks), index));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v10`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Headers of a bucket whose window ends in `resetAfterMs`. */
export function bucketHeaders(
  bucket: string,
  limit: number,
  remaining: number,
  resetAfterMs: number,
): Record<string, string> {
  return {
    'x-ratelimit-bucket': bucket,
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': ((Date.now() + resetAfterMs) / 1000).toFixed(3),
    'x-ratelimit-reset-after': (resetAfterMs / 1000).toFixed(3),
  };
}

/** Error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('the promise was fulfilled');
}

export function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
