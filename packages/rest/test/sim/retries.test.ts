import { Simulator } from '@tinfoil/testing';
import type { HttpMethod } from '@tinfoil/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rest, RetryInfo } from '../../src/index.ts';
import { errorOf, restFor, startPlainServer } from '../support.ts';

let discord: Simulator;
let rest: Rest;

beforeEach(async () => {
  discord = await Simulator.start({ unknownRoutes: 'echo', globalLimit: false });
  rest = restFor(discord);
});

afterEach(async () => {
  await rest.close();
  await discord.close();
});

const methods: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const harmlessTwice: readonly HttpMethod[] = ['GET', 'PUT', 'DELETE'];
const retriedStatuses: Readonly<Record<number, readonly HttpMethod[]>> = {
  500: harmlessTwice,
  502: methods,
  503: methods,
  504: harmlessTwice,
  520: harmlessTwice,
  400: [],
  404: [],
};

describe.each(methods)('%s', (method) => {
  it.each(Object.entries(retriedStatuses))(
    'answered by %s is sent again only where that is safe',
    async (status, safe) => {
      discord.faults.rest('*', { type: 'status', status: Number(status) });
      const call = rest.request({ method, path: '/things/10000' });
      if (safe.includes(method)) {
        expect(await call).toMatchObject({ method });
        expect(discord.ledger.count('request')).toBe(2);
      } else {
        expect(await errorOf(call)).toMatchObject({ code: 'TINFOIL_REST_API', status: Number(status) });
        expect(discord.ledger.count('request')).toBe(1);
      }
    },
  );

  it.each(['reset', 'cut'] as const)('whose connection is %s is sent again only where that is safe', async (type) => {
    discord.faults.rest('*', { type });
    const call = rest.request({ method, path: '/things/10000' });
    if (harmlessTwice.includes(method)) expect(await call).toMatchObject({ method });
    else expect(await errorOf(call)).toMatchObject({ code: 'TINFOIL_REST_CONNECTION', sent: true });
    expect(discord.ledger.count('request')).toBe(harmlessTwice.includes(method) ? 2 : 1);
  });

  it('that could not connect is sent again', async () => {
    const port = Number(new URL(discord.restUrl).port);
    await discord.close();
    await using client = restFor(discord, { retryBackoff: { baseMs: 150, maxMs: 150 } });
    const call = client.request({ method, path: '/things/10000' });
    await new Promise((resolve) => client.once('retry', resolve));
    discord = await Simulator.start({ unknownRoutes: 'echo', globalLimit: false, port });
    expect(await call).toMatchObject({ method });
  });
});

it('tries four times and then rejects with the last failure', async () => {
  const seen: RetryInfo[] = [];
  rest.on('retry', (info) => seen.push(info));
  discord.faults.rest('GET /users/@me', { type: 'status', status: 502, times: 9 });
  expect(await errorOf(rest.api.users.me.get())).toMatchObject({ code: 'TINFOIL_REST_API', status: 502 });
  expect(discord.ledger.count('request')).toBe(4);
  expect(seen).toMatchObject(
    [1, 2, 3].map((attempt) => ({ attempt, status: 502, route: '/users/@me', method: 'GET' })),
  );
});

it('waits longer from retry to retry', async () => {
  await using client = restFor(discord, { retryBackoff: { baseMs: 40, maxMs: 1000 } });
  const delays: number[] = [];
  client.on('retry', ({ delayMs }) => delays.push(delayMs));
  discord.faults.rest('GET /users/@me', { type: 'html', status: 503, times: 3 });
  await client.api.users.me.get();
  expect(delays).toHaveLength(3);
  for (const [index, delayMs] of delays.entries()) {
    expect(delayMs).toBeGreaterThanOrEqual(20 * 2 ** index);
    expect(delayMs).toBeLessThanOrEqual(40 * 2 ** index);
  }
});

describe('a message', () => {
  const route = 'POST /channels/{channel_id}/messages';

  it.each([
    { type: 'status', status: 500, processed: true },
    { type: 'status', status: 504, processed: true },
    { type: 'reset', processed: true },
    { type: 'cut' },
  ] as const)('is posted once although it was sent twice ($type $status)', async (fault) => {
    const channel = discord.createGuild().channels[0]!.id;
    discord.faults.rest(route, fault);
    const message = await rest.api.channels(channel).messages.post({ content: 'once' });
    expect(message.content).toBe('once');
    expect(discord.ledger.count('request')).toBe(2);
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('keeps its place before later ones while it is retried', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    await using client = restFor(discord, { retryBackoff: { baseMs: 100, maxMs: 100 } });
    discord.faults.rest(route, { type: 'status', status: 502 });
    await Promise.all(['a', 'b', 'c'].map((content) => client.api.channels(channel).messages.post({ content })));
    expect(discord.messages(channel).map((message) => message.content)).toEqual(['a', 'b', 'c']);
  });

  it('is not sent again when its own nonce is not enforced, or none is wanted', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    for (const body of [
      { content: 'x', nonce: 'mine' },
      { content: 'x', enforce_nonce: false },
    ]) {
      discord.faults.rest(route, { type: 'status', status: 500 });
      expect(await errorOf(rest.api.channels(channel).messages.post(body))).toMatchObject({ status: 500 });
    }
    await using client = restFor(discord, { enforceNonce: false });
    discord.faults.rest(route, { type: 'status', status: 500 });
    expect(await errorOf(client.api.channels(channel).messages.post({ content: 'x' }))).toMatchObject({ status: 500 });
    expect(discord.ledger.filter('request').map(({ body }) => body)).toEqual([
      { content: 'x', nonce: 'mine' },
      { content: 'x', enforce_nonce: false },
      { content: 'x' },
    ]);
  });

  it('gets a nonce of at most 25 characters, another for each', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    const messages = rest.api.channels(channel).messages;
    await Promise.all([messages.post({ content: 'a' }), messages.post({ content: 'b' })]);
    const nonces = discord.ledger.filter('request').map(({ body }) => (body as { nonce: string }).nonce);
    expect(new Set(nonces).size).toBe(2);
    for (const nonce of nonces) expect(nonce).toMatch(/^[a-z0-9]{9,25}$/);
  });

  it('of a webhook gets none, and is not sent twice', async () => {
    const webhook = discord.createWebhook(discord.createGuild().channels[0]!.id);
    discord.faults.rest('POST /webhooks/{webhook_id}/{webhook_token}', {
      type: 'status',
      status: 500,
      processed: true,
    });
    const call = rest.api.webhooks(webhook.id)(webhook.token).post({ content: 'x' });
    expect(await errorOf(call)).toMatchObject({ status: 500 });
    expect(discord.ledger.filter('request').map(({ body }) => body)).toEqual([{ content: 'x' }]);
  });
});

it('asks again while the search index is not ready, as long as Discord says', async () => {
  discord.faults.rest('*', {
    type: 'status',
    status: 202,
    body: { code: 110_000, message: 'Index not yet available', retry_after: 0.05 },
  });
  const answer = await rest.request<{ path: string }>({ method: 'GET', path: '/guilds/10000/messages/search' });
  expect(answer.path).toBe('/guilds/10000/messages/search');
  const [first, second] = discord.ledger.filter('request');
  expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(48);
});

it('leaves no route blocked by what failed before (after a closed socket the next request goes through)', async () => {
  await using server = await startPlainServer((request, response, _body, index) => {
    if (index === 0) request.socket.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await using client = restFor(discord, { baseUrl: server.url });
  expect(await errorOf(client.request({ method: 'POST', path: '/x' }))).toMatchObject({
    code: 'TINFOIL_REST_CONNECTION',
  });
  expect(await client.request({ method: 'POST', path: '/x' })).toEqual({});
});

it('sends no more, and strands nobody, when a listener ends what was to be retried', async () => {
  const channel = discord.createGuild().channels[0]!.id;
  const abort = new AbortController();
  rest.on('retry', () => abort.abort(new Error('enough')));
  discord.faults.rest('*', { type: 'status', status: 502 });
  const messages = rest.api.channels(channel).messages;
  const [first, second, third] = ['a', 'b', 'c'].map((content, index) =>
    messages.post({ content }, index === 0 ? { signal: abort.signal } : undefined),
  );
  expect(await errorOf(first!)).toMatchObject({ message: 'enough' });
  await Promise.all([second, third]);
  expect(discord.messages(channel).map(({ content }) => content)).toEqual(['b', 'c']);
  expect(Math.max(...discord.ledger.filter('request').map(({ inFlight }) => inFlight))).toBe(1);
});
