import { createServer, type Server } from 'node:net';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProgram } from './program.ts';

let discord: Simulator;
let taken: Server;
let port: string;

beforeEach(async () => {
  discord = await Simulator.start();
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  port = String(typeof address === 'object' ? address?.port : address);
});

afterEach(async () => {
  taken.close();
  await discord.close();
});

const pod = {
  BOT_TOKEN: 'Simulated.Bot.Token',
  DISCORD_PUBLIC_KEY: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  TINFOIL_TOTAL_SHARDS: '1',
  POD_NAME: 'bot-0',
  TINFOIL_PEERS: 'http://127.0.0.1:1',
  TINFOIL_HOST: '127.0.0.1',
};

describe('what cannot work ends in one line and exit code 1', () => {
  it.each([
    [
      'a missing token in role all',
      ['all'],
      {},
      /^tinfoil-bot: BOT_TOKEN must be the bot token in role all, got none\n$/,
    ],
    ['a wrong token in role all', ['all'], { BOT_TOKEN: 'wrong' }, /^tinfoil-bot: .*401.*\n$/],
    [
      'a public key that is none',
      [],
      { DISCORD_PUBLIC_KEY: 'abc' },
      /^tinfoil-bot: DISCORD_PUBLIC_KEY must be 64 hexadecimal digits, got 3 characters\n$/,
    ],
    [
      'an unknown role',
      [],
      { TINFOIL_ROLE: 'worker' },
      /^tinfoil-bot: role must be one of all, shard, manager, dev, got "worker"\n$/,
    ],
    [
      'a shard total that is none',
      ['shard'],
      { ...pod, TINFOIL_TOTAL_SHARDS: 'many' },
      /^tinfoil-bot: .*TINFOIL_TOTAL_SHARDS.*many.*\n$/,
    ],
    ['a taken port of a pod', ['shard'], { ...pod, TINFOIL_PUBLIC_PORT: 'TAKEN' }, /^tinfoil-bot: .*port TAKEN.*\n$/],
    [
      'a taken port of the manager',
      ['manager'],
      { ...pod, TINFOIL_INTERNAL_PORT: 'TAKEN' },
      /^tinfoil-bot: .*port TAKEN.*\n$/,
    ],
  ])('%s', { timeout: 20_000 }, async (_, args, env, line) => {
    const filled = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'TAKEN' ? port : value]),
    );
    const program = startProgram(args, { TINFOIL_API_URL: discord.restUrl, ...filled });
    expect(await program.ended).toBe(1);
    expect(program.output().replaceAll(port, 'TAKEN')).toMatch(line);
  });
});
