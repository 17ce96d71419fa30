import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InvalidRequestInfo, Rest } from '../../src/index.ts';
import { errorOf, json, restFor, startPlainServer } from '../support.ts';

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

describe('a 401', () => {
  it('to the bot token ends all that would use it', async () => {
    await using client = restFor(discord, { token: 'Wrong.Bot.Token' });
    const rejected: unknown[] = [];
    client.on('tokenRejected', (info) => rejected.push(info));
    expect(await errorOf(client.api.users.me.get())).toMatchObject({ status: 401 });
    expect(await errorOf(client.api.users.me.get())).toMatchObject({ code: 'TINFOIL_REST_TOKEN_REJECTED' });
    expect(rejected).toEqual([{ method: 'GET', route: '/users/@me' }]);
    expect(discord.ledger.count('request')).toBe(1);
    // What needs no bot token goes on.
    await client.api.gateway.get(undefined, { auth: 'none' });
  });

  it.each([
    ['a webhook', (client: Rest) => client.api.webhooks('10000')('wrong-token').post({ content: 'x' })],
    [
      'an interaction',
      (client: Rest) => client.api.interactions('10000')('aW50ZXJhY3Rpb246x').callback.post({ type: 5 }),
    ],
    ['a bearer token', (client: Rest) => client.api.users.me.get(undefined, { auth: { bearer: 'nope' } })],
  ])('to %s says nothing about the bot token', async (_what, call) => {
    discord.faults.rest('*', { type: 'status', status: 401, body: { message: 'Invalid Webhook Token', code: 50_027 } });
    expect(await errorOf(call(rest))).toMatchObject({ status: 401 });
    expect((await rest.api.users.me.get()).id).toBe(discord.applicationId);
  });
});

describe('a webhook that does not exist', () => {
  const unknown = { type: 'status', status: 404, body: { message: 'Unknown Webhook', code: 10_015 } } as const;

  it('is not called again', async () => {
    const webhook = rest.api.webhooks('10000')('some-token');
    discord.faults.rest('*', unknown);
    expect(await errorOf(webhook.post({ content: 'x' }))).toMatchObject({ status: 404, discordCode: 10_015 });
    expect(await errorOf(webhook.post({ content: 'x' }))).toMatchObject({ code: 'TINFOIL_REST_UNKNOWN_WEBHOOK' });
    expect(discord.ledger.count('request')).toBe(1);
    const other = discord.createWebhook(discord.createGuild().channels[0]!.id);
    await rest.api.webhooks(other.id)(other.token).post({ content: 'x' });
  });

  it('is another thing than an interaction that has ended', async () => {
    const followUps = rest.api.webhooks(discord.applicationId)('aW50ZXJhY3Rpb246MTox');
    discord.faults.rest('*', { ...unknown, times: 2 });
    for (const _ of [1, 2]) expect(await errorOf(followUps.post({ content: 'x' }))).toMatchObject({ status: 404 });
    expect(discord.ledger.count('request')).toBe(2);
  });
});

describe('invalid requests', () => {
  it('are counted, warned of, and stop everything before the ban', async () => {
    await using client = restFor(discord, { invalidRequestLimit: 10 });
    const seen: InvalidRequestInfo[] = [];
    client.on('invalidRequest', (info) => seen.push(info));
    discord.faults.rest('*', {
      type: 'status',
      status: 403,
      body: { message: 'Missing Access', code: 50_001 },
      times: 9,
    });
    for (let index = 0; index < 9; index += 1) await errorOf(client.api.channels(`${index}`).get());
    discord.faults.rest('*', { type: 'rateLimit', scope: 'shared', retryAfterMs: 5 });
    await client.api.users.me.get();
    discord.faults.rest('*', { type: 'rateLimit', scope: 'user', retryAfterMs: 5 });
    const error = await errorOf(client.api.users.me.get());
    expect(error).toMatchObject({ code: 'TINFOIL_REST_INVALID_REQUEST_LIMIT' });
    expect(error.retryAfterMs).toBeGreaterThan(580_000);
    expect(seen.map(({ count }) => count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(seen.filter(({ warning }) => warning).map(({ count }) => count)).toEqual([5, 8, 9]);
    expect(discord.ledger.invalidRequests()).toBe(10);
  });
});

describe('credentials', () => {
  it('go where they belong', async () => {
    const seen = async (auth: Parameters<typeof rest.api.users.me.get>[1]) => {
      const answer = await rest.request<{ headers: Record<string, string> }>({ method: 'GET', path: '/echo', ...auth });
      return answer.headers.authorization;
    };
    expect(await seen({})).toBe('Bot <token>');
    expect(await errorOf(seen({ auth: { bearer: 'x' } }))).toMatchObject({ status: 401 });
    await using server = await startPlainServer((request, response) => json(response, 200, request.headers));
    await using client = new Rest({ token: 'Bot  abc ', baseUrl: server.url });
    const header = async (auth: 'bot' | 'none' | { bearer: string } | { basic: { id: string; secret: string } }) =>
      (await client.request<Record<string, string>>({ method: 'GET', path: '/x', auth })).authorization;
    expect(await header('bot')).toBe('Bot abc');
    expect(await header('none')).toBeUndefined();
    expect(await header({ bearer: 'def' })).toBe('Bearer def');
    expect(await header({ basic: { id: '1', secret: 's' } })).toBe(`Basic ${btoa('1:s')}`);
  });

  it('are not sent with requests that carry their own in the path', async () => {
    await using server = await startPlainServer((request, response) => json(response, 200, request.headers));
    await using client = new Rest({ token: 'abc', baseUrl: server.url });
    for (const path of ['/webhooks/1/token', '/interactions/1/token/callback'])
      expect(await client.request({ method: 'POST', path })).not.toHaveProperty('authorization');
    expect(await client.request({ method: 'GET', path: '/webhooks/1' })).toHaveProperty('authorization');
  });
});

it('tells no secret in any error, event or trace', async () => {
  const secrets = [
    'bot.token.secret',
    'webhook-token-secret',
    'aW50ZXJhY3Rpb246secret',
    'bearer-secret',
    'client-secret',
  ];
  const told: unknown[] = [];
  const names = ['request', 'response', 'wait', 'rate-limited', 'error'].map((name) => `tinfoil:rest:${name}`);
  const hear = (...messages: readonly unknown[]) => void told.push(...messages);
  for (const name of names) subscribe(name, hear);
  const behaviours = ['401', '404', '429', '500', 'destroy', 'garbage', '200', 'hang'] as const;
  await using server = await startPlainServer((request, response, _body, index) => {
    const behaviour = behaviours[index % behaviours.length]!;
    if (behaviour === 'destroy') request.socket.destroy();
    else if (behaviour === 'garbage') response.writeHead(200, { 'content-type': 'application/json' }).end('nope');
    else if (behaviour === '429') json(response, 429, { message: 'slow', retry_after: 0.01, global: index % 2 === 0 });
    else if (behaviour !== 'hang')
      json(response, Number(behaviour), {
        message: behaviour,
        code: 0,
        errors: { a: { _errors: [{ message: 'bad' }] } },
      });
  });
  await using client = new Rest({
    token: secrets[0],
    baseUrl: server.url,
    timeoutMs: 60,
    retries: 1,
    retryBackoff: { baseMs: 1, maxMs: 1 },
  });
  for (const event of ['response', 'rateLimited', 'invalidRequest', 'retry', 'wait', 'tokenRejected'] as const)
    client.on(event, hear);
  client.on('response', () => {
    throw new Error('a listener failed');
  });
  client.on('error', hear);
  const outcomes: Promise<unknown>[] = [];
  for (let round = 0; round < 24; round += 1) {
    outcomes.push(
      client.api.users.me.get(),
      client.api.webhooks('1')(secrets[1]!).post({ content: 'x' }),
      client.api.webhooks('1')(secrets[2]!).messages.original.patch({ content: 'x' }),
      client.api.interactions(`${round}`)(secrets[2]!).callback.post({ type: 5 }),
      client.api.users.me.get(undefined, { auth: { bearer: secrets[3]! }, signal: AbortSignal.timeout(50) }),
      client.request({
        method: 'POST',
        path: '/oauth2/token',
        auth: { basic: { id: '1', secret: secrets[4]! } },
        body: { a: '1' },
      }),
    );
  }
  told.push(...(await Promise.allSettled(outcomes)));
  for (const options of [
    { token: `${secrets[0]}\n` },
    { token: `${secrets[0]} x` },
    { token: 7 as never, baseUrl: `ftp://${secrets[1]}` },
  ]) {
    try {
      new Rest(options);
    } catch (error) {
      told.push(error);
    }
  }
  for (const name of names) unsubscribe(name, hear);
  expect(told.length).toBeGreaterThan(200);
  const everything = told.map(textOf).join('\n');
  expect(everything).toContain('a listener failed');
  for (const secret of [...secrets, btoa(`1:${secrets[4]}`)]) expect(everything).not.toContain(secret);
});

/** All text reachable from a value, hidden properties, stacks and causes included. */
function textOf(value: unknown): string {
  const seen = new Set<unknown>();
  const walk = (part: unknown): string => {
    if (typeof part === 'function' || typeof part === 'symbol') return '';
    if (typeof part !== 'object' || part === null) return String(part);
    if (seen.has(part)) return '';
    seen.add(part);
    return Reflect.ownKeys(part)
      .map((key) => `${String(key)}=${walk((part as Record<PropertyKey, unknown>)[key])}`)
      .join('\n');
  };
  return walk(value);
}

it('sends none of those that wait when the first is answered by 401', async () => {
  await using client = restFor(discord, { token: 'Wrong.Bot.Token' });
  const errors = await Promise.all([1, 2, 3, 4].map(() => errorOf(client.api.users.me.get())));
  expect(errors.map(({ code }) => code)).toEqual(['TINFOIL_REST_API', ...Array(3).fill('TINFOIL_REST_TOKEN_REJECTED')]);
  expect(discord.ledger.count('request')).toBe(1);
});
