/**
 * Ids and tokens. Guilds, channels and users get ids that depend on the seed alone, so that runs can be compared; what happens
 * later (messages, interactions) gets ids of the present.
 */
import { createHash } from 'node:crypto';
import { discordEpochMs, type Snowflake } from '@tinfoil/types';

const stableEpochMs = Date.UTC(2026, 0, 1);

/** Source of ids and tokens of one Simulator. */
export class Ids {
  readonly #seed: number;
  #stable = 0n;
  #lastMs = 0;
  #increment = 0n;
  #tokens = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Next id that depends on the seed alone. With a shard, the next that belongs to it. */
  stable(shard?: { readonly id: number; readonly total: number } | undefined): Snowflake {
    const base = BigInt(stableEpochMs - discordEpochMs + this.#seed * 10_000_000);
    do this.#stable++;
    while (shard !== undefined && (base + this.#stable) % BigInt(shard.total) !== BigInt(shard.id));
    return String((base + this.#stable) << 22n);
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
