import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rest, RestClosedError, RestTimeoutError } from '../../src/index.ts';
import { errorOf, restFor, startPlainServer } from '../support.ts';

let discord: Simulator;
let rest: Rest;

beforeEach(async () => {
  const buckets = { 'POST /channels/{channel_id}/messages': { limit: 2, windowMs: 300 } };
  discord = await Simulator.start({ unknownRoutes: 'echo', globalLimit: false, buckets });
  rest = restFor(discord);
});

afterEach(async () => {
  await rest.close();
  await discord.close();
});

const reason = new Error('changed my mind');

describe('an aborted request', () => {
  it('is not sent when it was aborted before', async () => {
    expect(await errorOf(rest.api.users.me.get(undefined, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(discord.ledger.count('request')).toBe(0);
  });

  it('leaves the queue at once, and those behind it go on', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    const messages = rest.api.channels(channel).messages;
    const abort = new AbortController();
    const contents = ['a', 'b', 'c', 'd'];
    const calls = contents.map((content) =>
      messages.post({ content }, content === 'c' ? { signal: abort.signal } : undefined),
    );
    const third = errorOf(calls[2]!);
    await calls[1];
    const startedAtMs = performance.now();
    abort.abort(reason);
    expect(await third).toBe(reason);
    expect(performance.now() - startedAtMs).toBeLessThan(200);
    await calls[3];
    expect(discord.messages(channel).map((message) => message.content)).toEqual(['a', 'b', 'd']);
  });

  it('in flight rejects at once and returns its permit', async () => {
    discord.faults.rest('GET /users/@me', { type: 'hang' });
    const abort = new AbortController();
    const call = errorOf(rest.api.users.me.get(undefined, { signal: abort.signal }));
    await discord.ledger.waitFor('request');
    abort.abort(reason);
    expect(await call).toBe(reason);
    // The bucket is unknown still: only a returned permit lets the next one leave.
    await rest.api.users.me.get();
  });

  it('while it backs off is not sent again', async () => {
    await using client = restFor(discord, { retryBackoff: { baseMs: 60_000, maxMs: 60_000 } });
    discord.faults.rest('GET /users/@me', { type: 'status', status: 502 });
    const abort = new AbortController();
    client.on('retry', () => abort.abort(reason));
    const call = client.api.users.me.get(undefined, { signal: abort.signal, timeoutMs: 120_000 });
    expect(await errorOf(call)).toBe(reason);
    await client.api.users.me.get();
    expect(discord.ledger.count('request')).toBe(2);
  });

  it('leaves no listener on its signal', async () => {
    const abort = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = abort.signal;
    abort.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(abort.signal, args);
    };
    abort.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(abort.signal, args);
    };
    await rest.api.users.me.get(undefined, { signal: abort.signal });
    await errorOf(rest.api.channels('10000').get(undefined, { signal: abort.signal }));
    expect(listeners).toBe(0);
  });
});

describe('the time limit', () => {
  it.each([{ type: 'hang' }, { type: 'slow', ms: 60_000 }] as const)(
    'ends a request that is answered by $type',
    async (fault) => {
      discord.faults.rest('GET /users/@me', fault);
      const error = await errorOf(rest.api.users.me.get(undefined, { timeoutMs: 80 }));
      expect(error).toBeInstanceOf(RestTimeoutError);
      expect(error).toMatchObject({ code: 'TINFOIL_REST_TIMEOUT', timeoutMs: 80, method: 'GET', route: '/users/@me' });
      expect(discord.ledger.count('request')).toBe(1);
      await rest.api.users.me.get();
    },
  );

  it('does not count waits for rate limits', async () => {
    const messages = rest.api.channels(discord.createGuild().channels[0]!.id).messages;
    await Promise.all([1, 2, 3, 4, 5].map(() => messages.post({ content: 'x' }, { timeoutMs: 500 })));
  });

  it('counts retries', async () => {
    await using client = restFor(discord, { retryBackoff: { baseMs: 100, maxMs: 100 }, retries: 10 });
    discord.faults.rest('GET /users/@me', { type: 'status', status: 502, times: 100 });
    const startedAtMs = performance.now();
    expect(await errorOf(client.api.users.me.get(undefined, { timeoutMs: 200 }))).toMatchObject({ status: 502 });
    expect(performance.now() - startedAtMs).toBeLessThan(400);
  });
});

describe('close', () => {
  it('lets what is in flight end, rejects what waits, and refuses what comes', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    discord.faults.rest('*', { type: 'latency', ms: 60 });
    const [first, ...others] = ['a', 'b', 'c'].map((content) => rest.api.channels(channel).messages.post({ content }));
    await discord.ledger.waitFor('request');
    const errors = Promise.all(others.map(errorOf));
    const closing = rest.close();
    for (const error of await errors) expect(error).toBeInstanceOf(RestClosedError);
    expect((await first)!.content).toBe('a');
    await closing;
    expect(await errorOf(rest.api.users.me.get())).toMatchObject({ code: 'TINFOIL_REST_CLOSED' });
    await rest.close();
  });

  it('aborts what does not end in time', async () => {
    discord.faults.rest('*', { type: 'hang' });
    const call = errorOf(rest.api.users.me.get());
    await discord.ledger.waitFor('request');
    await rest.close({ timeoutMs: 20 });
    expect(await call).toBeInstanceOf(RestClosedError);
  });

  it('rejects what backs off', async () => {
    const client = restFor(discord, { retryBackoff: { baseMs: 20_000, maxMs: 20_000 } });
    discord.faults.rest('GET /users/@me', { type: 'status', status: 502 });
    const call = errorOf(client.api.users.me.get());
    await new Promise((resolve) => client.once('retry', resolve));
    await client.close();
    expect(await call).toBeInstanceOf(RestClosedError);
  });

  it('ends a client that never sent anything', async () => {
    await restFor(discord).close();
  });
});

it('settles every request, whatever the server does, and none is stranded after', async () => {
  const kinds = ['ok', 'destroy', 'cut', '502', '429', 'garbage', 'hang'] as const;
  await using server = await startPlainServer((request, response, _body, index) => {
    const kind = kinds[(index * 7919) % kinds.length]!;
    if (kind === 'destroy') request.socket.destroy();
    else if (kind === 'hang') return;
    else if (kind === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"half":', () => request.socket.destroy());
    } else if (kind === 'garbage') response.writeHead(200, { 'content-type': 'application/json' }).end('{nope');
    else if (kind === '429') {
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end('{"message":"slow","retry_after":0.005,"global":false}');
    } else response.writeHead(kind === '502' ? 502 : 200, { 'content-type': 'application/json' }).end('{}');
  });
  await using client = restFor(discord, { baseUrl: server.url, timeoutMs: 150 });
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  const abort = new AbortController();
  const calls = Array.from({ length: 90 }, (_, index) =>
    client.request({
      method: methods[index % 5]!,
      path: `/channels/${index % 7}/messages`,
      signal: index % 11 === 0 ? abort.signal : undefined,
    }),
  );
  setTimeout(() => abort.abort(reason), 100);
  const settled = await Promise.allSettled(calls);
  expect(settled.filter((result) => result.status === 'fulfilled').length).toBeGreaterThan(0);
  for (const result of settled)
    if (result.status === 'rejected' && result.reason !== reason)
      expect(result.reason).toMatchObject({ code: expect.stringMatching(/^TINFOIL_REST_/) });
}, 30_000);
