import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reservePorts } from '../../src/dev/ports.ts';
import { type Program, startProgram } from './program.ts';

let discord: Simulator;
let programs: Program[];

beforeEach(async () => {
  discord = await Simulator.start({ identifyGapMs: 10, maxConcurrency: 2 });
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await discord.close();
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const program = startProgram(args, { BOT_TOKEN: discord.token, TINFOIL_API_URL: discord.restUrl, ...env });
  programs.push(program);
  return program;
}

describe('role all', () => {
  it('registers its commands when asked to, and answers them by the gateway', { timeout: 30_000 }, async () => {
    const guild = discord.createGuild({ channels: 1 });
    const program = start(['all', '--register']);
    await program.match(/shard 0 ready/);
    expect(discord.commands().map(({ name }) => name)).toEqual(['ping', 'stats', 'where']);
    const ask = async (name: string) => (await discord.interact(null, { guildId: guild.id, data: { name } })).callback;
    expect(await ask('ping')).toMatchObject({ data: { content: 'pong' } });
    expect(await ask('stats')).toMatchObject({
      data: { content: expect.stringMatching(/^1 guilds, \d+ messages, one process$/) },
    });
    expect(await ask('where')).toMatchObject({ data: { content: 'All shards are in this process, of 1.' } });
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it('registers nothing unasked', { timeout: 30_000 }, async () => {
    await start(['all']).match(/shard 0 ready/);
    expect(discord.commands()).toEqual([]);
  });
});

describe('role shard', () => {
  it('answers over HTTP whichever pod is asked, from the pod that owns the server', { timeout: 30_000 }, async () => {
    const block = await reservePorts(8, Math.random());
    const url = (index: number) => `http://127.0.0.1:${block.ports[index]}`;
    const port = (index: number) => String(block.ports[index]);
    const common = {
      DISCORD_PUBLIC_KEY: discord.publicKey,
      TINFOIL_TOTAL_SHARDS: '2',
      TINFOIL_HOST: '127.0.0.1',
      TINFOIL_PEERS: `${url(0)},${url(1)}`,
      TINFOIL_MANAGER_URL: url(6),
      TINFOIL_TIMING: JSON.stringify({ quietMs: 100, identifyGapMs: 20, pollEveryMs: 200 }),
    };
    start(['manager'], { ...common, TINFOIL_INTERNAL_PORT: port(6), TINFOIL_OPS_PORT: port(7) });
    const pods = [0, 1].map((pod) =>
      start(['shard'], {
        ...common,
        POD_NAME: `bot-${pod}`,
        TINFOIL_INTERNAL_PORT: port(pod),
        TINFOIL_PUBLIC_PORT: port(2 + pod),
        TINFOIL_OPS_PORT: port(4 + pod),
      }),
    );
    const guild = discord.createGuild({ shardId: 1, totalShards: 2, memberCount: 30, channels: 1 });
    await Promise.all(pods.map((pod, shard) => pod.match(new RegExp(`shard ${shard} ready`))));
    const ask = async (pod: number, name: string) => {
      const { callback } = await discord.interact(`${url(2 + pod)}/interactions`, {
        guildId: guild.id,
        data: { name },
      });
      return (callback?.data as { content: string } | undefined)?.content;
    };
    expect(await ask(0, 'where')).toBe('Shard 1, in pod bot-1.');
    expect(await ask(1, 'where')).toBe('Shard 1, in pod bot-1.');
    // The answers are messages too, and the pods count them.
    await expect
      .poll(() => ask(0, 'stats'), { timeout: 10_000 })
      .toMatch(/^1 guilds, 30 users, [1-9]\d* messages \(every pod answered\)$/);
    await block.release();
  });
});
