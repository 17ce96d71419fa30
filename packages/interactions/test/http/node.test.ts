import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type InteractionErrorEvent, Interactions } from '../../src/index.ts';
import { type NodeRequest, toNodeHandler } from '../../src/node.ts';
import { command, ping } from '../payloads.ts';
import { createSigner } from '../sign.ts';

const signer = createSigner();
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(interactions: Interactions, prepare?: (request: NodeRequest) => Promise<void>): Promise<string> {
  const handler = toNodeHandler(interactions);
  const server = createServer((request, response) => {
    if (prepare === undefined) handler(request, response);
    else void prepare(request).then(() => handler(request, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, payload: unknown, headers?: Record<string, string>) => {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return fetch(url, { method: 'POST', body, headers: headers ?? signer.headers(body) });
};

const create = () => new Interactions({ publicKey: signer.publicKey }).command('ping', (i) => i.reply('pong'));

describe('node handler', () => {
  it('answers PING and commands over a real socket', async () => {
    const url = await listen(create());
    expect(await (await post(url, ping)).json()).toEqual({ type: 1 });
    const response = await post(url, command('ping'));
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ type: 4, data: { content: 'pong' } });
  });

  it('answers 401, 405, 413 and 415 as fetch does', async () => {
    const url = await listen(new Interactions({ publicKey: signer.publicKey, maxBodyBytes: 64 }));
    const body = '{}';
    const bad = await post(url, body, { ...signer.headers(body), 'x-signature-timestamp': '1' });
    expect([bad.status, await bad.text()]).toEqual([401, 'invalid request signature']);
    for (const method of ['GET', 'HEAD', 'PUT']) {
      const response = await fetch(url, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await post(url, 'x'.repeat(65))).status).toBe(413);
    expect((await post(url, body, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('stops reading a body that grows past the cap without saying so', async () => {
    const url = await listen(new Interactions({ publicKey: signer.publicKey, maxBodyBytes: 1000 }));
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(
        url,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.on('error', reject);
      request.write('x'.repeat(600));
      request.write('x'.repeat(600));
    });
    expect(status).toBe(413);
  });

  it('takes the raw body that a framework kept', async () => {
    const read = async (request: NodeRequest) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    };
    const byField = async (request: NodeRequest) =>
      void Object.assign(request, { rawBody: await read(request), body: {} });
    const byBody = async (request: NodeRequest) => void Object.assign(request, { body: await read(request) });
    const asText = async (request: NodeRequest) =>
      void Object.assign(request, { rawBody: String(await read(request)) });
    for (const prepare of [byField, byBody, asText])
      expect((await post(await listen(create(), prepare), command('ping', {}, { locale: 'ä' }))).status).toBe(200);
  });

  it('says that a body parser ate the raw body, and what to do', async () => {
    const errors: InteractionErrorEvent[] = [];
    const interactions = create().on('error', (event) => errors.push(event));
    const url = await listen(interactions, async (request) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      Object.assign(request, { body: JSON.parse(String(Buffer.concat(chunks))) });
    });
    expect((await post(url, command('ping'))).status).toBe(500);
    expect(errors[0]?.cause).toMatchObject({ code: 'TINFOIL_INTERACTIONS_BODY_CONSUMED' });
  });

  it('sends files in the response itself', async () => {
    const interactions = new Interactions({ publicKey: signer.publicKey }).command('file', (i) =>
      i.reply({ content: 'here' }, { files: [{ name: 'ä "x".txt', data: 'hello', description: 'text' }] }),
    );
    const form = await (await post(await listen(interactions), command('file'))).formData();
    expect(JSON.parse(form.get('payload_json') as string)).toEqual({
      type: 4,
      data: { content: 'here', attachments: [{ id: 0, filename: 'ä "x".txt', description: 'text' }] },
    });
    const file = form.get('files[0]') as File;
    expect([file.name, await file.text()]).toEqual(['ä "x".txt', 'hello']);
  });

  it('keeps the connection for the next request', async () => {
    const url = await listen(create());
    let connections = 0;
    servers[0]?.on('connection', () => {
      connections += 1;
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = JSON.stringify(command('ping'));
    for (let count = 0; count < 3; count += 1)
      await new Promise((resolve, reject) => {
        const headers = signer.headers(body);
        const request = httpRequest(url, { method: 'POST', agent, headers }, (response) =>
          response.resume().on('end', resolve),
        );
        request.on('error', reject).end(body);
      });
    agent.destroy();
    expect(connections).toBe(1);
  });

  it('is refused without a public key, in words', () => {
    expect(() => toNodeHandler(new Interactions())).toThrow('publicKey must be given to take requests, got undefined');
  });
});
