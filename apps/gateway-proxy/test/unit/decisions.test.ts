/** Decisions without I/O: connections, filters, structural events, the environment. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/clients/access.ts';
import { parseConfig } from '../../src/config.ts';
import { type ConnectionInput, openConnection, stepConnection } from '../../src/protocol/connection.ts';
import { missingIntents, Rule, ruleFor } from '../../src/protocol/event-filter.ts';
import { patchGuild, reduceGuild } from '../../src/start/guild-patch.ts';

const timing = { nowMs: 0, heartbeatMs: 40_000, identifyTimeoutMs: 30_000, answerTimeoutMs: 10_000 };
const payload = (op: number, d: unknown = null): ConnectionInput => ({
  type: 'payload',
  bytes: 10,
  payload: { op, d },
});
const identify = payload(2, { token: 't', intents: 1, properties: {} });

/** Effects of the last of some inputs. */
function after(inputs: readonly (readonly [ConnectionInput, number])[]): readonly unknown[] {
  let state = openConnection(0);
  let effects: readonly unknown[] = [];
  for (const [input, nowMs] of inputs) [state, effects] = stepConnection(state, input, { ...timing, nowMs });
  return effects;
}

describe('a connection', () => {
  const closed = (code: number) => [expect.objectContaining({ type: 'close', code })];

  it.each([
    ['no IDENTIFY in time', [[{ type: 'tick' }, 30_001]], 4003],
    [
      'no answer in time',
      [
        [identify, 0],
        [{ type: 'tick' }, 10_001],
      ],
      4000,
    ],
    [
      'no heartbeat',
      [
        [identify, 0],
        [{ type: 'started' }, 1],
        [{ type: 'tick' }, 60_001],
      ],
      4000,
    ],
    ['a command before IDENTIFY', [[payload(3), 0]], 4003],
    [
      'a second IDENTIFY',
      [
        [identify, 0],
        [identify, 1],
      ],
      4005,
    ],
    [
      'RESUME while IDENTIFY waits',
      [
        [identify, 0],
        [payload(6, { token: 't', session_id: 's', seq: 1 }), 1],
      ],
      4005,
    ],
    ['an IDENTIFY without a token', [[payload(2, { intents: 1 }), 0]], 4002],
    ['a RESUME with a number that is none', [[payload(6, { token: 't', session_id: 's', seq: -1 }), 0]], 4002],
    [
      'an opcode that does not exist',
      [
        [identify, 0],
        [{ type: 'started' }, 1],
        [payload(12), 2],
      ],
      4001,
    ],
  ] as [string, [ConnectionInput, number][], number][])('is closed for %s', (_why, inputs, code) => {
    expect(after(inputs)).toEqual(closed(code));
  });

  it('may identify again after its session was lost, on the same socket', () => {
    const again: [ConnectionInput, number][] = [
      [identify, 0],
      [{ type: 'started' }, 1],
      [{ type: 'refused', resumable: false }, 2],
    ];
    expect(after(again)).toEqual([{ type: 'invalidSession', resumable: false }]);
    expect(after([...again, [identify, 3]])).toMatchObject([{ type: 'identify' }]);
  });

  it('does nothing more once it is closed, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.jsonValue()), { maxLength: 30 }), (payloads) => {
        let state = openConnection(0);
        for (const [op, d] of payloads) {
          const [next, effects] = stepConnection(state, payload(op, d), timing);
          if (state.phase === 'closed') expect(effects).toEqual([]);
          state = next;
        }
      }),
    );
  });
});

describe('a filter', () => {
  it.each([
    ['MESSAGE_CREATE', 0x200, Rule.guilds],
    ['MESSAGE_CREATE', 0x1000, Rule.direct],
    ['MESSAGE_CREATE', 0x1200, Rule.all],
    ['MESSAGE_CREATE', 0x1, Rule.none],
    ['GUILD_MEMBER_UPDATE', 0, Rule.all],
    ['INTERACTION_CREATE', 0, Rule.all],
    ['SOMETHING_NEW', 0, Rule.all],
    ['READY', 0xffff, Rule.none],
    ['RESUMED', 0xffff, Rule.none],
  ])('has for %s with intents %i the rule %i', (type, intents, rule) => {
    expect(ruleFor(type, { intents })).toBe(rule);
    expect(ruleFor(type, { intents, events: new Set(['OTHER']) })).toBe(Rule.none);
  });

  it('names the intents that the proxy lacks', () => {
    expect(missingIntents(0x3, 0x1)).toEqual(['GuildMembers']);
    expect(missingIntents(0x3, 0x3)).toEqual([]);
  });
});

describe('a guild', () => {
  it('keeps of its crowd the bot alone', () => {
    const guild = {
      id: '1',
      members: [{ user: { id: '7' } }, { user: { id: '8' } }],
      presences: [1],
      voice_states: [1],
      x: 2,
    };
    expect(reduceGuild(guild, '7')).toEqual({
      ...guild,
      members: [{ user: { id: '7' } }],
      presences: [],
      voice_states: [],
    });
  });

  it.each([
    ['GUILD_UPDATE', { name: 'b' }, { name: 'b' }],
    ['CHANNEL_DELETE', { id: '21' }, { channels: [], threads: [] }],
    ['THREAD_LIST_SYNC', { threads: [{ id: '32' }] }, { threads: [{ id: '31', parent_id: '21' }, { id: '32' }] }],
    ['GUILD_ROLE_CREATE', { role: { id: '42' } }, { roles: [{ id: '41' }, { id: '42' }] }],
    ['GUILD_ROLE_DELETE', { role_id: '41' }, { roles: [] }],
    ['GUILD_EMOJIS_UPDATE', { emojis: [{ id: '5' }] }, { emojis: [{ id: '5' }] }],
    ['GUILD_SOUNDBOARD_SOUND_DELETE', { sound_id: '61' }, { soundboard_sounds: [] }],
    ['TYPING_START', { id: '1' }, {}],
  ])('changes by %s, however often it comes', (type, data, change) => {
    const guild = {
      name: 'a',
      channels: [{ id: '21' }],
      threads: [{ id: '31', parent_id: '21' }],
      roles: [{ id: '41' }],
      emojis: [],
      soundboard_sounds: [{ sound_id: '61' }],
    };
    const once = patchGuild(guild, type, { guild_id: '1', ...data });
    expect(once).toMatchObject({ ...guild, ...change });
    expect(patchGuild(once, type, { guild_id: '1', ...data })).toEqual(once);
  });
});

describe('access', () => {
  it('knows a token with and without its scheme, and no other', () => {
    const access = new Access([{ name: 'a', token: 'access-token-aaaa' }], undefined);
    for (const text of [
      'access-token-aaaa',
      'Bot access-token-aaaa',
      'bot  access-token-aaaa',
      'Bearer access-token-aaaa',
    ])
      expect(access.consumerOf(text)?.name).toBe('a');
    for (const text of ['', 'Bot ', 'access-token-aaa', 'access-token-aaaab'])
      expect(access.consumerOf(text)).toBeUndefined();
  });
});

describe('the environment', () => {
  const least = {
    BOT_TOKEN: 'a.b.c',
    TINFOIL_PROXY_TOKENS: 'bot=MTAw.proxy.abcdefghijklmnop==,another-token-of-length',
  };
  const parse = (env: Record<string, string>) =>
    parseConfig({ ...least, ...env }, () => 'x=token-from-the-file\n# none\n');

  it('fills in what is not set', () => {
    expect(parse({ TINFOIL_PROXY_TOKENS_FILE: 'f' })).toMatchObject({
      token: 'a.b.c',
      listen: { host: '127.0.0.1', port: 7878 },
      accessTokens: [
        { name: 'bot', token: 'MTAw.proxy.abcdefghijklmnop==' },
        { name: 'consumer-2', token: 'another-token-of-length' },
        { name: 'x', token: 'token-from-the-file' },
      ],
    });
  });

  it.each([
    [{ BOT_TOKEN: ' ' }, 'BOT_TOKEN must be'],
    [{ TINFOIL_PROXY_TOKENS: 'short' }, 'entry 1 is neither'],
    [{ TINFOIL_PROXY_TOKENS: '' }, 'at least one access token'],
    [{ BOT_TOKEN: 'another-token-of-length' }, 'must not hold the bot token'],
    [{ TINFOIL_PROXY_PORT: '70000' }, 'TINFOIL_PROXY_PORT must be a whole number from 0 to 65535'],
    [{ TINFOIL_PROXY_INTENTS: 'Guild' }, 'unknown intent "Guild"'],
    [{ TINFOIL_PROXY_URL: 'http://x' }, 'TINFOIL_PROXY_URL must be'],
    [{ TINFOIL_PROXY_ACCEPT_BOT_TOKEN: 'yes' }, 'must be 1 or 0'],
    [{ TINFOIL_PROXY_SHARDS: '2', TINFOIL_TOTAL_SHARDS: '2' }, 'only one of'],
    [{ TINFOIL_PROXY_TIMING: '[' }, 'must be a JSON object'],
  ])('says in one line what is wrong with %j', (env, message) => {
    expect(() => parse(env as Record<string, string>)).toThrow(message);
  });
});
