/** Session store in this process's memory: sessions outlive a gateway, not the process. */
import type { SessionKey, SessionRecord, SessionStore } from '@tinfoil/types';

/** Store that keeps sessions in memory. */
export function createMemorySessionStore(): SessionStore {
  const records = new Map<string, SessionRecord>();
  return {
    async load(keys) {
      return keys.flatMap((key) => records.get(nameOf(key)) ?? []);
    },
    async save(saved) {
      for (const record of saved) {
        const guilds = record.guilds ?? records.get(nameOf(record))?.guilds;
        records.set(nameOf(record), { ...record, guilds });
      }
    },
    async drop(keys) {
      for (const key of keys) records.delete(nameOf(key));
    },
  };
}

function nameOf(key: SessionKey): string {
  return `${key.totalShards}-${key.shardId}`;
}
