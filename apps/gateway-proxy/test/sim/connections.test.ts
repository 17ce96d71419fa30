/** Connections: compression, heartbeats, close codes, clients that do not read. */
import { connect } from 'node:net';
import { constants, inflateSync } from 'node:zlib';
import { Gateway } from '@tinfoil/gateway';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hasZstd } from '../../src/protocol/zstd.ts';
import {
  accessToken,
  allIntents,
  eventually,
  gatewayTiming,
  RawClient,
  startProxy,
  temporaryDirectory,
} from '../support.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const wsOf = (url: string) => `${url.replace('http', 'ws')}/?v=10&encoding=json`;

it('speaks zlib-stream: one stream, every message ending with a flush', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  await using test = await startProxy(discord, directory.path);
  const parts: Buffer[] = [];
  const client = new RawClient(`${wsOf(test.proxy.url)}&compress=zlib-stream`, (data, isBinary) => {
    expect(isBinary).toBe(true);
    expect(data.subarray(-4)).toEqual(Buffer.from([0, 0, 255, 255]));
    const before = parts.length === 0 ? 0 : inflate(parts).length;
    parts.push(data);
    return JSON.parse(inflate(parts).subarray(before).toString());
  });
  await client.identify();
  await client.next(({ t }) => t === 'GUILD_CREATE');
  for (const content of ['short', 'long '.repeat(500)]) discord.createMessage(guild.channels[0]!.id, { content });
  await client.until(() => client.dispatches.length === 4);
  expect(client.dispatches.map(({ s }) => s)).toEqual([1, 2, 3, 4]);
  client.socket.close(1000);
});

const inflate = (parts: readonly Buffer[]) =>
  inflateSync(Buffer.concat(parts), { finishFlush: constants.Z_SYNC_FLUSH });

it.each(['none', 'zlib-stream', ...(hasZstd ? ['zstd-stream' as const] : [])] as const)(
  'serves a gateway of ours over %s, cut off again and again, without a loss',
  async (compression) => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    await using test = await startProxy(discord, directory.path);
    const got: string[] = [];
    await using gateway = new Gateway({
      token: accessToken,
      intents: allIntents,
      baseUrl: `${test.proxy.url}/api/v10`,
      compression,
      timing: gatewayTiming,
    });
    gateway.on('MESSAGE_CREATE', ({ id }) => {
      got.push(id);
    });
    // A session can be resumed once its start is complete.
    await Promise.all([gateway.connect(), gateway.waitFor('GUILD_CREATE')]);
    const sent: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 10; count++)
        sent.push(discord.createMessage(guild.channels[0]!.id, { content: 'word '.repeat(count * 60) }).id);
      await gateway.restartShard(0, { mode: 'resume' });
    }
    await eventually(() => got.length >= sent.length);
    expect(got).toEqual(sent);
    expect(gateway.shards[0]).toMatchObject({ identifies: 1, resumes: 5 });
  },
);

it('answers heartbeats, and cuts off a client without them, whose session waits', async () => {
  await using discord = await Simulator.start();
  discord.createGuild();
  await using test = await startProxy(discord, directory.path, { timing: { heartbeatMs: 300 } });
  const client = new RawClient(wsOf(test.proxy.url));
  const { d } = await client.identify();
  client.send(1, null);
  await client.next(({ op }) => op === 11);
  expect(await client.closed()).toBe(4000);
  const second = new RawClient(wsOf(test.proxy.url));
  await second.resume(d.session_id, client.sequence);
  await second.next(({ t }) => t === 'RESUMED');
  second.socket.close(1000);
});

it.each([
  ['no JSON', 4002, (client: RawClient) => client.socket.send('{')],
  ['a payload above 4,096 bytes', 4002, (client: RawClient) => client.send(3, 'x'.repeat(5_000))],
  ['an unknown opcode', 4001, (client: RawClient) => client.send(99, null)],
  [
    'a second IDENTIFY',
    4005,
    (client: RawClient) => client.send(2, { token: accessToken, intents: 0, properties: {} }),
  ],
  [
    'more than 120 payloads in a minute',
    4008,
    (client: RawClient) => {
      for (let count = 0; count < 130; count++) client.send(1, null);
    },
  ],
])('closes on %s with %i', async (_what, code, act) => {
  await using discord = await Simulator.start();
  await using test = await startProxy(discord, directory.path);
  const client = new RawClient(wsOf(test.proxy.url));
  await client.identify();
  act(client);
  expect(await client.closed()).toBe(code);
});

it('hands commands on under the shard’s limit, presence among them', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  await using test = await startProxy(discord, directory.path);
  const client = new RawClient(wsOf(test.proxy.url));
  await client.identify();
  client.send(3, { since: null, activities: [], status: 'idle', afk: false });
  client.send(4, { guild_id: guild.id, channel_id: null, self_mute: false, self_deaf: false });
  client.send(31, { guild_ids: [guild.id] });
  for (const op of [3, 4, 31]) await discord.ledger.waitFor('command', (command) => command.op === op);
  client.socket.close(1000);
});

it('cuts off a client that does not read, with a code and a metric, and no other', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  await using test = await startProxy(discord, directory.path, { clientQueueBytes: 200_000 });
  const good = new RawClient(wsOf(test.proxy.url));
  await good.identify();
  // A socket of our own: nothing reads it once it has identified.
  const slow = new RawClient(wsOf(test.proxy.url));
  const { d } = await slow.identify();
  await slow.next(({ t }) => t === 'GUILD_CREATE');
  const at = slow.sequence;
  slow.socket.pause();
  let sent = 0;
  const slowClients = async () => /slow_clients_total (\d+)/.exec((await test.proxy.metrics.render()).text)?.[1];
  await eventually(async () => {
    for (let count = 0; count < 100; count++, sent++)
      discord.createMessage(guild.channels[0]!.id, { content: 'x'.repeat(1_900) });
    await new Promise(setImmediate);
    return (await slowClients()) === '1';
  }, 10_000);
  await good.until(() => good.dispatches.filter(({ t }) => t === 'MESSAGE_CREATE').length === sent);
  expect(good.closeCode).toBeUndefined();
  // Its session is kept: read on elsewhere, it has lost nothing.
  const again = new RawClient(wsOf(test.proxy.url));
  await again.resume(d.session_id, at);
  await again.next(({ t }) => t === 'RESUMED', 10_000);
  expect(again.dispatches.filter(({ t }) => t === 'MESSAGE_CREATE')).toHaveLength(sent);
  slow.socket.terminate();
  good.socket.close(1000);
  again.socket.close(1000);
});

it('lives on through what is no client at all', async () => {
  await using discord = await Simulator.start();
  await using test = await startProxy(discord, directory.path);
  const socket = connect(Number(new URL(test.proxy.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write('nonsense\r\n\r\n');
  await eventually(() => socket.destroyed);
  const client = new RawClient(wsOf(test.proxy.url));
  await client.identify();
  client.socket.close(1000);
});
