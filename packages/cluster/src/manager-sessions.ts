/**
 * Far session store: the manager's memory over HTTP. Records go in one PUT, each guild index apart and only when it changed,
 * at most once a minute (and whenever a flush asks), because it is a hundred times the size of its record.
 */
import type { SessionKey, SessionRecord, SessionStore } from '@tinfoil/types';
import type { PeerClient } from './peer-client.ts';
import { nameOf } from './sessions.ts';

/** A record as the wire carries it. */
export type SessionWire = Omit<SessionRecord, 'guilds'> & {
  /** Base64 of the guild index; only in answers. */
  readonly guilds?: string | undefined;
};

/** Options of {@link createManagerSessionStore}. */
export interface ManagerSessionOptions {
  readonly manager: PeerClient;
  readonly timeoutMs: number;
  /** Least time between two writes of one shard's guild index. */
  readonly guildsEveryMs: number;
}

/** Store in the manager's memory. */
export interface ManagerSessionStore extends SessionStore {
  /** Lets the next save carry guild indexes, however recent the last ones are. */
  hurry(): void;
}

/** Store over the manager's internal listener. */
export function createManagerSessionStore(options: ManagerSessionOptions): ManagerSessionStore {
  const { manager, timeoutMs } = options;
  const late = new Map<string, SessionRecord>();
  const sentAtMs = new Map<string, number>();

  const putGuilds = async (record: SessionRecord) => {
    if (record.guilds === undefined) return;
    const path = `/v1/sessions/${record.shardId}/guilds?total=${record.totalShards}&session=${encodeURIComponent(record.sessionId)}`;
    const answer = await manager.request({
      method: 'PUT',
      path,
      body: record.guilds,
      contentType: 'application/octet-stream',
      timeoutMs,
    });
    if (answer.status !== 204) throw new Error(`guild index was answered ${answer.status}`);
    sentAtMs.set(nameOf(record), performance.now());
    if (late.get(nameOf(record))?.guilds === record.guilds) late.delete(nameOf(record));
  };

  return {
    hurry: () => sentAtMs.clear(),
    async load(keys) {
      if (keys.length === 0) return [];
      const found = await manager.json<readonly SessionWire[]>({
        method: 'GET',
        path: `/v1/sessions?${queryOf(keys)}`,
        timeoutMs,
      });
      return found.map(({ guilds, ...record }) => ({
        ...record,
        ...(guilds === undefined ? {} : { guilds: new Uint8Array(Buffer.from(guilds, 'base64')) }),
      }));
    },
    async save(records) {
      if (records.length === 0) return;
      const body: readonly SessionWire[] = records.map(({ guilds: _, ...record }) => record);
      await manager.json({ method: 'PUT', path: '/v1/sessions', body, timeoutMs });
      for (const record of records) if (record.guilds !== undefined) late.set(nameOf(record), record);
      const nowMs = performance.now();
      const due = [...late.values()].filter(
        (record) => nowMs - (sentAtMs.get(nameOf(record)) ?? Number.NEGATIVE_INFINITY) >= options.guildsEveryMs,
      );
      await Promise.all(due.map(putGuilds));
    },
    async drop(keys) {
      for (const key of keys) late.delete(nameOf(key));
      if (keys.length > 0) await manager.json({ method: 'DELETE', path: `/v1/sessions?${queryOf(keys)}`, timeoutMs });
    },
  };
}

function queryOf(keys: readonly SessionKey[]): string {
  // One pod's shards are of one total.
  return `total=${keys[0]?.totalShards ?? 0}&shards=${keys.map((key) => key.shardId).join(',')}`;
}
