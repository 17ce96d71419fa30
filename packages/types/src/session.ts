/**
 * Gateway sessions as they are kept between processes: the record, and the seam to whatever keeps it.
 *
 * RESUME brings neither READY nor GUILD_CREATE, so a record holds all that a resumed process could not learn again.
 */
import type { APIUser, Snowflake } from 'discord-api-types/v10';

/** What names a session: a shard id means nothing without the total it belongs to. */
export interface SessionKey {
  readonly shardId: number;
  readonly totalShards: number;
}

/** One shard's session. */
export interface SessionRecord extends SessionKey {
  readonly sessionId: string;
  /** Highest sequence up to which every listener has settled; never ahead of that, so that a crash replays and never skips. */
  readonly sequence: number;
  /** Gateway URL to resume at, without a query. */
  readonly resumeUrl: string;
  /** API version of the connection; a RESUME must use the same. */
  readonly version: number;
  /** Encoding of the connection; a RESUME must use the same. */
  readonly encoding: 'json';
  readonly user: APIUser;
  readonly applicationId: Snowflake;
  /** Milliseconds since the Unix epoch. */
  readonly savedAtMs: number;
  /**
   * Packed guild index (guild ids, member counts, unavailable flags), format owned by the gateway package.
   * Always present in a loaded record that had one. In a saved record `undefined` means unchanged: a store keeps what it has.
   */
  readonly guilds?: Uint8Array | undefined;
}

/** Keeps sessions between connections and processes. Failures are reported by the gateway and never stop a shard. */
export interface SessionStore {
  /** Records of the given shards, those that exist, in any order. */
  load(keys: readonly SessionKey[]): Promise<readonly SessionRecord[]>;
  save(records: readonly SessionRecord[]): Promise<void>;
  drop(keys: readonly SessionKey[]): Promise<void>;
}
