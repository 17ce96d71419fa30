import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame, readHeader } from '../../src/frame.ts';
import { fieldsOf, scanFields } from '../../src/guild-fields.ts';
import { GuildIndex } from '../../src/guild-index.ts';
import { maxGuilds, parseGuildId } from '../../src/guild-table.ts';
import { type Member, objectText, stringText, valueText } from './json-text.ts';

let sequence = 0;
function apply(index: GuildIndex, type: string, data: unknown, at: number = ++sequence, isParsed = false): void {
  const bytes = Buffer.from(JSON.stringify({ t: type, s: at, op: 0, d: data }));
  index.apply(
    type,
    bytes,
    readFrame(bytes, () => isParsed),
  );
}

const id = (number: bigint | number) => String(BigInt(number));

describe('guild index', () => {
  it('takes the list of READY and fills it from GUILD_CREATE', () => {
    const index = new GuildIndex();
    index.reset([
      { id: '81384788765712384', unavailable: true },
      { id: '41771983423143937', unavailable: true },
    ]);
    expect(index.totals).toEqual({ guilds: 2, unavailable: 2, users: 0 });
    apply(index, 'GUILD_CREATE', {
      id: '41771983423143937',
      member_count: 120,
      unavailable: false,
      members: [{ id: '5' }],
    });
    expect(index.totals).toEqual({ guilds: 2, unavailable: 1, users: 120 });
    expect(index.has('41771983423143937')).toBe(true);
    expect(index.has('41771983423143938')).toBe(false);
    expect(index.has('general')).toBe(false);
  });

  it('keeps a guild that is out, with its members, and forgets one that the bot left', () => {
    const index = new GuildIndex();
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 5 });
    apply(index, 'GUILD_CREATE', { id: '8', member_count: 9 });
    apply(index, 'GUILD_DELETE', { id: '7', unavailable: true });
    expect(index.totals).toEqual({ guilds: 2, unavailable: 1, users: 14 });
    apply(index, 'GUILD_DELETE', { id: '8' });
    expect(index.totals).toEqual({ guilds: 1, unavailable: 1, users: 5 });
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 6 });
    expect(index.totals).toEqual({ guilds: 1, unavailable: 0, users: 6 });
  });

  it('follows members who come and go', () => {
    const index = new GuildIndex();
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 1 });
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '7', user: { id: '1', guild_id: '9' } });
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '7', user: { id: '2' } });
    apply(index, 'GUILD_MEMBER_REMOVE', { guild_id: '7', user: { id: '1' } });
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '999' });
    expect(index.totals.users).toBe(2);
    for (let turn = 0; turn < 5; turn++) apply(index, 'GUILD_MEMBER_REMOVE', { guild_id: '7' });
    expect(index.totals.users).toBe(0);
  });

  it('counts an event once, also when it is replayed after a RESUME in another process', () => {
    const index = new GuildIndex();
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 10 }, 2);
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '7' }, 3);
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '7' }, 4);
    const resumed = GuildIndex.unpack(index.pack())!;
    apply(resumed, 'GUILD_MEMBER_ADD', { guild_id: '7' }, 4);
    expect(resumed.totals.users).toBe(12);
    apply(resumed, 'GUILD_MEMBER_ADD', { guild_id: '7' }, 5);
    expect(resumed.totals.users).toBe(13);
  });

  it('begins anew with a READY, but keeps member counts until their GUILD_CREATE', () => {
    const index = new GuildIndex();
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 10 }, 90);
    apply(index, 'GUILD_CREATE', { id: '8', member_count: 4 }, 91);
    index.reset([{ id: '7', unavailable: true }]);
    expect(index.totals).toEqual({ guilds: 1, unavailable: 1, users: 10 });
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 11 }, 2);
    expect(index.totals).toEqual({ guilds: 1, unavailable: 0, users: 11 });
  });

  it('changes its version with its content only', () => {
    const index = new GuildIndex();
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 10 });
    const { version } = index;
    apply(index, 'GUILD_CREATE', { id: '7', member_count: 10 });
    apply(index, 'MESSAGE_CREATE', { id: '7', member_count: 11 });
    apply(index, 'GUILD_DELETE', { id: '1' });
    expect(index.version).toBe(version);
    apply(index, 'GUILD_MEMBER_ADD', { guild_id: '7' });
    expect(index.version).toBeGreaterThan(version);
  });

  it('ignores guilds without a sound id', () => {
    const index = new GuildIndex();
    for (const bad of [undefined, 7, '', 'x', '18446744073709551616', '1'.repeat(21), { id: '7' }])
      apply(index, 'GUILD_CREATE', { id: bad, member_count: 10 });
    index.reset([{ id: 'x' }]);
    expect(index.totals).toEqual({ guilds: 0, unavailable: 0, users: 0 });
  });

  it('stays small: twelve bytes a guild', () => {
    const index = new GuildIndex();
    index.reset(
      Array.from({ length: 2500 }, (_, turn) => ({ id: id((BigInt(turn) << 22n) * 977n), unavailable: true })),
    );
    expect(index.totals.guilds).toBe(2500);
    expect(index.pack().length).toBe(8 + 12 * 2500);
  });

  it('takes no more guilds than its limit', () => {
    const index = new GuildIndex();
    index.reset(Array.from({ length: maxGuilds + 10 }, (_, turn) => ({ id: id(turn) })));
    expect(index.totals.guilds).toBe(maxGuilds);
    apply(index, 'GUILD_CREATE', { id: '999999999', member_count: 1 });
    expect(index.totals.guilds).toBe(maxGuilds);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another format', new Uint8Array(32)],
    ['a cut pack', full().slice(0, -1)],
    ['a pack that grew', Uint8Array.from([...full(), 0])],
    ['guilds out of order', swapped()],
  ])('does not unpack %s', (_name, bytes) => {
    expect(GuildIndex.unpack(bytes)).toBeUndefined();
  });

  it('unpacks what lies within another buffer', () => {
    const pack = full();
    const around = new Uint8Array(pack.length + 10);
    around.set(pack, 5);
    const index = GuildIndex.unpack(around.subarray(5, 5 + pack.length));
    expect(index?.totals).toEqual({ guilds: 2, unavailable: 0, users: 3 });
  });
});

describe('guild index, against a map of parsed events', () => {
  const guildId = fc.oneof(
    fc.nat(9).map(String),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
    fc.constantFrom('4294967295', '4294967296', '4294967297', '18446744073709551615'),
  );
  const event = fc.record({
    type: fc.constantFrom('GUILD_CREATE', 'GUILD_DELETE', 'GUILD_MEMBER_ADD', 'GUILD_MEMBER_REMOVE', 'GUILD_UPDATE'),
    id: guildId,
    members: fc.option(fc.oneof(fc.nat(50), fc.constant(0x7fff_ffff)), { nil: undefined }),
    unavailable: fc.option(fc.boolean(), { nil: undefined }),
    isParsed: fc.boolean(),
  });

  it('agrees on totals, membership and what it unpacks', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let index = new GuildIndex();
        const model = new Map<string, { members: number; unavailable: boolean }>();
        let at = 0;
        for (const { type, id: guild, members, unavailable, isParsed } of events) {
          const isMember = type.includes('MEMBER');
          const data = isMember ? { guild_id: guild, id: '3' } : { id: guild, member_count: members, unavailable };
          apply(index, type, data, ++at, isParsed);
          const known = model.get(guild);
          if (type === 'GUILD_CREATE')
            model.set(guild, { members: members ?? known?.members ?? 0, unavailable: unavailable === true });
          if (type === 'GUILD_DELETE' && unavailable === true)
            model.set(guild, { members: known?.members ?? 0, unavailable: true });
          if (type === 'GUILD_DELETE' && unavailable !== true) model.delete(guild);
          if (isMember && known !== undefined)
            known.members = Math.min(0x7fff_ffff, Math.max(0, known.members + (type === 'GUILD_MEMBER_ADD' ? 1 : -1)));
          if (at % 7 === 0) index = GuildIndex.unpack(index.pack())!;
        }
        const guilds = [...model.values()];
        expect(index.totals).toEqual({
          guilds: guilds.length,
          unavailable: guilds.filter((guild) => guild.unavailable).length,
          users: guilds.reduce((sum, guild) => sum + guild.members, 0),
        });
        for (const { id: guild } of events) expect(index.has(guild)).toBe(model.has(guild));
      }),
      { numRuns: 300 },
    );
  });
});

describe('fields read from the bytes', () => {
  const key = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('"id"', '"guild_id"', '"member_count"', '"unavailable"') },
    fc.constantFrom('"\\u0069d"', '"i\\u0064"', '"unavailabl\\u0065"', '"ids"', '"d"'),
    stringText,
  );
  const value = fc.oneof(
    valueText,
    fc.constantFrom('"7"', '"\\u0037"', '12', '1e2', '-0', '2147483648', 'true', 'false', 'null', '{"id":"9"}', '"x"'),
  );
  const dataText = fc.oneof(
    objectText(fc.array(fc.tuple(key, value) as fc.Arbitrary<Member>, { maxLength: 8 })),
    valueText,
  );

  it('are those of JSON.parse, or left to it', () => {
    let scanned = 0;
    fc.assert(
      fc.property(dataText, (text) => {
        const bytes = Buffer.from(`{"t":"GUILD_CREATE","s":1,"op":0,"d":${text}}`);
        const fields = scanFields(bytes, readHeader(bytes));
        if (fields === undefined) return;
        scanned++;
        expect(fields).toStrictEqual(fieldsOf(JSON.parse(text)));
      }),
      { numRuns: 3000 },
    );
    expect(scanned).toBeGreaterThan(300);
  });

  it('are those of the last `d` when there are two', () => {
    const bytes = Buffer.from(
      '{"t":"GUILD_CREATE","s":1,"op":0,"d":{"id":"7","member_count":1},"d":{"id":"8","member_count":2}}',
    );
    const index = new GuildIndex();
    index.apply('GUILD_CREATE', bytes, readHeader(bytes));
    expect(index.has('7')).toBe(false);
    expect(index.totals.users).toBe(2);
  });

  it('halve ids as BigInt does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 66n }), (number) => {
        const expected =
          number < 2n ** 64n ? { high: Number(number >> 32n), low: Number(number & 0xffff_ffffn) } : undefined;
        expect(parseGuildId(String(number))).toEqual(expected);
      }),
    );
  });
});

function full(): Uint8Array {
  const index = new GuildIndex();
  apply(index, 'GUILD_CREATE', { id: '7', member_count: 1 }, 1);
  apply(index, 'GUILD_CREATE', { id: '8', member_count: 2 }, 2);
  return index.pack();
}

function swapped(): Uint8Array {
  const pack = full();
  return Uint8Array.from([...pack.subarray(0, 8), ...pack.subarray(20, 32), ...pack.subarray(8, 20)]);
}
