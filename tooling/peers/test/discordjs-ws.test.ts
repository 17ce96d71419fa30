/** @discordjs/ws against the Simulator over zlib-stream: node's own inflate, one context for the connection. */

import { CompressionMethod, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { Simulator } from '@tinfoil/testing';
import { REST } from 'discord.js';
import { expect, it } from 'vitest';

it('receives GUILD_CREATE and the MESSAGE_CREATE of its own message over zlib-stream', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild({ name: 'Kitchen' });
  const rest = new REST({ api: discord.restUrl.replace(/\/v10$/, ''), version: '10' }).setToken(discord.token);
  const manager = new WebSocketManager({
    token: discord.token,
    intents: 1 | (1 << 9) | (1 << 15),
    rest,
    compression: CompressionMethod.ZlibNative,
    shardCount: 1,
  });
  const seen: string[] = [];
  const received = new Promise<unknown>((resolve) => {
    manager.on(WebSocketShardEvents.Dispatch, (payload) => {
      seen.push(payload.t);
      if (payload.t === 'MESSAGE_CREATE') resolve(payload.d);
    });
  });
  try {
    await manager.connect();
    await discord.ledger.waitFor('dispatch', (entry) => entry.event === 'GUILD_CREATE' && entry.delivered);
    // 40 messages share one context, so later ones refer to what earlier ones said.
    for (let index = 0; index < 40; index++)
      discord.dispatch('TEST_EVENT', { guild_id: guild.id, text: 'abc '.repeat(2000), index });
    await rest.post(`/channels/${guild.channels[0]!.id}/messages`, { body: { content: 'from @discordjs/ws' } });
    expect(await received).toMatchObject({ content: 'from @discordjs/ws', author: { id: discord.applicationId } });
    expect(seen.slice(0, 2)).toEqual(['READY', 'GUILD_CREATE']);
    expect(seen.filter((name) => name === 'TEST_EVENT')).toHaveLength(40);
  } finally {
    await manager.destroy();
  }
  expect(discord.ledger.filter('connect')).toMatchObject([{ compress: 'zlib-stream' }]);
});

it('resumes on the resume url after close 4000 with nothing lost', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild();
  const rest = new REST({ api: discord.restUrl.replace(/\/v10$/, ''), version: '10' }).setToken(discord.token);
  const manager = new WebSocketManager({
    token: discord.token,
    intents: 1 | (1 << 9),
    rest,
    compression: CompressionMethod.ZlibNative,
    shardCount: 1,
  });
  const ids: string[] = [];
  manager.on(WebSocketShardEvents.Dispatch, (payload) => {
    if (payload.t === 'MESSAGE_CREATE') ids.push(payload.d.id);
  });
  try {
    await manager.connect();
    discord.faults.close(4000);
    await discord.ledger.waitFor('close', (entry) => entry.code === 4000);
    const missed = [1, 2, 3].map(() => discord.createMessage(guild.channels[0]!.id).id);
    const resume = await discord.ledger.waitFor('resume', undefined, { timeoutMs: 10_000 });
    expect(resume).toMatchObject({ outcome: 'resumed', host: 'resume', replayed: 3 });
    await expect.poll(() => ids).toEqual(missed);
  } finally {
    await manager.destroy();
  }
});
