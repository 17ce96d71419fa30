import { discordEpochMs, isSnowflake, shardIdOf, snowflakeAt, snowflakeTimestampMs } from '@tinfoil/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const snowflake = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const timeMs = fc.integer({ min: discordEpochMs, max: discordEpochMs + 2 ** 42 - 1 });

describe('snowflakes', () => {
  it('are decimal strings of at most 64 bits', () => {
    fc.assert(fc.property(snowflake, (id) => isSnowflake(String(id))));
    fc.assert(fc.property(fc.bigInt({ min: 2n ** 64n }), (id) => !isSnowflake(String(id))));
  });

  it('are nothing else', () => {
    for (const value of ['', 0, 1n, null, undefined, '-1', '1.5', '0x1f', ' 1', '1\n', '١', '1e3', ['1']])
      expect(isSnowflake(value)).toBe(false);
  });

  it('tell when they were made', () => {
    // The example of Discord's reference.
    expect(snowflakeTimestampMs('175928847299117063')).toBe(1_462_015_105_796);
  });

  it('made for a time are the smallest of that time', () => {
    fc.assert(
      fc.property(timeMs, (at) => {
        const id = snowflakeAt(at);
        expect(isSnowflake(id)).toBe(true);
        expect(snowflakeTimestampMs(id)).toBe(at);
        if (at > discordEpochMs) expect(snowflakeTimestampMs(String(BigInt(id) - 1n))).toBe(at - 1);
      }),
    );
  });

  it.each([discordEpochMs - 1, discordEpochMs + 2 ** 42, 1.5, Number.NaN])('none is of the time %d', (at) => {
    expect(() => snowflakeAt(at)).toThrow(RangeError);
  });
});

describe('shardIdOf', () => {
  it('agrees with (guild_id >> 22) % num_shards', () => {
    fc.assert(
      fc.property(snowflake, fc.integer({ min: 1, max: 100_000 }), (id, total) => {
        expect(shardIdOf(String(id), total)).toBe(Number((id >> 22n) % BigInt(total)));
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d shards', (total) => {
    expect(() => shardIdOf('1', total)).toThrow(
      new RangeError(`totalShards must be a positive whole number, got ${total}`),
    );
  });

  it('refuses what is no snowflake, and does not repeat text that may be a token', () => {
    expect(() => shardIdOf('99999999999999999999', 1)).toThrow(/got "99999999999999999999"$/);
    expect(() => shardIdOf('MTk4Nj.Secret.Token', 1)).toThrow(/got text of 19 characters$/);
    expect(() => shardIdOf(7 as never, 1)).toThrow(/got number$/);
  });
});
