/**
 * Ids and tokens. Guilds, channels and users get ids that depend on the seed alone, so that runs can be compared; what happens
 * later (messages, interactions) gets ids of the present.
 */
import { createHash } from 'node:crypto';
import { discordEpochMs, type Snowflake } from '@tinfoil/types';

const stableEpochMs = Date.UTC(2024, 0, 1);
/** Guild ids and the others lie apart, so that neither disturbs the other's order. */
const guildRange = 100_000_000n;

/** Source of ids and tokens of one Simulator. */
export class Ids {
  readonly #seed: number;
  readonly #base: bigint;
  #guilds = 0n;
  #stable = 0n;
  #lastMs = 0;
  #increment = 0n;
  #tokens = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#base = BigInt(stableEpochMs - discordEpochMs) + BigInt(seed % 100) * 2n * guildRange;
  }

  /** Next id of a guild, depending on the seed alone. One after the other they go round the shards; with a shard, the next that is its. */
  guild(shard?: { readonly id: number; readonly total: number } | undefined): Snowflake {
    do this.#guilds++;
    while (shard !== undefined && (this.#base + this.#guilds) % BigInt(shard.total) !== BigInt(shard.id));
    return String((this.#base + this.#guilds) << 22n);
  }

  /** Next id of a channel or user, depending on the seed alone. */
  stable(): Snowflake {
    return String((this.#base + guildRange + ++this.#stable) << 22n);
  }

  /** Next id of now; always larger than the one before. */
  next(): Snowflake {
    const nowMs = Date.now();
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#increment = 0n;
    } else if (++this.#increment > 4095n) {
      this.#lastMs++;
      this.#increment = 0n;
    }
    return String((BigInt(this.#lastMs - discordEpochMs) << 22n) | this.#increment);
  }

  /** Text of `length` hex digits that depends on the seed and on what was asked before. */
  hex(length: number): string {
    const hash = createHash('sha512')
      .update(`${this.#seed}:${this.#tokens++}`)
      .digest('hex');
    return hash.slice(0, length);
  }

  /** Interaction token in Discord's shape: base64 of `interaction:<id>:<random>`. */
  interactionToken(id: Snowflake): string {
    return Buffer.from(`interaction:${id}:${this.hex(64)}`).toString('base64url');
  }
}
