/** Sends a fuzzer's requests: over real HTTP to the node handler, and as Requests to the web shell. */
import { Agent, createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { InteractionReceiver } from '@tinfoil/types';
import { expect } from 'vitest';
import { Interactions } from '../src/index.ts';
import { toNodeHandler } from '../src/node.ts';
import { handleRequest } from '../src/web.ts';
import { createFuzzer, type Fuzzer, type FuzzRequest } from './fuzz.ts';

const maxBodyBytes = 4096;

export function createTarget(fuzzer: Fuzzer): Interactions {
  return new Interactions({ publicKey: fuzzer.publicKey, maxBodyBytes, baseUrl: 'http://127.0.0.1:9' })
    .command('ping', (i) => i.reply({ content: `pong ${i.subcommand} ${Object.keys(i.options)} ${i.user?.id}` }))
    .component('vote/:choice', (i) => i.update({ content: i.params.choice }))
    .modal('m', (i) => i.reply(JSON.stringify(i.fields).slice(0, 100)))
    .autocomplete('ping', (i) => [{ name: `${i.focused.name}.`, value: 'x' }])
    .on('error', () => undefined);
}

/** Half through node:http with 32 connections, half through the web shell. Returns the fuzzer with its counts. */
export async function runFuzz(count: number, seed: number): Promise<Fuzzer> {
  const fuzzer = createFuzzer(seed);
  const interactions = createTarget(fuzzer);
  const server = createServer(toNodeHandler(interactions));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const request = fuzzer.next();
      const status = left % 2 === 0 ? await overHttp(agent, port, request) : await overFetch(interactions, request);
      fuzzer.judge(request, status);
    }
  };
  try {
    await Promise.all(Array.from({ length: 32 }, worker));
    await overRawSockets(port, Math.min(200, count / 10), seed);
  } finally {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await interactions.idle();
  }
  return fuzzer;
}

/** The web shell over a receiver of one's choice. */
export async function overFetch(receiver: InteractionReceiver, request: FuzzRequest): Promise<number> {
  const { method, path, headers, body } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const init = { method, headers: { ...headers }, ...(hasBody ? { body } : {}) };
  const url = new URL(path, 'http://127.0.0.1');
  const response = await handleRequest(receiver, new Request(url, init), undefined, maxBodyBytes, performance.now());
  await response.arrayBuffer();
  return response.status;
}

function overHttp(agent: Agent, port: number, { method, path, headers, body }: FuzzRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: { ...headers, 'content-length': body.length },
    };
    const request = httpRequest(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject).end(body);
  });
}

/** Bytes that are hardly HTTP: whatever happens, the server goes on. */
async function overRawSockets(port: number, count: number, seed: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const noise = Buffer.from(Uint8Array.from({ length: 64 }, (_, at) => (seed * 31 + index * 17 + at * at * 7) & 255));
    const tails = [
      noise,
      Buffer.from('content-length: 999999999999\r\n\r\n'),
      Buffer.from('transfer-encoding: chunked\r\n\r\nzz\r\n'),
    ];
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.end(Buffer.concat([Buffer.from(head), tails[index % 3]!])),
      );
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.resume();
    });
  }
  const alive = await fetch(`http://127.0.0.1:${port}/`);
  expect(alive.status).toBe(405);
}
