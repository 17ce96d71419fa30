import { describe, expect, it } from 'vitest';
import { DiscordError, Simulator } from '../../src/index.ts';

/** JSON request as the bot. */
function caller(discord: Simulator) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(discord.restUrl + path, {
      method,
      headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
}

describe('routes', () => {
  it('asks for the token, and for none at /gateway', async () => {
    await using discord = await Simulator.start({ shards: 7, maxConcurrency: 16 });
    const call = caller(discord);
    expect(await call('GET', '/users/@me')).toMatchObject({ status: 200, body: { id: discord.applicationId } });
    expect(await call('GET', '/users/@me', undefined, { authorization: 'Bot no' })).toMatchObject({
      status: 401,
      body: { message: '401: Unauthorized', code: 0 },
    });
    expect((await fetch(`${discord.restUrl}/gateway`)).status).toBe(200);
    expect((await fetch(`${discord.restUrl}/gateway/bot`)).status).toBe(401);
    expect((await call('GET', '/gateway/bot')).body).toMatchObject({
      url: discord.gatewayUrl,
      shards: 7,
      session_start_limit: { total: 1000, remaining: 1000, max_concurrency: 16 },
    });
    expect(discord.ledger.filter('request').map(({ identity }) => identity)).toEqual([
      'bot',
      'wrong',
      'none',
      'none',
      'bot',
    ]);
    expect(discord.ledger.invalidRequests()).toBe(2);
  });

  it('creates, lists, edits and deletes messages, each with its event', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const base = `/channels/${guild.channels[0]!.id}/messages`;
    const call = caller(discord);
    const created = await call('POST', base, { content: 'one' });
    expect(created).toMatchObject({ status: 200, body: { content: 'one', author: { id: discord.applicationId } } });
    const { id } = created.body;
    expect((await call('PATCH', `${base}/${id}`, { content: 'two' })).body.content).toBe('two');
    discord.createMessage(guild.channels[0]!.id, { content: 'three' });
    expect((await call('GET', `${base}?limit=1`)).body).toMatchObject([{ content: 'three' }]);
    expect((await call('GET', `${base}?after=0`)).body).toMatchObject([{ content: 'three' }, { content: 'two' }]);
    expect((await call('DELETE', `${base}/${id}`)).status).toBe(204);
    expect(await call('GET', `${base}/${id}`)).toMatchObject({ status: 404, body: { code: 10_008 } });
    expect(discord.ledger.filter('message').map(({ by }) => by)).toEqual(['bot', 'member']);
  });

  it('checks forms as Discord does', async () => {
    await using discord = await Simulator.start({ buckets: { 'POST /channels/{channel_id}/messages': false } });
    const base = `/channels/${discord.createGuild().channels[0]!.id}/messages`;
    const call = caller(discord);
    expect(await call('POST', base, {})).toMatchObject({ status: 400, body: { code: 50_006 } });
    expect(await call('POST', base, { content: 'x'.repeat(2001) })).toMatchObject({
      status: 400,
      body: { code: 50_035, errors: { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH' }] } } },
    });
    expect(await call('POST', '/channels/1/messages', { content: 'x' })).toMatchObject({
      status: 404,
      body: { code: 10_003 },
    });
    expect((await call('POST', base, { content: 'x' }, { 'content-type': 'text/plain' })).status).toBe(400);
  });

  it('gives the same message for an enforced nonce, and another without', async () => {
    await using discord = await Simulator.start();
    const base = `/channels/${discord.createGuild().channels[0]!.id}/messages`;
    const call = caller(discord);
    const first = await call('POST', base, { content: 'x', nonce: 'n', enforce_nonce: true });
    const second = await call('POST', base, { content: 'x', nonce: 'n', enforce_nonce: true });
    const third = await call('POST', base, { content: 'x', nonce: 'n' });
    expect(second.body.id).toBe(first.body.id);
    expect(third.body.id).not.toBe(first.body.id);
    expect(discord.ledger.filter('message').map(({ created }) => created)).toEqual([true, false, true]);
  });

  it('hashes uploaded files and makes attachments', async () => {
    await using discord = await Simulator.start();
    const form = new FormData();
    form.append('payload_json', JSON.stringify({ attachments: [{ id: 0, description: 'a cat' }] }));
    form.append('files[0]', new Blob(['meow'], { type: 'text/plain' }), 'cat.txt');
    const response = await fetch(`${discord.restUrl}/channels/${discord.createGuild().channels[0]!.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${discord.token}` },
      body: form,
    });
    expect(await response.json()).toMatchObject({
      attachments: [{ filename: 'cat.txt', size: 4, description: 'a cat' }],
    });
    expect(discord.ledger.filter('request')).toMatchObject([{ files: [{ field: 'files[0]', bytes: 4 }] }]);
  });

  it('keeps guilds, members, roles and commands', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild({ members: 2 });
    const userId = guild.members[1]!.user.id;
    const call = caller(discord);
    const role = (await call('POST', `/guilds/${guild.id}/roles`, { name: 'cook' })).body;
    expect((await call('PUT', `/guilds/${guild.id}/members/${userId}/roles/${role.id}`)).status).toBe(204);
    expect((await call('GET', `/guilds/${guild.id}/members/${userId}`)).body.roles).toEqual([role.id]);
    expect((await call('GET', `/guilds/${guild.id}?with_counts=true`)).body.approximate_member_count).toBe(3);
    expect((await call('GET', `/guilds/1`)).body.code).toBe(10_004);
    const commands = `/applications/${discord.applicationId}/commands`;
    const put = await call('PUT', commands, [{ name: 'ping', description: 'p' }]);
    expect((await call('PUT', commands, [{ name: 'ping', description: 'q' }])).body[0].id).toBe(put.body[0].id);
    expect((await call('POST', commands, { name: 'ping', description: 'r' })).status).toBe(200);
    expect((await call('POST', commands, { name: 'pong', description: 'r' })).status).toBe(201);
    expect(await call('POST', commands, { name: 'bad' })).toMatchObject({ status: 400, body: { code: 50_035 } });
    expect(discord.commands().map(({ name }) => name)).toEqual(['ping', 'pong']);
    expect(discord.commands(guild.id)).toEqual([]);
  });

  it('keeps webhooks: 401 50027 for a wrong token, 404 10015 when unknown', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const hook = discord.createWebhook(guild.channels[0]!.id);
    const call = caller(discord);
    const sent = await call('POST', `/webhooks/${hook.id}/${hook.token}?wait=true`, { content: 'hi' });
    expect(sent).toMatchObject({ status: 200, body: { webhook_id: hook.id } });
    expect((await call('POST', `/webhooks/${hook.id}/${hook.token}`, { content: 'hi' })).status).toBe(204);
    expect(await call('POST', `/webhooks/${hook.id}/no`, { content: 'hi' })).toMatchObject({
      status: 401,
      body: { code: 50_027 },
    });
    expect(await call('POST', '/webhooks/1/no', { content: 'hi' })).toMatchObject({
      status: 404,
      body: { code: 10_015 },
    });
    expect(JSON.stringify(discord.ledger.toJSON())).not.toContain(hook.token);
    expect(JSON.stringify(discord.ledger.toJSON())).not.toContain(discord.token);
  });
});

describe('start and close', () => {
  it('rejects when the port is taken, leaves nothing open, and closes twice without complaint', async () => {
    const discord = await Simulator.start();
    const port = Number(new URL(discord.url).port);
    await expect(Simulator.start({ port })).rejects.toThrow('EADDRINUSE');
    await expect(Simulator.start({ resumePort: port })).rejects.toThrow('EADDRINUSE');
    await discord.close();
    await discord.close();
    await expect(fetch(`${discord.restUrl}/gateway`)).rejects.toThrow();
  });

  it('tells its public address', async () => {
    await using discord = await Simulator.start({ publicUrl: 'https://discord.example:4000/' });
    expect([discord.restUrl, discord.gatewayUrl, discord.resumeUrl]).toEqual([
      'https://discord.example:4000/api/v10',
      'wss://discord.example:4000',
      'wss://discord.example:4000',
    ]);
    await using other = await Simulator.start({ publicUrl: 'http://discord.example', resumePort: 0 });
    expect(other.resumeUrl).toBe('ws://discord.example');
  });
});

describe('scripted routes', () => {
  it('answers an unscripted route with an error, with echo with the request', async () => {
    await using discord = await Simulator.start();
    const call = caller(discord);
    expect((await call('GET', '/lobbies/1')).status).toBe(404);
    discord.echo();
    expect(await call('POST', '/lobbies/123456/x?a=1&a=2&b=3', { c: 1 })).toMatchObject({
      status: 200,
      body: { method: 'POST', path: '/lobbies/123456/x', query: { a: ['1', '2'], b: '3' }, body: { c: 1 } },
    });
    expect(discord.ledger.filter('request').at(-1)?.route).toBe('/lobbies/{id}/x');
  });

  it('runs handlers: JSON, bytes, statuses, errors', async () => {
    await using discord = await Simulator.start();
    const call = caller(discord);
    discord.route('GET', '/lobbies/{lobby_id}', ({ params }) => ({ body: { id: params.lobby_id } }));
    discord.route('DELETE', '/lobbies/{lobby_id}', () => ({}));
    discord.route('PUT', '/lobbies/{lobby_id}', () => {
      throw new DiscordError(403, 50_013, 'Missing Permissions');
    });
    discord.route('GET', '/guilds/{guild_id}/widget.png', () => ({
      body: Buffer.from([1, 2]),
      headers: { 'content-type': 'image/png' },
    }));
    discord.route('POST', '/oauth2/token', ({ headers }) => ({ body: { scheme: headers.authorization } }), {
      needsToken: false,
    });
    expect((await call('POST', '/oauth2/token', {}, { authorization: 'Basic eDp5' })).body).toEqual({
      scheme: 'Basic <other>',
    });
    expect((await call('GET', '/lobbies/5')).body).toEqual({ id: '5' });
    expect((await call('DELETE', '/lobbies/5')).status).toBe(204);
    expect(await call('PUT', '/lobbies/5')).toMatchObject({
      status: 403,
      body: { code: 50_013, message: 'Missing Permissions' },
    });
    const png = await fetch(`${discord.restUrl}/guilds/1/widget.png`, {
      headers: { authorization: `Bot ${discord.token}` },
    });
    expect([...new Uint8Array(await png.arrayBuffer())]).toEqual([1, 2]);
  });
});
