/**
 * Manager's side of the session mirror: the last record of each shard and its guild index, in memory, for as long as a
 * session can be resumed at all. Pure but for the clock it is given.
 */
import type { SessionRecord } from '@tinfoil/types';
import type { SessionWire } from './manager-sessions.ts';
import { isNewer } from './sessions.ts';

interface Kept {
  record: SessionWire;
  guilds: Buffer | undefined;
  guildsOf: string | undefined;
  atMs: number;
}

/** Sessions in memory. */
export class SessionMirror {
  readonly #kept = new Map<string, Kept>();
  readonly #ttlMs: number;
  readonly #cap: number;

  /** @param cap - Most shards kept; the oldest go first. */
  constructor(ttlMs: number, cap: number) {
    this.#ttlMs = ttlMs;
    this.#cap = cap;
  }

  /** Number of sessions kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** Takes records; one that is older than what is kept is ignored, since pods' messages may cross. */
  put(records: readonly SessionWire[], nowMs: number): void {
    this.#sweep(nowMs);
    for (const { guilds: _, ...record } of records) {
      const name = `${record.totalShards}/${record.shardId}`;
      const known = this.#kept.get(name);
      if (known !== undefined && isNewer(known.record, record)) continue;
      const same = known?.guildsOf === record.sessionId;
      this.#kept.delete(name);
      this.#kept.set(name, {
        record,
        guilds: same ? known?.guilds : undefined,
        guildsOf: same ? known?.guildsOf : undefined,
        atMs: nowMs,
      });
    }
    for (const name of this.#kept.keys()) {
      if (this.#kept.size <= this.#cap) break;
      this.#kept.delete(name);
    }
  }

  /** Takes a guild index; false when it belongs to no session that is kept. */
  putGuilds(totalShards: number, shardId: number, sessionId: string, guilds: Buffer): boolean {
    const known = this.#kept.get(`${totalShards}/${shardId}`);
    if (known === undefined || known.record.sessionId !== sessionId) return false;
    known.guilds = guilds;
    known.guildsOf = sessionId;
    return true;
  }

  /** Records of the given shards, those that exist. */
  get(totalShards: number, shardIds: readonly number[], nowMs: number): readonly SessionWire[] {
    this.#sweep(nowMs);
    return shardIds.flatMap((shardId) => {
      const known = this.#kept.get(`${totalShards}/${shardId}`);
      if (known === undefined) return [];
      return [{ ...known.record, ...(known.guilds && { guilds: known.guilds.toString('base64') }) }];
    });
  }

  drop(totalShards: number, shardIds: readonly number[]): void {
    for (const shardId of shardIds) this.#kept.delete(`${totalShards}/${shardId}`);
  }

  #sweep(nowMs: number): void {
    // Writes re-insert, so the map is ordered by age.
    for (const [name, { atMs }] of this.#kept) {
      if (nowMs - atMs < this.#ttlMs) break;
      this.#kept.delete(name);
    }
  }
}

/** Records of a PUT's body; `undefined` when it is none of ours. */
export function parseSessions(body: Buffer): readonly SessionWire[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return Array.isArray(parsed) && parsed.every(isSession) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isSession(value: unknown): value is SessionWire {
  if (typeof value !== 'object' || value === null) return false;
  const { shardId, totalShards, sessionId, sequence, resumeUrl, savedAtMs } = value as Partial<SessionRecord>;
  return (
    Number.isSafeInteger(shardId) &&
    Number.isSafeInteger(totalShards) &&
    Number.isSafeInteger(sequence) &&
    typeof sessionId === 'string' &&
    typeof resumeUrl === 'string' &&
    typeof savedAtMs === 'number'
  );
}
