/** REST through the proxy: Discord's answers as they are, the bot token in the place of the access token, and that token nowhere else. */
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accessToken, startProxy, temporaryDirectory } from '../support.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const authorization = `Bot ${accessToken}`;

it.each(['/api/v10', '/api/v9', '/api', '/v10', ''])('answers %s/gateway/bot itself', async (prefix) => {
  await using discord = await Simulator.start({ shards: 3, maxConcurrency: 3 });
  await using test = await startProxy(discord, directory.path, { shards: { ids: [0, 1, 2], total: 3 } });
  const url = test.proxy.url.replace('http', 'ws');
  const answer = await fetch(`${test.proxy.url}${prefix}/gateway/bot`, { headers: { authorization } });
  expect(await answer.json()).toMatchObject({ url, shards: 3, session_start_limit: { max_concurrency: 3 } });
  expect(await (await fetch(`${test.proxy.url}${prefix}/gateway`)).json()).toEqual({ url });
  expect((await fetch(`${test.proxy.url}${prefix}/gateway/bot`)).status).toBe(401);
});

it('forwards requests with the bot token, streams answers, and leaves headers and errors as they are', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  const channelId = guild.channels[0]!.id;
  await using test = await startProxy(discord, directory.path);
  const base = `${test.proxy.url}/api/v10`;
  const form = new FormData();
  form.append('payload_json', JSON.stringify({ content: 'with a file' }));
  form.append('files[0]', new Blob(['x'.repeat(300_000)]), 'x.txt');
  const sent = await fetch(`${base}/channels/${channelId}/messages`, {
    method: 'POST',
    body: form,
    headers: { authorization },
  });
  expect(sent.status).toBe(200);
  expect(sent.headers.get('x-ratelimit-limit')).not.toBeNull();
  expect(discord.messages(channelId).at(-1)).toMatchObject({ content: 'with a file' });
  const missing = await fetch(`${base}/channels/1/messages`, { headers: { authorization } });
  expect(missing.status).toBe(404);
  expect(await missing.json()).toHaveProperty('code');
  const json = await fetch(`${base}/channels/${channelId}/messages`, {
    method: 'POST',
    body: JSON.stringify({ content: 'ü' }),
    headers: { authorization, 'content-type': 'application/json', 'x-audit-log-reason': 'because' },
  });
  expect(await json.json()).toMatchObject({ content: 'ü' });
  const request = discord.ledger.filter('request').at(-1);
  expect(JSON.stringify(request)).toContain('because');
});

it('forwards webhook and interaction routes, which carry no credential', async () => {
  await using discord = await Simulator.start();
  const webhook = discord.createWebhook(discord.createGuild().channels[0]!.id);
  await using test = await startProxy(discord, directory.path);
  const answer = await fetch(`${test.proxy.url}/api/v10/webhooks/${webhook.id}/${webhook.token}?wait=true`, {
    method: 'POST',
    body: JSON.stringify({ content: 'from a webhook' }),
    headers: { 'content-type': 'application/json' },
  });
  expect(await answer.json()).toMatchObject({ content: 'from a webhook' });
});

it('refuses bots that are not its own, and never lets an access token out', async () => {
  await using discord = await Simulator.start({ identifyGapMs: 0 });
  await using test = await startProxy(discord, directory.path);
  const base = `${test.proxy.url}/api/v10/users/@me`;
  const status = async (url: string, headers: Record<string, string>) => (await fetch(url, { headers })).status;
  const before = discord.ledger.filter('request').length;
  expect(await status(base, { authorization: 'Bot somebody.elses.token' })).toBe(401);
  expect(await status(base, { authorization: `Bot ${discord.token}` })).toBe(401);
  expect(await status(`${base}?q=${accessToken}`, {})).toBe(400);
  expect(await status(`${base}?q=%4d${accessToken.slice(1)}`, {})).toBe(400);
  expect(await status(base, { 'x-copy': `a ${accessToken}` })).toBe(400);
  expect(discord.ledger.filter('request')).toHaveLength(before);
  expect(await status(base, { authorization: `Bearer ${accessToken}` })).toBe(200);
  expect(JSON.stringify(discord.ledger.entries)).not.toContain(accessToken);
  await using open = await startProxy(discord, `${directory.path}/open`, { acceptBotToken: true, accessTokens: [] });
  expect(await status(`${open.proxy.url}/api/v10/users/@me`, { authorization: `Bot ${discord.token}` })).toBe(200);
});

it('says 502 when Discord does not answer, and goes on', async () => {
  await using discord = await Simulator.start();
  await using test = await startProxy(discord, directory.path);
  const url = `${test.proxy.url}/api/v10/users/@me`;
  discord.faults.rest('GET /users/@me', { type: 'reset', times: 1 });
  expect((await fetch(url, { headers: { authorization } })).status).toBe(502);
  expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
});

it('tells whether it is ready, and its figures without a secret', async () => {
  await using discord = await Simulator.start();
  await using test = await startProxy(discord, directory.path);
  const get = async (path: string) => {
    const answer = await fetch(`${test.proxy.opsUrl}${path}`);
    return [answer.status, await answer.text()] as const;
  };
  expect(await get('/livez')).toEqual([200, 'ok\n']);
  expect(await get('/readyz')).toEqual([200, 'ok\n']);
  const [, metrics] = await get('/metrics');
  expect(metrics).toContain('tinfoil_proxy_shards_up 1');
  expect(metrics).not.toContain(accessToken);
  expect(metrics).not.toContain(discord.token);
  discord.faults.close(4004);
  await expect.poll(() => get('/readyz').then(([status]) => status), { timeout: 5_000 }).toBe(503);
  expect((await get('/livez'))[0]).toBe(200);
});
