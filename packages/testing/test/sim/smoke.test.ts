import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Simulator } from '../../src/index.ts';

it('serves REST and gateway', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild({ name: 'A' });
  const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' };
  const me = await fetch(`${discord.restUrl}/users/@me`, { headers });
  expect(await me.json()).toMatchObject({ id: discord.applicationId, bot: true });
  const info = await fetch(`${discord.restUrl}/gateway/bot`, { headers });
  expect(await info.json()).toMatchObject({
    url: discord.gatewayUrl,
    shards: 1,
    session_start_limit: { remaining: 1000 },
  });
  const ws = new WebSocket(`${discord.gatewayUrl}/?v=10&encoding=json`);
  const seen: { op: number; t: string | null }[] = [];
  ws.on('message', (data) => {
    const payload = JSON.parse(String(data));
    seen.push(payload);
    if (payload.op === 10)
      ws.send(
        JSON.stringify({
          op: 2,
          d: { token: discord.token, intents: 513, properties: { os: 'x', browser: 'x', device: 'x' } },
        }),
      );
  });
  await discord.ledger.waitFor('ready');
  const channelId = guild.channels[0]!.id;
  const sent = await fetch(`${discord.restUrl}/channels/${channelId}/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ content: 'x' }),
  });
  expect(sent.status).toBe(200);
  expect(sent.headers.get('x-ratelimit-remaining')).toBe('4');
  await discord.ledger.waitFor('dispatch', (e) => e.event === 'MESSAGE_CREATE');
  await expect.poll(() => seen.map((p) => p.t ?? p.op)).toEqual([10, 'READY', 'GUILD_CREATE', 'MESSAGE_CREATE']);
  ws.terminate();
  const close = await discord.ledger.waitFor('close');
  expect(close).toMatchObject({ by: 'network', code: 1006, sessionKept: true });
});
