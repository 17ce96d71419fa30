/**
 * Arithmetic on snowflakes, Discord's 64-bit ids. They stay decimal strings: a `number` cannot hold them.
 *
 * @see {@link https://docs.discord.com/developers/reference#snowflakes | Discord Docs/Snowflakes}
 */
import type { Snowflake } from 'discord-api-types/v10';

/** First second of 2015 in milliseconds since the Unix epoch; snowflakes count from here. */
export const discordEpochMs = 1_420_070_400_000;

const largest = 2n ** 64n - 1n;
const latestMs = discordEpochMs + 2 ** 42 - 1;

/** True for a decimal string that fits in 64 bits. */
export function isSnowflake(value: unknown): value is Snowflake {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) <= largest;
}

/** Milliseconds since the Unix epoch at which the id was made. @throws {@link TypeError} when it is no snowflake. */
export function snowflakeTimestampMs(id: Snowflake): number {
  return Number(assertSnowflake(id) >> 22n) + discordEpochMs;
}

/**
 * Smallest id made at a time, to page lists by date.
 *
 * @param timestampMs - Milliseconds since the Unix epoch, from 2015 to 2154.
 * @throws {@link RangeError} when no id can be of that time.
 */
export function snowflakeAt(timestampMs: number): Snowflake {
  if (!Number.isSafeInteger(timestampMs) || timestampMs < discordEpochMs || timestampMs > latestMs)
    throw new RangeError(
      `timestampMs must be a whole number from ${discordEpochMs} to ${latestMs}, got ${timestampMs}`,
    );
  return String(BigInt(timestampMs - discordEpochMs) << 22n);
}

/**
 * Shard that gets a guild's events: `(guild_id >> 22) % num_shards`.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#sharding | Discord Docs/Sharding}
 * @throws {@link TypeError} when `guildId` is no snowflake; {@link RangeError} when `totalShards` is no positive whole number.
 */
export function shardIdOf(guildId: Snowflake, totalShards: number): number {
  if (!Number.isSafeInteger(totalShards) || totalShards < 1)
    throw new RangeError(`totalShards must be a positive whole number, got ${totalShards}`);
  return Number((assertSnowflake(guildId) >> 22n) % BigInt(totalShards));
}

function assertSnowflake(id: unknown): bigint {
  if (!isSnowflake(id))
    throw new TypeError(`expected a snowflake (decimal string of at most 64 bits), got ${describe(id)}`);
  return BigInt(id);
}

function describe(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : typeof value;
  // Text that is no number may be a token, handed over by mistake: it is not repeated.
  return /^\d{1,32}$/.test(value) ? JSON.stringify(value) : `text of ${value.length} characters`;
}
