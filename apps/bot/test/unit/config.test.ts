import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';

const key = 'ab'.repeat(32);

describe('parseConfig', () => {
  it.each([
    ['the simulation without a token', [], {}, 'dev'],
    ['one process with a token', [], { BOT_TOKEN: 't' }, 'all'],
    ['the simulation when asked for, whatever the token', ['--simulated'], { BOT_TOKEN: 't' }, 'dev'],
    [
      'the simulation when asked for, whatever the role',
      ['--simulated'],
      { BOT_TOKEN: 't', TINFOIL_ROLE: 'all' },
      'dev',
    ],
    ['the role of the environment', [], { TINFOIL_ROLE: 'manager' }, 'manager'],
    [
      'the role of the argument before that of the environment',
      ['shard'],
      { TINFOIL_ROLE: 'manager', BOT_TOKEN: 't', DISCORD_PUBLIC_KEY: key },
      'shard',
    ],
    ['an empty role as none', [], { TINFOIL_ROLE: '' }, 'dev'],
  ])('runs %s', (_, args, env, role) => {
    expect(parseConfig(args, env).role).toBe(role);
  });

  it('takes the flags', () => {
    expect(parseConfig(['--once', '--register'], {})).toMatchObject({ once: true, register: true });
    expect(parseConfig([], {})).toMatchObject({ once: false, register: false });
  });

  it('takes a base URL without its trailing slash', () => {
    expect(parseConfig([], { TINFOIL_API_URL: 'http://127.0.0.1:8000/api/v10/' }).apiUrl).toBe(
      'http://127.0.0.1:8000/api/v10',
    );
  });

  it.each([
    ['a missing token in role all', ['all'], {}, 'BOT_TOKEN must be the bot token in role all, got none'],
    [
      'an empty token in role shard',
      ['shard'],
      { BOT_TOKEN: ' ' },
      'BOT_TOKEN must be the bot token in role shard, got none',
    ],
    [
      'a missing public key in role shard',
      ['shard'],
      { BOT_TOKEN: 't' },
      'DISCORD_PUBLIC_KEY must be the public key of the application in role shard, got none',
    ],
    [
      'a public key that is none',
      [],
      { DISCORD_PUBLIC_KEY: 'zz' },
      'DISCORD_PUBLIC_KEY must be 64 hexadecimal digits, got 2 characters',
    ],
    ['an unknown role', ['pod'], {}, 'role must be one of all, shard, manager, dev, got "pod"'],
    ['an unknown flag', ['--twice'], {}, 'unknown flag --twice; known are --once, --register, --simulated'],
    ['two roles', ['dev', 'all'], {}, 'expected at most one role, got dev all'],
    [
      'a base URL that is none',
      [],
      { TINFOIL_API_URL: 'discord' },
      'TINFOIL_API_URL must be an http or https URL such as https://discord.com/api/v10, got "discord"',
    ],
  ])('names %s in one line', (_, args, env, line) => {
    expect(() => parseConfig(args, env)).toThrow(expect.objectContaining({ name: 'ConfigError', message: line }));
  });
});
