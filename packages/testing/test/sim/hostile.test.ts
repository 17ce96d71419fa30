/** Whatever a client sends, the Simulator goes on. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';
import { connectRaw, identifyData, RawClient } from '../raw-client.ts';

it('survives payloads of any shape, before and after IDENTIFY', async () => {
  await using discord = await Simulator.start({ identifyGapMs: 0, sessionStart: { total: 100_000 } });
  const guild = discord.createGuild();
  const data = fc.oneof(
    fc.jsonValue(),
    fc.record({
      guild_id: fc.constantFrom<unknown>(guild.id, '1', 5, null),
      user_ids: fc.jsonValue(),
      limit: fc.jsonValue(),
      query: fc.jsonValue(),
      fields: fc.jsonValue(),
    }),
    fc.record({
      token: fc.constantFrom(discord.token, 'x'),
      shard: fc.jsonValue(),
      intents: fc.jsonValue(),
      properties: fc.jsonValue(),
    }),
    fc.record({ token: fc.constantFrom(discord.token, 'x'), session_id: fc.jsonValue(), seq: fc.jsonValue() }),
  );
  const op = fc.constantFrom<unknown>(0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 31, 43, -1, 'x', null);
  await fc.assert(
    fc.asyncProperty(fc.boolean(), op, data, async (isReady, opcode, d) => {
      const client = new RawClient(discord.gatewayUrl);
      await client.op(10);
      if (isReady) {
        client.send(2, identifyData(discord.token));
        await client.event('READY');
      }
      client.socket.send(JSON.stringify({ op: opcode, d }));
      client.socket.close(4000);
      await client.close();
    }),
    { numRuns: 150 },
  );
  await connectRaw(discord);
});

it('survives requests of any shape', async () => {
  await using discord = await Simulator.start({ globalLimit: false, buckets: {} });
  const guild = discord.createGuild();
  const channel = guild.channels[0]!.id;
  const path = fc.constantFrom(
    `/channels/${channel}/messages`,
    `/channels/${channel}/messages?before=abc`,
    `/channels/${channel}`,
    `/guilds/${guild.id}/members?limit=x&after=y`,
    `/guilds/${guild.id}/roles`,
    `/applications/${discord.applicationId}/commands`,
    '/users/%E0%A4%A',
    '/users/@me/channels',
    '//',
    '/webhooks/1/2',
    '/interactions/1/2/callback',
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
  const type = fc.constantFrom(
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/x-www-form-urlencoded',
  );
  await fc.assert(
    fc.asyncProperty(method, path, type, fc.oneof(fc.json(), fc.string()), async (verb, target, contentType, body) => {
      const response = await fetch(discord.restUrl + target, {
        method: verb,
        headers: { authorization: `Bot ${discord.token}`, 'content-type': contentType },
        ...(verb === 'GET' ? {} : { body }),
      });
      await response.arrayBuffer();
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});
