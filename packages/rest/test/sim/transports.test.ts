/** One contract for every transport; the client stands on nothing else. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { HeaderReader } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';
import {
  createFetchTransport,
  createUndiciTransport,
  Rest,
  type Transport,
  type TransportRequest,
} from '../../src/index.ts';
import { errorOf, gate, json, type PlainServer, startPlainServer } from '../support.ts';

interface Outcome {
  readonly sent: boolean;
  readonly status?: number;
  readonly header?: HeaderReader;
  readonly body?: string;
  readonly error?: { readonly cause: unknown; readonly sent: boolean };
}

describe.each([
  ['undici', () => createUndiciTransport({ connectTimeoutMs: 300 })],
  ['fetch', () => createFetchTransport()],
] as const)('the %s transport', (_name, create) => {
  function send(transport: Transport, url: string, options: Partial<TransportRequest> = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      let sent = false;
      const { origin, pathname } = new URL(url);
      transport.send(
        { method: 'GET', origin, path: pathname, headers: [], body: null, bodyLength: undefined, ...options },
        {
          onSent: () => {
            sent = true;
          },
          onResponse: (status, header, body) => resolve({ sent, status, header, body: new TextDecoder().decode(body) }),
          onError: (cause, wasSent) => resolve({ sent, error: { cause, sent: wasSent } }),
        },
      );
    });
  }

  async function withServer(
    answer: Parameters<typeof startPlainServer>[0],
    use: (transport: Transport, server: PlainServer) => Promise<void>,
  ): Promise<void> {
    await using server = await startPlainServer(answer);
    const transport = create();
    try {
      await use(transport, server);
    } finally {
      await transport.close();
    }
  }

  it('sends method, path, headers and body, and gives status, headers and body back', () =>
    withServer(
      (request, response, body) =>
        json(response, 201, [request.method, request.url, request.headers['x-one'], body.toString()], { 'X-Two': 'b' }),
      async (transport, { url }) => {
        const answer = await send(transport, url, {
          method: 'POST',
          path: '/a/b?c=d',
          headers: ['x-one', 'a', 'content-type', 'text/plain'],
          body: 'äöü',
        });
        expect(answer).toMatchObject({ sent: true, status: 201, body: '["POST","/a/b?c=d","a","äöü"]' });
        expect(answer.header!('x-two')).toBe('b');
        expect(answer.header!('content-type')).toBe('application/json');
        expect(answer.header!('x-none') ?? undefined).toBeUndefined();
      },
    ));

  it('sends bytes, and chunks of known and of unknown length', () =>
    withServer(
      (request, response, body) => json(response, 200, [request.headers['content-length'], body.length]),
      async (transport, { url }) => {
        async function* chunks() {
          yield new Uint8Array(70_000);
          yield new Uint8Array(30_000);
        }
        const put = { method: 'PUT' } as const;
        expect(await send(transport, url, { ...put, body: new Uint8Array(5) })).toMatchObject({ body: '["5",5]' });
        const known = await send(transport, url, { ...put, body: chunks(), bodyLength: 100_000 });
        expect(JSON.parse(known.body!)[1]).toBe(100_000);
        expect(JSON.parse((await send(transport, url, { ...put, body: chunks() })).body!)[1]).toBe(100_000);
      },
    ));

  it('gives answers without body, and errors of the server, as answers', () =>
    withServer(
      (_request, response, _body, index) =>
        response.writeHead([204, 500, 302][index]!, { location: '/elsewhere' }).end(),
      async (transport, { url, requests }) => {
        for (const status of [204, 500, 302]) expect(await send(transport, url)).toMatchObject({ status, body: '' });
        expect(requests).toHaveLength(3);
      },
    ));

  it('tells a connection that broke from one that never was', async () => {
    await withServer(
      (request) => request.socket.destroy(),
      async (transport, { url }) => expect(await send(transport, url)).toMatchObject({ error: { sent: true } }),
    );
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const transport = create();
    const outcome = await send(transport, `http://127.0.0.1:${port}/secret-path`);
    expect(outcome).toMatchObject({ error: { sent: false } });
    expect(String((outcome.error!.cause as Error).message)).not.toContain('secret-path');
    await transport.close();
  });

  it('reports a body that is cut off', () =>
    withServer(
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => request.socket.destroy());
      },
      async (transport, { url }) => expect(await send(transport, url)).toMatchObject({ error: { sent: true } }),
    ));

  it('stays silent once aborted, before and after sending', async () => {
    const arrived = gate();
    await withServer(
      () => arrived.open(),
      async (transport, { url }) => {
        const { origin } = new URL(url);
        const heard: string[] = [];
        const handler = {
          onSent: () => undefined,
          onResponse: () => void heard.push('response'),
          onError: () => void heard.push('error'),
        };
        const request = { method: 'GET', origin, path: '/', headers: [], body: null, bodyLength: undefined } as const;
        transport.send(request, handler)();
        const abort = transport.send(request, handler);
        await arrived.opened;
        abort();
        abort();
        await new Promise((resolve) => setImmediate(resolve));
        expect(heard).toEqual([]);
      },
    );
  });

  it('closes twice, and while requests are open', () =>
    withServer(
      () => undefined,
      async (transport, { url }) => {
        void send(transport, url);
        await transport.close();
        await transport.close();
      },
    ));

  it('serves a client', () =>
    withServer(
      (request, response, body) =>
        json(response, 200, { id: '1', echo: body.toString(), auth: request.headers.authorization }),
      async (transport, { url }) => {
        await using rest = new Rest({ token: 'abc', baseUrl: url, transport });
        expect(await rest.api.users.me.get()).toMatchObject({ id: '1', auth: 'Bot abc' });
        const { echo } = await rest.request<{ echo: string }>({
          method: 'POST',
          path: '/x',
          body: {},
          files: [{ name: 'a', data: new Blob(['text']) }],
        });
        expect(echo).toContain('filename="a"');
        expect(
          await errorOf(rest.request({ method: 'GET', path: '/x', signal: AbortSignal.abort(new Error('no')) })),
        ).toMatchObject({ message: 'no' });
      },
    ));
});
