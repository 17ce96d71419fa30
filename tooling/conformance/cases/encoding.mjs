/** Items 24-28: JSON, compression of payloads and of connections, order, repetition. */
import * as zlib from 'node:zlib';
import { message } from '../lib/events.mjs';
import { expect } from '../lib/harness.mjs';

const contents = (client) => client.dispatches.filter(({ type }) => type === 'MESSAGE_CREATE');
const noise = Array.from({ length: 60_000 }, (_, index) => ((index * 48_271) % 65_537).toString(36)).join('');

function arrives(name, config, script) {
  return async (t) => {
    const { discord, client } = await t.up(script, config);
    const used = discord.connection.params.compress;
    if (config.compression.endsWith('-stream')) expect(used === config.compression, `connected with compress=${used}`);
    const sizes = [0, 10, 2000, 70_000, 131_100, 280_000, 5];
    for (const [index, size] of sizes.entries())
      discord.dispatch('MESSAGE_CREATE', message(index, noise.slice(0, size)));
    await t.until(
      () => contents(client).length === sizes.length,
      8000,
      `${contents(client).length} of ${sizes.length} messages (${name})`,
    );
    expect(
      contents(client).every(({ size }, index) => size === Math.min(sizes[index], noise.length)),
      'wrong contents',
    );
    expect(discord.all('connect').length === 1, 'reconnected');
  };
}

function keepsOrder(compression) {
  return async (t) => {
    const { discord, client } = await t.up({}, { compression });
    for (let id = 0; id < 1500; id++)
      discord.dispatch('MESSAGE_CREATE', message(id, noise.slice(0, (id * 7919) % 9000)));
    await t.until(() => contents(client).length === 1500, 12_000, `${contents(client).length} of 1500 events`);
    const wrong = contents(client).findIndex(({ id }, index) => id !== String(index));
    expect(wrong === -1, `out of order at ${wrong}`);
  };
}

const needsZstd = () =>
  'createZstdCompress' in zlib ? undefined : `needs zstd, which Node ${process.version} has not`;

export default [
  { item: '24', name: 'JSON text frames of any size', run: arrives('text', { compression: 'none' }) },
  {
    item: '24',
    name: 'payload compression: zlib packets, each by itself, told from text frame by frame',
    async run(t) {
      const { discord, client, connection } = await t.up({}, { compression: 'payload' });
      expect(discord.all('identify')[0].d.compress === true, 'compress was not asked for in IDENTIFY');
      let turn = 0;
      connection.zlibPayload = () => turn++ % 2 === 0;
      for (let id = 0; id < 6; id++) discord.dispatch('MESSAGE_CREATE', message(id, noise.slice(0, id * 1000)));
      await t.until(() => contents(client).length === 6, 5000, `${contents(client).length} of 6 messages`);
    },
  },
  {
    item: '25',
    name: 'zlib-stream: one context for all messages, of any size',
    run: arrives('zlib', { compression: 'zlib-stream' }),
  },
  {
    item: '25',
    name: 'zlib-stream: messages that span several WebSocket messages',
    run: arrives('zlib', { compression: 'zlib-stream' }, { splitBytes: 700 }),
  },
  {
    item: '25',
    name: 'zlib-stream: a new context after each reconnect',
    async run(t) {
      const { discord, client, connection } = await t.up({}, { compression: 'zlib-stream' });
      let last = connection;
      for (let turn = 1; turn <= 3; turn++) {
        last.close(4000);
        await discord.wait('resumed', { count: turn });
        last = discord.connection;
        discord.dispatch('MESSAGE_CREATE', message(turn, 'again'));
        await t.until(() => contents(client).length === turn, 4000, `no event after reconnect ${turn}`);
      }
    },
  },
  {
    item: '25',
    name: 'zlib-stream: a frame cut off by a reconnect does not reach the next connection',
    async run(t) {
      const { discord, client, connection } = await t.up({}, { compression: 'zlib-stream' });
      discord.dispatch('MESSAGE_CREATE', message(1));
      await t.until(() => contents(client).length === 1, 4000, 'no event');
      connection.sendRaw(Buffer.from('aac665a021d8', 'hex'));
      connection.send({ op: 7 });
      connection.close(4000);
      await discord.wait('resumed', { withinMs: 15_000 });
      discord.dispatch('MESSAGE_CREATE', message(2));
      await t.until(() => contents(client).some(({ id }) => id === '2'), 4000, 'no event on the new connection');
    },
  },
  {
    item: '26',
    name: 'zstd-stream: one context for all messages, of any size',
    skip: needsZstd,
    run: arrives('zstd', { compression: 'zstd-stream' }),
  },
  { item: '26', name: 'zstd-stream: messages stay in order', skip: needsZstd, run: keepsOrder('zstd-stream') },
  {
    item: '27',
    name: 'zlib-stream that is corrupt: closes with a code that keeps the session, and resumes',
    async run(t) {
      const { discord, client, connection } = await t.up({}, { compression: 'zlib-stream' });
      connection.sendRaw(Buffer.from('ffdeadbeefff0000ffff', 'hex'));
      const close = await discord.wait('close', { withinMs: 8000, what: 'the connection stayed open for 8 s' });
      expect(close.code !== 1000 && close.code !== 1001, `closed with ${close.code}`);
      await discord.wait('resumed', { withinMs: 15_000 });
      discord.dispatch('MESSAGE_CREATE', message(1));
      await t.until(() => contents(client).length === 1, 4000, 'no event on the new connection');
    },
  },
  { item: '27', name: 'zlib-stream: messages stay in order', run: keepsOrder('zlib-stream') },
  { item: '27', name: 'uncompressed: messages stay in order', run: keepsOrder('none') },
  {
    item: '27',
    name: 'text that is not JSON: the process lives, and events go on, on this connection or the next',
    async run(t) {
      const { discord, client, connection } = await t.up();
      connection.sendRaw('{"t":"MESSAGE_CREATE","s":2,"op":0,"d":{"id":"1"');
      await t.pause(1500);
      discord.dispatch('MESSAGE_CREATE', message(2));
      await t.until(() => contents(client).some(({ id }) => id === '2'), 15_000, 'no event after it');
    },
  },
  {
    item: '28',
    name: 'an event that comes twice, or late, does not move the sequence back',
    async run(t) {
      const { discord, client, connection } = await t.up();
      for (let id = 1; id <= 5; id++) discord.dispatch('MESSAGE_CREATE', message(id));
      connection.sendText(connection.session.events[2].text);
      await t.until(() => contents(client).length >= 5, 4000, `${contents(client).length} of 5 events`);
      await t.pause(300);
      connection.close(4000);
      const { d } = await discord.wait('resume');
      expect(d.seq === 6, `resumed from ${d.seq}, not 6`);
    },
  },
];
