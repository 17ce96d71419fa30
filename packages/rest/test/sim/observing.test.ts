import { channel } from 'node:diagnostics_channel';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ResponseInfo, Rest, type WaitInfo } from '../../src/index.ts';
import { errorOf, restFor } from '../support.ts';

let discord: Simulator;
let rest: Rest;

beforeEach(async () => {
  discord = await Simulator.start({ unknownRoutes: 'echo' });
  rest = restFor(discord);
});

afterEach(async () => {
  await rest.close();
  await discord.close();
});

it('names operations by their template, whichever way they were called', async () => {
  const seen: ResponseInfo[] = [];
  rest.on('response', (info) => seen.push(info));
  const { id } = discord.createGuild().channels[0]!;
  await rest.api.channels(id).get();
  await rest.request({ method: 'GET', path: `/channels/${id}` });
  await errorOf(rest.api.webhooks('10000')('secret').post({ content: 'x' }));
  expect(seen.map(({ method, route, status, attempt }) => [method, route, status, attempt])).toEqual([
    ['GET', '/channels/{}', 200, 0],
    ['GET', '/channels/{}', 200, 0],
    ['POST', '/webhooks/{}/{}', 404, 0],
  ]);
  for (const { durationMs } of seen) expect(durationMs).toBeGreaterThan(0);
});

it('publishes requests, answers and waits to diagnostics channels', async () => {
  const heard: [string, unknown][] = [];
  const names = ['request', 'response', 'wait', 'rate-limited'];
  const listeners = names.map((name) => {
    const listener = (message: unknown) => void heard.push([name, message]);
    channel(`tinfoil:rest:${name}`).subscribe(listener);
    return () => channel(`tinfoil:rest:${name}`).unsubscribe(listener);
  });
  discord.faults.rest('GET /users/@me', { type: 'rateLimit', scope: 'user', retryAfterMs: 30 });
  await rest.api.users.me.get();
  for (const stop of listeners) stop();
  expect(heard.map(([name]) => name)).toEqual(['request', 'response', 'rate-limited', 'wait', 'request', 'response']);
  expect(heard[3]![1]).toMatchObject({ route: 'GET /users/@me', scope: 'user' });
});

it('tells of waits for the global limit', async () => {
  await using client = restFor(discord, { globalLimit: { requests: 1, windowMs: 50 } });
  const waits: WaitInfo[] = [];
  client.on('wait', (info) => waits.push(info));
  await client.api.users.me.get();
  await client.api.users.me.get();
  expect(waits).toMatchObject([{ route: undefined, scope: 'global' }]);
});

it('survives listeners that throw and reject', async () => {
  const errors: unknown[] = [];
  rest.on('response', () => {
    throw new Error('thrown');
  });
  rest.on('response', () => Promise.reject(new Error('rejected')));
  await rest.api.users.me.get();
  rest.on('error', (info) => errors.push(info));
  await rest.api.users.me.get();
  expect(errors).toMatchObject([
    { event: 'response', cause: { message: 'thrown' } },
    { event: 'response', cause: { message: 'rejected' } },
  ]);
});

describe('the stack of an error', () => {
  async function callerOfTheRequest(call: () => Promise<unknown>): Promise<Error> {
    return errorOf(call());
  }

  it.each([
    ['an answer', { type: 'status', status: 404 }, {}],
    ['a lost connection', { type: 'reset', times: 9 }, {}],
    ['a time limit', { type: 'hang' }, { timeoutMs: 30 }],
    ['a rate limit', { type: 'rateLimit', scope: 'user', retryAfterMs: 20 }, { rejectOnRateLimit: true }],
  ] as const)('begins where the request was made: %s', async (_what, fault, options) => {
    discord.faults.rest('*', fault);
    const error = await callerOfTheRequest(() => rest.api.users.me.get(undefined, options));
    const [first, second] = error.stack!.split('\n');
    expect(first).toBe(`${error.name}: ${error.message}`);
    expect(second).toContain('observing.test.ts');
    expect(error.stack).toContain('callerOfTheRequest');
  });

  it('is there without await, and for requests by path', async () => {
    discord.faults.rest('*', { type: 'status', status: 404, times: 2 });
    const made = rest.api.users.me.get();
    const error = await new Promise<Error>((resolve) => made.catch(resolve));
    expect(error.stack!.split('\n')[1]).toContain('observing.test.ts');
    expect((await errorOf(rest.request({ method: 'GET', path: '/x' }))).stack!.split('\n')[1]).toContain(
      'observing.test.ts',
    );
  });
});

it('opens no connection before the first request', async () => {
  await using idle = new Rest({ token: 'x', baseUrl: discord.restUrl });
  expect(typeof idle.api.users.me.get).toBe('function');
  await new Promise((resolve) => setImmediate(resolve));
  expect(discord.ledger.count('request')).toBe(0);
});

it('may be passed on without its client', async () => {
  const { request } = rest;
  expect(await request<{ id: string }>({ method: 'GET', path: '/users/@me' })).toMatchObject({
    id: discord.applicationId,
  });
  expect(await errorOf(request({ method: 'get' as 'GET', path: '/x' }))).toBeInstanceOf(TypeError);
  expect(await errorOf(request({ method: 'GET', path: '/../x' }))).toBeInstanceOf(TypeError);
});
