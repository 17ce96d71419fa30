import { type EntryOf, Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RateLimitError, type RateLimitedInfo, type Rest } from '../../src/index.ts';
import { bucketHeaders, errorOf, json, restFor, startPlainServer } from '../support.ts';

let discord: Simulator;
let rest: Rest;

async function start(options: Parameters<typeof Simulator.start>[0], restOptions: Parameters<typeof restFor>[1] = {}) {
  discord = await Simulator.start({ unknownRoutes: 'echo', ...options });
  rest = restFor(discord, restOptions);
}

afterEach(async () => {
  await rest.close();
  await discord.close();
});

function refused(): readonly EntryOf<'response'>[] {
  return discord.ledger.filter('response', (entry) => entry.status === 429);
}

function mostInFlight(): number {
  return Math.max(...discord.ledger.filter('request').map((entry) => entry.inFlight));
}

function contents(): unknown[] {
  return discord.ledger.filter('request').map((entry) => (entry.body as { readonly content?: unknown }).content);
}

describe('a bucket', () => {
  it('sends as many at once as remain, after one has found out', async () => {
    await start({ latencyMs: 100, globalLimit: false, buckets: { 'GET /things/{id}': { limit: 40, windowMs: 5000 } } });
    await Promise.all(Array.from({ length: 20 }, () => rest.request({ method: 'GET', path: '/things/10000' })));
    expect(discord.ledger.filter('request').map((entry) => entry.inFlight)[0]).toBe(1);
    expect(mostInFlight()).toBeGreaterThan(9);
    expect(refused()).toEqual([]);
  });

  it.each(['fixed', 'sliding'] as const)('never exceeds a %s window, and uses all of it', async (kind) => {
    const windowMs = 400;
    await start({ latencyMs: 10, globalLimit: false, buckets: { 'GET /things/{id}': { limit: 10, windowMs, kind } } });
    const startedAtMs = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => rest.request({ method: 'GET', path: '/things/10000' })));
    expect(refused()).toEqual([]);
    expect(performance.now() - startedAtMs).toBeLessThan(windowMs * 4 + 400);
  });

  it('is separate for each channel, and shared by methods that Discord puts together', async () => {
    const buckets = {
      'PUT /channels/{channel_id}/thing': { limit: 3, windowMs: 300, name: 'together' },
      'DELETE /channels/{channel_id}/thing': { limit: 3, windowMs: 300, name: 'together' },
    };
    await start({ globalLimit: false, buckets });
    for (const method of ['PUT', 'DELETE'] as const) await rest.request({ method, path: '/channels/10000/thing' });
    const calls = [10_000, 20_000].flatMap((id) =>
      (['PUT', 'DELETE', 'PUT', 'DELETE', 'PUT'] as const).map((method) =>
        rest.request({ method, path: `/channels/${id}/thing` }),
      ),
    );
    await Promise.all(calls);
    expect(refused()).toEqual([]);
  });

  it('merges queues when two routes turn out to share it', async () => {
    const buckets = {
      'PUT /channels/{channel_id}/thing': { limit: 4, windowMs: 150, name: 'together' },
      'DELETE /channels/{channel_id}/thing': { limit: 4, windowMs: 150, name: 'together' },
    };
    await start({ latencyMs: 20, globalLimit: false, buckets });
    const methods = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? 'PUT' : 'DELETE') as 'PUT' | 'DELETE');
    await Promise.all(methods.map((method) => rest.request({ method, path: '/channels/10000/thing' })));
    // The answer that tells of it may find one request too many on its way.
    expect(refused().length).toBeLessThanOrEqual(1);
    const before = refused().length;
    await Promise.all(methods.map((method) => rest.request({ method, path: '/channels/10000/thing' })));
    expect(refused()).toHaveLength(before);
  });

  it('keeps messages of one channel in order, one in flight', async () => {
    await start({
      latencyMs: 3,
      globalLimit: false,
      buckets: { 'POST /channels/{channel_id}/messages': { limit: 50, windowMs: 1000 } },
    });
    const channel = discord.createGuild().channels[0]!.id;
    const sent = Array.from({ length: 20 }, (_, index) => `${index}`);
    await Promise.all(sent.map((content) => rest.api.channels(channel).messages.post({ content })));
    expect(mostInFlight()).toBe(1);
    expect(contents()).toEqual(sent);
  });

  it('lets messages fly together when told so', async () => {
    const buckets = { 'POST /channels/{channel_id}/messages': { limit: 50, windowMs: 1000 } };
    await start({ latencyMs: 100, globalLimit: false, buckets }, { orderedMessages: false });
    const channel = discord.createGuild().channels[0]!.id;
    await Promise.all(Array.from({ length: 20 }, () => rest.api.channels(channel).messages.post({ content: 'x' })));
    expect(mostInFlight()).toBeGreaterThan(9);
  });

  it('has no limit but the global one where answers carry no headers', async () => {
    await start({ latencyMs: 100, globalLimit: false });
    await Promise.all(Array.from({ length: 20 }, () => rest.request({ method: 'GET', path: '/things/10000' })));
    expect(mostInFlight()).toBeGreaterThan(9);
  });
});

describe('a 429', () => {
  beforeEach(() =>
    start({ globalLimit: false, buckets: { 'POST /channels/{channel_id}/messages': { limit: 5, windowMs: 200 } } }),
  );

  it.each(['user', 'shared', 'global', 'cloudflare'] as const)(
    'of scope %s is waited for, in order, and nobody fails',
    async (scope) => {
      const seen: RateLimitedInfo[] = [];
      rest.on('rateLimited', (info) => seen.push(info));
      const channel = discord.createGuild().channels[0]!.id;
      // Cloudflare's header has whole seconds.
      const retryAfterMs = scope === 'cloudflare' ? 1000 : 150;
      discord.faults.rest('POST /channels/{channel_id}/messages', { type: 'rateLimit', scope, retryAfterMs });
      const sent = Array.from({ length: 5 }, (_, index) => `${index}`);
      await Promise.all(sent.map((content) => rest.api.channels(channel).messages.post({ content })));
      expect(contents()).toEqual(['0', ...sent]);
      const [first, second] = discord.ledger.filter('request');
      expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(retryAfterMs - 2);
      expect(seen).toMatchObject([{ scope, retryAfterMs, route: '/channels/{}/messages' }]);
    },
  );

  it('of scope global holds back every other route, and gives its token back', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    discord.faults.rest('POST /channels/{channel_id}/messages', {
      type: 'rateLimit',
      scope: 'global',
      retryAfterMs: 150,
    });
    const message = rest.api.channels(channel).messages.post({ content: 'x' });
    await new Promise((resolve) => rest.once('rateLimited', resolve));
    const me = rest.api.users.me.get();
    await Promise.all([message, me]);
    const [first, ...others] = discord.ledger.filter('request');
    for (const other of others) expect(other.atMs - first!.atMs).toBeGreaterThanOrEqual(148);
  });

  it('rejects instead when asked to, with the time to wait', async () => {
    const channel = discord.createGuild().channels[0]!.id;
    discord.faults.rest('POST /channels/{channel_id}/messages', {
      type: 'rateLimit',
      scope: 'user',
      retryAfterMs: 150,
    });
    const messages = rest.api.channels(channel).messages;
    const error = await errorOf(messages.post({ content: 'x' }, { rejectOnRateLimit: true }));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'TINFOIL_REST_RATE_LIMITED', retryAfterMs: 150, scope: 'user' });
    // What waits for the same bucket rejects too, without leaving.
    const queued = await errorOf(messages.post({ content: 'y' }, { rejectOnRateLimit: true }));
    expect(queued).toMatchObject({ code: 'TINFOIL_REST_RATE_LIMITED', scope: 'user' });
    expect(contents()).toEqual(['x']);
    await messages.post({ content: 'z' });
  });
});

it('holds back only the kind of request that a limit beneath the bucket concerns', async () => {
  const rule = { limit: 10, windowMs: 1000, sublimit: { limit: 2, windowMs: 300, field: 'name' } };
  await start({ globalLimit: false, buckets: { 'PATCH /channels/{channel_id}': rule } });
  const channel = rest.api.channels(discord.createGuild().channels[0]!.id);
  const seen: RateLimitedInfo[] = [];
  rest.on('rateLimited', (info) => seen.push(info));
  await channel.patch({ name: 'a' });
  await channel.patch({ name: 'b' });
  const done: string[] = [];
  const third = channel.patch({ name: 'c' }).then(() => done.push('c'));
  const fourth = channel.patch({ name: 'd' }).then(() => done.push('d'));
  await discord.ledger.waitFor('response', (entry) => entry.status === 429);
  await channel.patch({ position: 3 }).then(() => done.push('position'));
  await Promise.all([third, fourth]);
  expect(done).toEqual(['position', 'c', 'd']);
  expect(seen.every((info) => info.sublimit)).toBe(true);
});

describe('the global limit', () => {
  it('is kept at whatever phase the server counts its seconds', async () => {
    // Both sides run in this process, whose stalls on a busy machine are longer than the margin of the default.
    const globalLimit = { requests: 50, windowMs: 1500 };
    await start({});
    await Promise.all(
      [0, 130, 500, 950].map(async (phaseMs) => {
        const limit = { limit: 50, windowMs: 1000, phaseMs };
        await using server = await Simulator.start({ unknownRoutes: 'echo', latencyMs: 5, globalLimit: limit });
        await using client = restFor(server, { globalLimit });
        const calls = Array.from({ length: 70 }, (_, id) => client.request({ method: 'GET', path: `/things/${id}` }));
        await Promise.all(calls);
        expect(server.ledger.filter('response', (entry) => entry.status === 429)).toEqual([]);
        expect(server.ledger.worstSecond()).toBeLessThanOrEqual(50);
      }),
    );
  });

  it('does not concern interaction callbacks and follow-ups', async () => {
    await start({ globalLimit: 50 }, { globalLimit: { requests: 1, windowMs: 60_000 } });
    await rest.api.users.me.get();
    // A bot that answers by callback and follow-ups before it answers the HTTP request.
    await using bot = await startPlainServer(async (_request, response, body) => {
      const { id, token } = JSON.parse(body.toString()) as { id: string; token: string };
      await rest.api.interactions(id)(token).callback.post({ type: 5 });
      await rest.api.webhooks(discord.applicationId)(token).messages.original.patch({ content: 'x' });
      await rest.api.webhooks(discord.applicationId)(token).post({ content: 'y' });
      response.writeHead(202).end();
    });
    const { messages } = await discord.interact(bot.url, { data: { name: 'ping' } });
    expect(messages().map((message) => message.content)).toEqual(['x', 'y']);
    const [, ...others] = discord.ledger.filter('request');
    expect(others.map((entry) => entry.identity)).toEqual(['none', 'none', 'none']);
  });

  it('can be a limiter of its own, which hears of pauses and of invalid requests', async () => {
    const calls: string[] = [];
    const globalLimit = {
      take: () => 0,
      giveBack: () => calls.push('giveBack'),
      pause: (ms: number) => calls.push(`pause ${ms}`),
      invalid: (status: number) => calls.push(`invalid ${status}`),
    };
    await start({}, { globalLimit });
    discord.faults.rest('GET /users/@me', { type: 'rateLimit', scope: 'global', retryAfterMs: 30 });
    await rest.api.users.me.get();
    expect(calls).toEqual(['invalid 429', 'pause 30']);
  });
});

describe('what no server should do', () => {
  beforeEach(() => start({}));

  it('does not thrash when the hash of a route alternates', async () => {
    await using server = await startPlainServer((_request, response, _body, index) =>
      json(response, 200, {}, bucketHeaders(index % 2 === 0 ? 'young' : 'old', 5, index === 3 ? 0 : 4, 400)),
    );
    await using client = restFor(discord, { baseUrl: server.url });
    for (let index = 0; index < 6; index += 1) await client.api.channels('10000').messages(`${index}`).delete();
    // The fourth answer said that the bucket of old messages is empty.
    expect(server.requests[4]!.atMs - server.requests[3]!.atMs).toBeGreaterThanOrEqual(395);
    expect(server.requests[3]!.atMs - server.requests[0]!.atMs).toBeLessThan(395);
  });

  it('recovers after 429s without any header', async () => {
    await using server = await startPlainServer((_request, response, _body, index) =>
      index < 2 ? json(response, 429, { message: 'slow', retry_after: 0.05, global: false }) : json(response, 200, {}),
    );
    await using client = restFor(discord, { baseUrl: server.url });
    await Promise.all([1, 2, 3].map(() => client.api.users.me.get()));
    expect(server.requests).toHaveLength(5);
  });

  it('gives up on an endless row of 429s', async () => {
    await using server = await startPlainServer((_request, response) =>
      json(response, 429, { message: 'slow', retry_after: 0.001, global: false }),
    );
    await using client = restFor(discord, { baseUrl: server.url });
    expect(await errorOf(client.api.users.me.get())).toBeInstanceOf(RateLimitError);
    expect(server.requests.length).toBeLessThan(30);
  });
});

it('rejects what is beyond the bound of its queues', async () => {
  await start({ latencyMs: 50 }, { maxQueued: 3 });
  const calls = Array.from({ length: 5 }, () => rest.api.users.me.get());
  const settled = await Promise.allSettled(calls);
  expect(settled.map((result) => result.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(await errorOf(calls[4]!)).toMatchObject({ code: 'TINFOIL_REST_QUEUE_FULL' });
});
