import { describe, expect, it } from 'vitest';
import { encodeCommand, encodeHeartbeat, encodeIdentify, encodeResume } from '../../src/commands.ts';
import { connectionUrl } from '../../src/gateway-url.ts';
import { guildMembersRequest, isFullList, readMembersAnswer } from '../../src/guild-members.ts';

describe('commands', () => {
  it('encodes IDENTIFY with unprefixed properties, the shard, and no more than was set', () => {
    const settings = {
      token: 't',
      intents: 513,
      presence: undefined,
      largeThreshold: undefined,
      payloadCompression: false,
    };
    expect(JSON.parse(encodeIdentify(settings, 2, 8))).toEqual({
      op: 2,
      d: {
        token: 't',
        intents: 513,
        properties: { os: process.platform, browser: 'tinfoil', device: 'tinfoil' },
        shard: [2, 8],
      },
    });
  });

  it('asks for compressed payloads only when told to', () => {
    const settings = { token: 't', intents: 0, presence: undefined, largeThreshold: 250, payloadCompression: true };
    expect(JSON.parse(encodeIdentify(settings, 0, 1)).d).toMatchObject({ compress: true, large_threshold: 250 });
  });

  it('encodes RESUME and heartbeats', () => {
    expect(JSON.parse(encodeResume('t', 's', 42))).toEqual({ op: 6, d: { token: 't', session_id: 's', seq: 42 } });
    expect([encodeHeartbeat(null), encodeHeartbeat(7)]).toEqual(['{"op":1,"d":null}', '{"op":1,"d":7}']);
  });

  it('counts bytes, not characters: 4,096 go, 4,097 do not', () => {
    const around = Buffer.byteLength(encodeCommand({ op: 3, d: '' }));
    expect(encodeCommand({ op: 3, d: 'x'.repeat(4_096 - around) })).toHaveLength(4_096);
    expect(() => encodeCommand({ op: 3, d: 'x'.repeat(4_097 - around) })).toThrow(
      new RangeError('gateway: payload of op 3 must be at most 4096 bytes, got 4097'),
    );
    expect(() => encodeCommand({ op: 3, d: '\u{1f600}'.repeat(1_024) })).toThrow(RangeError);
  });

  it('refuses what only the shard may send, and turns bigints into strings', () => {
    for (const op of [1, 2, 6]) expect(() => encodeCommand({ op, d: {} })).toThrow(RangeError);
    expect(() => encodeCommand({ op: '8' as never, d: {} })).toThrow(TypeError);
    expect(encodeCommand({ op: 99, d: { id: 5n } })).toBe('{"op":99,"d":{"id":"5"}}');
  });
});

describe('connectionUrl', () => {
  it('puts version, encoding and compression on every URL, whatever stood there', () => {
    expect(connectionUrl('wss://gateway.discord.gg', 'zlib-stream')).toBe(
      'wss://gateway.discord.gg/?v=10&encoding=json&compress=zlib-stream',
    );
    expect(connectionUrl('wss://host/?v=9&compress=zstd-stream', 'none')).toBe('wss://host/?v=10&encoding=json');
  });
});

describe('guild members', () => {
  const guildId = '41771983423143937';
  it('asks for everybody by default, for a name, or for ids', () => {
    expect(guildMembersRequest({ guildId }, 'n')).toEqual({ guild_id: guildId, query: '', limit: 0, nonce: 'n' });
    expect(guildMembersRequest({ guildId, query: 'a', limit: 5 }, 'n')).toMatchObject({ query: 'a', limit: 5 });
    expect(guildMembersRequest({ guildId, userIds: ['1'] }, 'n')).not.toHaveProperty('query');
    expect([
      isFullList({ guildId }),
      isFullList({ guildId, query: 'a', limit: 1 }),
      isFullList({ guildId, userIds: ['1'] }),
    ]).toEqual([true, false, false]);
  });

  it.each([
    [{ guildId: 'x' }, TypeError],
    [{ guildId, query: 'a', userIds: ['1'] }, TypeError],
    [{ guildId, userIds: [] }, RangeError],
    [{ guildId, userIds: Array.from({ length: 101 }, () => '1') }, RangeError],
    [{ guildId, query: 'a', limit: 0 }, RangeError],
    [{ guildId, query: 'a' }, RangeError],
    [{ guildId, limit: 101 }, RangeError],
  ])('refuses %o, which Discord would ignore in silence', (query, kind) => {
    expect(() => guildMembersRequest(query, 'n')).toThrow(kind);
  });

  it('tells its own chunks and rate limits by the nonce', () => {
    const chunk = { guild_id: guildId, members: [], chunk_index: 1, chunk_count: 2, nonce: 'n' };
    expect(readMembersAnswer('GUILD_MEMBERS_CHUNK', chunk, 'n')).toEqual({ type: 'part', value: chunk, last: true });
    expect(readMembersAnswer('GUILD_MEMBERS_CHUNK', { ...chunk, chunk_index: 0 }, 'n')).toMatchObject({ last: false });
    expect(readMembersAnswer('GUILD_MEMBERS_CHUNK', chunk, 'other')).toEqual({ type: 'other' });
    const limited = { opcode: 8, retry_after: 1.25, meta: { guild_id: guildId, nonce: 'n' } };
    expect(readMembersAnswer('RATE_LIMITED', limited, 'n')).toEqual({ type: 'retry', afterMs: 1_250 });
    expect(readMembersAnswer('RATE_LIMITED', { ...limited, opcode: 31 }, 'n')).toEqual({ type: 'other' });
  });
});
