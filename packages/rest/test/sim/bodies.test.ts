import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type EntryOf, Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rest } from '../../src/index.ts';
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

function last(): EntryOf<'request'> {
  return discord.ledger.filter('request').at(-1)!;
}

it('writes bigints as decimal strings', async () => {
  await rest.request({ method: 'POST', path: '/x', body: { permissions: 2n ** 60n, list: [1n], plain: 1 } });
  expect(last().body).toEqual({ permissions: String(2n ** 60n), list: ['1'], plain: 1 });
});

it('sends the object as it was at the call', async () => {
  const body = { content: 'before' };
  const call = rest.request({ method: 'POST', path: '/x', body });
  body.content = 'after';
  await call;
  expect(last().body).toEqual({ content: 'before' });
});

it('rejects bodies that are no JSON, at the call', async () => {
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  expect(await errorOf(rest.request({ method: 'POST', path: '/x', body: loop }))).toBeInstanceOf(TypeError);
  expect(await errorOf(rest.request({ method: 'POST', path: '/x', body: () => 1 }))).toBeInstanceOf(TypeError);
  expect(discord.ledger.count('request')).toBe(0);
});

it('sends token exchanges as forms', async () => {
  await using server = await startPlainServer((request, response, body) =>
    json(response, 200, {
      type: request.headers['content-type'],
      auth: request.headers.authorization,
      body: body.toString(),
    }),
  );
  await using client = restFor(discord, { baseUrl: server.url });
  const answer: unknown = await client.api.oauth2.token.post(
    { grant_type: 'client_credentials', scope: 'identify connections' } as never,
    { auth: { basic: { id: '1', secret: 's' } } },
  );
  expect(answer).toEqual({
    type: 'application/x-www-form-urlencoded',
    auth: `Basic ${btoa('1:s')}`,
    body: 'grant_type=client_credentials&scope=identify+connections',
  });
});

it('encodes the audit-log reason, and refuses what Discord would', async () => {
  await rest.api
    .guilds('10000')
    .bans('20000')
    .put({}, { reason: 'spam & "äöü" 🔥\r\nx: y' })
    .catch(() => undefined);
  expect(last().headers['x-audit-log-reason']).toBe(encodeURIComponent('spam & "äöü" 🔥\r\nx: y'));
  for (const reason of ['', 'x'.repeat(513), '\ud800'])
    expect(await errorOf(rest.api.guilds('10000').bans('20000').put({}, { reason }))).toMatchObject({
      message: expect.stringContaining('reason'),
    });
});

it('refuses headers that would begin another', async () => {
  for (const headers of [{ 'x-a': 'b\r\nx-c: d' }, { 'x-a\r\n': 'b' }, { '': 'b' }])
    expect(await errorOf(rest.request({ method: 'GET', path: '/x', headers }))).toBeInstanceOf(TypeError);
  expect(discord.ledger.count('request')).toBe(0);
});

describe('files', () => {
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251);

  it.each([
    ['bytes', () => bytes],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a Blob', () => new Blob([bytes])],
    ['a stream', () => Readable.from([Buffer.from(bytes.subarray(0, 1000)), Buffer.from(bytes.subarray(1000))])],
    [
      'an async generator',
      async function* chunks() {
        yield bytes.subarray(0, 5);
        yield bytes.subarray(5);
      },
    ],
  ] as const)('are sent from %s', async (_what, data) => {
    const channel = discord.createGuild().channels[0]!.id;
    const file = { name: 'a "b".bin', data: data(), description: 'numbers' };
    await rest.api
      .channels(channel)
      .messages.post({ content: 'x' }, { files: [file, { name: 'b.txt', data: 'text', contentType: 'text/plain' }] });
    expect(last().files).toMatchObject([
      { field: 'files[0]', bytes: 300_000 },
      { field: 'files[1]', name: 'b.txt', contentType: 'text/plain', bytes: 4 },
    ]);
    expect(last().body).toMatchObject({
      content: 'x',
      attachments: [
        { id: 0, filename: 'a "b".bin', description: 'numbers' },
        { id: 1, filename: 'b.txt' },
      ],
      enforce_nonce: true,
    });
  });

  it('are read from disk, again for a retry', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tinfoil-rest-'));
    try {
      await writeFile(join(folder, 'a.bin'), bytes);
      discord.faults.rest('*', { type: 'status', status: 502 });
      const file = { name: 'a.bin', data: pathToFileURL(join(folder, 'a.bin')) };
      await rest.request({ method: 'POST', path: '/x', body: {}, files: [file] });
      expect(discord.ledger.filter('request').map(({ files }) => files.map(({ bytes: length }) => length))).toEqual([
        [300_000],
        [300_000],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keep the attachments that the body describes, also inside an interaction response', async () => {
    await rest.api
      .interactions('1')('aW50ZXJhY3Rpb246x')
      .callback.post(
        {
          type: 4,
          data: { content: 'x', attachments: [{ id: 0, filename: 'mine.txt', description: 'own words' }] },
        } as never,
        {
          files: [
            { name: 'a.txt', data: 'a' },
            { name: 'b.txt', data: 'b' },
          ],
        },
      )
      .catch(() => undefined);
    expect(last().body).toMatchObject({
      type: 4,
      data: {
        attachments: [
          { id: 0, filename: 'mine.txt', description: 'own words' },
          { id: 1, filename: 'b.txt' },
        ],
      },
    });
  });

  it('with a field of their own are a plain form (stickers)', async () => {
    await rest.request({
      method: 'POST',
      path: '/guilds/10000/stickers',
      body: { name: 'x', tags: 'y' },
      files: [{ name: 's.png', data: bytes, field: 'file', contentType: 'image/png' }],
    });
    expect(last().files).toMatchObject([{ field: 'file', name: 's.png', contentType: 'image/png', bytes: 300_000 }]);
    expect(last().body).toEqual({ name: 'x', tags: 'y' });
  });

  it('from a stream are not sent twice', async () => {
    discord.faults.rest('*', { type: 'status', status: 502, times: 2 });
    const file = () => ({ name: 'a', data: Readable.from([Buffer.from('abc')]) });
    expect(await errorOf(rest.request({ method: 'PUT', path: '/x', files: [file()] }))).toMatchObject({ status: 502 });
    discord.faults.clear();
    discord.faults.rest('*', { type: 'rateLimit', scope: 'user', retryAfterMs: 5 });
    const refused = await errorOf(rest.request({ method: 'PUT', path: '/x', files: [file()] }));
    expect(refused).toMatchObject({
      code: 'TINFOIL_REST_RATE_LIMITED',
      message: expect.stringContaining('cannot be sent twice'),
    });
  });

  it('from a stream are sent as fast as they are taken, and not held in memory', async () => {
    let largest = 0;
    let produced = 0;
    let received = 0;
    await using server = await startPlainServer(() => undefined);
    void server;
    const { createServer } = await import('node:http');
    const slow = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
        request.pause();
        setTimeout(() => request.resume(), 1);
      });
      request.on('end', () => json(response, 200, {}));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as { port: number };
    await using client = restFor(discord, { baseUrl: `http://127.0.0.1:${port}/api/v10` });
    async function* chunks() {
      for (let index = 0; index < 256; index += 1) {
        largest = Math.max(largest, produced - received);
        produced += 65_536;
        yield new Uint8Array(65_536);
      }
    }
    await client.request({ method: 'POST', path: '/x', files: [{ name: 'big', data: chunks() }] });
    slow.close();
    expect(received).toBeGreaterThan(16_000_000);
    // Sockets of both sides hold some; a client that gathers would hold all 16 MiB.
    expect(largest).toBeLessThan(9_000_000);
  });

  it('whose stream fails reject the request', async () => {
    const data = async function* broken() {
      yield new Uint8Array(10);
      throw new Error('the disk broke');
    };
    const error = await errorOf(rest.request({ method: 'POST', path: '/x', files: [{ name: 'a', data: data() }] }));
    expect(error).toMatchObject({ code: 'TINFOIL_REST_CONNECTION', cause: { message: 'the disk broke' } });
    expect(await rest.request({ method: 'GET', path: '/x' })).toMatchObject({ method: 'GET' });
  });

  it.each([
    [{ name: '', data: 'x' }, 'files[0].name'],
    [{ name: 'x', data: 7 }, 'files[0].data'],
    [{ name: 'x', data: new URL('https://example.com/a') }, 'files[0].data'],
    [null, 'files[0]'],
  ])('that are none are refused: %j', async (file, named) => {
    const error = await errorOf(rest.request({ method: 'POST', path: '/x', files: [file as never] }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(named);
  });
});

describe('answers', () => {
  it.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/json; charset=utf-8', '"ä"', 'ä'],
    ['text/csv', 'user_id\n1\n', 'user_id\n1\n'],
    ['image/png', '\x89PNG', new Uint8Array([0xc2, 0x89, 0x50, 0x4e, 0x47])],
  ])('of %s are read as such', async (type, body, expected) => {
    await using server = await startPlainServer((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    await using client = restFor(discord, { baseUrl: server.url });
    const answer = await client.request({ method: 'GET', path: '/x' });
    expect(answer instanceof Uint8Array ? new Uint8Array(answer) : answer).toEqual(expected);
  });

  it.each([204, 304])('of status %i are undefined', async (status) => {
    await using server = await startPlainServer((_request, response) => response.writeHead(status).end());
    await using client = restFor(discord, { baseUrl: server.url });
    expect(await client.request({ method: 'GET', path: '/x' })).toBeUndefined();
  });

  it('that are broken JSON reject', async () => {
    await using server = await startPlainServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    );
    await using client = restFor(discord, { baseUrl: server.url });
    expect(await errorOf(client.request({ method: 'GET', path: '/x' }))).toMatchObject({
      code: 'TINFOIL_REST_ANSWER',
      status: 200,
    });
  });

  it('with an error tree become lines, from the line that made the call', async () => {
    const body = {
      message: 'Invalid Form Body',
      code: 50_035,
      errors: {
        embeds: { 0: { fields: { 1: { value: { _errors: [{ code: 'X', message: 'This field is required' }] } } } } },
      },
    };
    discord.faults.rest('*', { type: 'status', status: 400, body });
    const error = await errorOf(rest.api.channels('10000').messages.post({ content: 'x' }));
    expect(error).toMatchObject({
      name: 'DiscordApiError',
      code: 'TINFOIL_REST_API',
      status: 400,
      discordCode: 50_035,
      errors: ['embeds[0].fields[1].value: This field is required'],
      raw: body,
      method: 'POST',
      route: '/channels/{}/messages',
      message:
        'POST /channels/{}/messages answered 400: Invalid Form Body (50035); embeds[0].fields[1].value: This field is required',
    });
    expect(error.stack).toContain('bodies.test.ts');
    expect(error.stack!.split('\n')[1]).toContain('bodies.test.ts');
  });
});

it('writes queries in both styles', async () => {
  const asked = async (path: string, query: object) => {
    await rest.request({ method: 'GET', path, query });
    return last().query;
  };
  expect(
    await asked('/x', { id: ['1', '2'], flag: true, none: undefined, nil: null, big: 2n ** 60n, text: 'a&b=c' }),
  ).toEqual({
    id: ['1', '2'],
    flag: 'true',
    big: String(2n ** 60n),
    text: 'a&b=c',
  });
  expect(await asked('/x', { sku_ids: ['1', '2'], include_roles: [3, 4] })).toEqual({
    sku_ids: '1,2',
    include_roles: '3,4',
  });
  expect(await asked('/x?a=1', { b: 2 })).toEqual({ a: '1', b: '2' });
});

it('sends the User-Agent that Discord asks for', async () => {
  await rest.api.users.me.get();
  expect(last().headers['user-agent']).toMatch(/^DiscordBot \(https?:\/\/\S+, \d+\.\d+\.\d+\)$/);
});
