import { describe, expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';

async function get(discord: Simulator, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(discord.restUrl + path, {
    ...init,
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json', ...init.headers },
  });
}

describe('rate limits', () => {
  it('tells buckets by route, top-level resource and identity, with one hash per route', async () => {
    await using discord = await Simulator.start({
      tokens: ['Second.Token'],
      buckets: { 'GET /channels/{channel_id}': { limit: 2, windowMs: 60_000 } },
    });
    const [a, b] = discord.createGuild({ channels: 2 }).channels;
    const first = await get(discord, `/channels/${a!.id}`);
    const second = await get(discord, `/channels/${a!.id}`);
    const refused = await get(discord, `/channels/${a!.id}`);
    const other = await get(discord, `/channels/${b!.id}`);
    const stranger = await get(discord, `/channels/${a!.id}`, { headers: { authorization: 'Bot Second.Token' } });
    expect([first, second, refused, other, stranger].map(({ status }) => status)).toEqual([200, 200, 429, 200, 200]);
    expect(
      [first, second, refused, other, stranger].map(({ headers }) => headers.get('x-ratelimit-remaining')),
    ).toEqual(['1', '0', '0', '1', '1']);
    const hashes = new Set([first, other, stranger].map(({ headers }) => headers.get('x-ratelimit-bucket')));
    expect(hashes.size).toBe(1);
    expect(Number(first.headers.get('x-ratelimit-reset-after'))).toBeCloseTo(60, 0);
    expect(Number(first.headers.get('x-ratelimit-reset')) - Date.now() / 1000).toBeCloseTo(60, 0);
    const body = (await refused.json()) as { retry_after: number; global: boolean };
    expect(body.global).toBe(false);
    expect(Number.isInteger(body.retry_after)).toBe(false);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
    expect(discord.ledger.filter('response', ({ scope }) => scope === 'user')).toHaveLength(1);
  });

  it('lets routes share a bucket by name, and answers some without headers', async () => {
    await using discord = await Simulator.start({
      buckets: {
        'GET /users/{user_id}': { limit: 1, windowMs: 60_000, name: 'users' },
        'GET /users/@me': { limit: 1, windowMs: 60_000, name: 'users' },
        'GET /users/@me/guilds': { limit: 9, windowMs: 60_000, silent: true },
      },
    });
    const one = await get(discord, '/users/@me');
    const two = await get(discord, `/users/${discord.applicationId}`);
    expect([one.status, two.status]).toEqual([200, 429]);
    expect(one.headers.get('x-ratelimit-bucket')).toBe(two.headers.get('x-ratelimit-bucket'));
    expect((await get(discord, '/users/@me/guilds')).headers.get('x-ratelimit-limit')).toBeNull();
  });

  it('refuses by a sublimit while Remaining is not 0', async () => {
    await using discord = await Simulator.start();
    const path = `/channels/${discord.createGuild().channels[0]!.id}`;
    const rename = () => get(discord, path, { method: 'PATCH', body: '{"name":"x"}' });
    await rename();
    await rename();
    const third = await rename();
    expect([third.status, third.headers.get('x-ratelimit-remaining'), third.headers.get('x-ratelimit-scope')]).toEqual([
      429,
      '8',
      'user',
    ]);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(500);
    expect((await get(discord, path, { method: 'PATCH', body: '{"nsfw":true}' })).status).toBe(200);
  });

  it('has a global limit per token, outside which interaction endpoints are', async () => {
    await using discord = await Simulator.start({
      tokens: ['Second.Token'],
      globalLimit: { limit: 3, windowMs: 60_000 },
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(discord, '/users/@me')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true');
    expect(refused[0]?.headers.get('x-ratelimit-scope')).toBe('global');
    expect(refused[0]?.headers.get('x-ratelimit-bucket')).toBeNull();
    expect(await refused[0]?.json()).toMatchObject({ global: true });
    expect((await get(discord, '/users/@me', { headers: { authorization: 'Bot Second.Token' } })).status).toBe(200);
    // Unknown interaction, which is not a 429.
    const callback = await get(discord, '/interactions/1/aW50ZXJhY3Rpb24x/callback', {
      method: 'POST',
      body: '{"type":4}',
    });
    expect(callback.status).toBe(404);
    expect(discord.ledger.worstSecond({ identity: 'bot', where: ({ route }) => route === '/users/@me' })).toBe(5);
  });
});

describe('invalid requests', () => {
  it('bans the address after too many: HTML, no rate-limit headers, whatever the token', async () => {
    await using discord = await Simulator.start({ invalidRequestLimit: { count: 3, windowMs: 60_000, banMs: 60_000 } });
    for (let count = 0; count < 3; count++)
      expect((await get(discord, '/users/@me', { headers: { authorization: 'Bot wrong' } })).status).toBe(401);
    const banned = await get(discord, '/users/@me');
    expect([banned.status, banned.headers.get('x-ratelimit-scope'), banned.headers.get('retry-after')]).toEqual([
      429,
      null,
      '60',
    ]);
    expect(await banned.text()).toContain('1015');
    expect(discord.ledger.filter('response').at(-1)?.scope).toBe('cloudflare');
  });
});

describe('faults', () => {
  const route = 'GET /users/@me';

  it('answers planned statuses, in order and so many times', async () => {
    await using discord = await Simulator.start();
    discord.faults.rest(route, { type: 'status', status: 502, times: 2 });
    discord.faults.rest(route, { type: 'html', status: 503 });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await get(discord, '/users/@me')).status);
    expect(statuses).toEqual([502, 502, 503, 200]);
    expect(discord.ledger.filter('response').map(({ fault, processed }) => [fault, processed])).toEqual([
      ['status', false],
      ['status', false],
      ['html', false],
      [null, true],
    ]);
  });

  it.each(['user', 'shared', 'global', 'cloudflare', 'sublimit'] as const)('answers 429 of scope %s', async (scope) => {
    await using discord = await Simulator.start();
    discord.faults.rest('*', { type: 'rateLimit', scope, retryAfterMs: 1500 });
    const response = await get(discord, '/users/@me');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(response.headers.get('x-ratelimit-scope')).toBe(
      scope === 'cloudflare' ? null : scope === 'sublimit' ? 'user' : scope,
    );
    expect(response.headers.get('content-type')).toContain(scope === 'cloudflare' ? 'text/html' : 'application/json');
    if (scope !== 'cloudflare')
      expect(await response.json()).toMatchObject({ retry_after: 1.5, global: scope === 'global' });
    expect(discord.ledger.invalidRequests()).toBe(scope === 'shared' ? 0 : 1);
  });

  it('cuts a body, resets before and after processing, sends slowly, waits', async () => {
    await using discord = await Simulator.start();
    const path = `/channels/${discord.createGuild().channels[0]!.id}/messages`;
    const post = () => get(discord, path, { method: 'POST', body: '{"content":"x"}' });
    discord.faults.rest('POST *', { type: 'cut' });
    await expect(post().then((response) => response.text())).rejects.toThrow();
    discord.faults.rest('POST /channels/:id/messages', { type: 'reset' });
    await expect(post()).rejects.toThrow();
    expect(discord.ledger.count('message')).toBe(1);
    discord.faults.rest('POST /channels/{x}/messages', { type: 'reset', processed: true });
    await expect(post()).rejects.toThrow();
    expect(discord.ledger.count('message')).toBe(2);
    discord.faults.rest(route, { type: 'slow', ms: 60 });
    discord.faults.rest(route, { type: 'latency', ms: 60 });
    for (let count = 0; count < 2; count++) {
      const startedAtMs = performance.now();
      expect(await (await get(discord, '/users/@me')).json()).toMatchObject({ id: discord.applicationId });
      expect(performance.now() - startedAtMs).toBeGreaterThan(45);
    }
  });

  it('hangs until the client goes away, and records who did before the answer', async () => {
    await using discord = await Simulator.start();
    discord.faults.rest(route, { type: 'hang' });
    const gone = new AbortController();
    const hanging = get(discord, '/users/@me', { signal: gone.signal });
    await discord.ledger.waitFor('response', ({ status }) => status === 0);
    gone.abort();
    await expect(hanging).rejects.toThrow();
    discord.faults.rest(route, { type: 'latency', ms: 1000 });
    const impatient = new AbortController();
    const waiting = get(discord, '/users/@me', { signal: impatient.signal });
    await discord.ledger.waitFor('request', undefined, { count: 2 });
    impatient.abort();
    await expect(waiting).rejects.toThrow();
    await discord.ledger.waitFor('aborted');
  });
});
