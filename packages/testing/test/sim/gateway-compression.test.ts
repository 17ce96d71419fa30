import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasZstd } from '../../src/compression.ts';
import { Simulator } from '../../src/index.ts';
import { connectRaw, identifyData, RawClient } from '../raw-client.ts';

const tail = Buffer.of(0, 0, 0xff, 0xff);

describe('zlib-stream', () => {
  it('is one stream over the connection, each message ended by a sync flush', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const client = await connectRaw(discord, {}, { compress: 'zlib-stream' });
    const text = 'the same words over and over '.repeat(100);
    for (let index = 0; index < 5; index++) discord.dispatch('TEST', { text, index }, { guildId: guild.id });
    await client.payload(({ d }) => d?.index === 4);
    for (const frame of client.frames) expect(frame.subarray(-4)).toEqual(tail);
    expect(client.frames[0]!.subarray(0, 2)).toEqual(Buffer.of(0x78, 0x9c));
    // Node's own stream reads the whole as one zlib stream.
    const inflated = await inflateAll(client.frames);
    expect(inflated).toBe(client.texts.join(''));
    // A later message refers to what an earlier one said, so it alone is small and unreadable.
    const last = client.frames.at(-1)!;
    expect(last.length).toBeLessThan(100);
    expect(() => zlib.inflateRawSync(last, { finishFlush: zlib.constants.Z_SYNC_FLUSH })).toThrow();
  });

  it('cuts one gateway message into several WebSocket messages when told', async () => {
    await using discord = await Simulator.start({ splitBytes: 64 });
    discord.createGuild();
    const client = await connectRaw(discord, {}, { compress: 'zlib-stream' });
    await client.event('GUILD_CREATE');
    expect(client.payloads).toHaveLength(3);
    expect(client.frames.length).toBeGreaterThan(6);
  });

  it('can send bytes that are no stream', async () => {
    await using discord = await Simulator.start();
    const client = new RawClient(discord.gatewayUrl, { compress: 'zlib-stream', unread: true });
    await client.until(() => client.frames.length === 1);
    discord.faults.badZlib();
    await client.until(() => client.frames.length === 2);
    await expect(inflateAll(client.frames)).rejects.toThrow();
  });

  it('answers plain text when the compression is not offered', async () => {
    await using discord = await Simulator.start({ compression: [] });
    const client = await connectRaw(discord, {}, { compress: 'zlib-stream' });
    expect(client.frames[0]!.toString()).toContain('heartbeat_interval');
  });
});

describe('zstd-stream', () => {
  // Node 20 has no zstd.
  it.skipIf(!hasZstd)('is one context over the connection, one message each', async () => {
    await using discord = await Simulator.start();
    const client = new RawClient(discord.gatewayUrl, {
      query: 'v=10&encoding=json&compress=zstd-stream',
      unread: true,
    });
    await client.until(() => client.frames.length === 1);
    client.send(2, identifyData(discord.token));
    await discord.ledger.waitFor('ready');
    for (let index = 0; index < 3; index++) discord.dispatch('TEST', { text: 'the same words '.repeat(200), index });
    discord.faults.close(4000);
    expect(await client.close()).toBe(4000);
    expect(client.frames).toHaveLength(5);
    expect(client.frames.at(-1)!.length).toBeLessThan(100);
  });

  it.skipIf(hasZstd)('is answered by plain text where the runtime has no zstd', async () => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord, {}, { query: 'v=10&encoding=json&compress=zstd-stream' });
    expect(client.texts[0]).toContain('heartbeat_interval');
  });
});

describe('payload compression', () => {
  it('compresses large dispatches, each by itself', async () => {
    await using discord = await Simulator.start();
    discord.createGuild();
    const client = await connectRaw(discord, { compress: true });
    await client.event('GUILD_CREATE');
    expect(client.frames[0]![0]).toBe('{'.charCodeAt(0));
    expect(JSON.parse(zlib.inflateSync(client.frames[2]!).toString()).t).toBe('GUILD_CREATE');
    expect(discord.ledger.filter('identify')).toMatchObject([{ compress: true }]);
  });
});

function inflateAll(frames: readonly Buffer[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const inflate = zlib.createInflate({ finishFlush: zlib.constants.Z_SYNC_FLUSH });
    const chunks: Buffer[] = [];
    inflate.on('data', (chunk) => chunks.push(chunk));
    inflate.once('error', reject);
    inflate.once('end', () => resolve(Buffer.concat(chunks).toString()));
    inflate.end(Buffer.concat(frames));
  });
}
