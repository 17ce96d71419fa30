/**
 * Session store of the proxy's own gateway, around another: what is saved never runs ahead of what a restart can serve.
 *
 * Three things belong together: Discord's session, the start state, and the clients' sessions. The start state is on disk before
 * the session that needs it. The saved sequence stays some seconds behind, so that Discord replays to the next process what
 * clients may still have been missing when this one ended. A session without its start state is not resumed: a RESUME
 * would bring no guilds, and clients would start with none.
 */
import type { SessionKey, SessionRecord, SessionStore } from '@tinfoil/types';
import type { Feed } from '../feed.ts';

/** What the store works with. */
export interface KeptSessionsOptions {
  readonly inner: SessionStore;
  /** Feed of a shard, made when it is first asked for, with its start state read. */
  readonly feed: (key: SessionKey) => Promise<Feed>;
  /** Saves the clients' sessions. */
  readonly saveClients: () => Promise<void>;
  /** Told when the feeds are there, with what they go on from. */
  readonly loaded: () => void;
  /** Tells that a session is given up because its start state is missing. */
  readonly withoutState: (shardId: number) => void;
  readonly report: (cause: unknown) => void;
}

/** Store for `new Gateway`. */
export function createKeptSessions(options: KeptSessionsOptions): SessionStore {
  const { inner, feed: feedOf } = options;
  return {
    async load(keys) {
      const feeds = new Map<number, Feed>();
      for (const key of keys) feeds.set(key.shardId, await feedOf(key));
      const records = await inner.load(keys);
      const usable = records.filter((record) => {
        const feed = feeds.get(record.shardId);
        if (feed === undefined) return false;
        if (feed.sessionId === record.sessionId && feed.sequence >= record.sequence) return true;
        if (!feed.state.covers(record.sessionId, record.sequence)) {
          options.withoutState(record.shardId);
          return false;
        }
        feed.restore(record.sessionId, record.sequence);
        return true;
      });
      options.loaded();
      return usable;
    },

    async save(records) {
      const saved: SessionRecord[] = [];
      for (const record of records) {
        const feed = await feedOf(record);
        try {
          await feed.state.flush(feed.sequence);
          saved.push({ ...record, sequence: feed.trail(record.sequence) });
        } catch (cause) {
          // The older record and the older state still belong together.
          options.report(cause);
        }
      }
      await inner.save(saved);
      await options.saveClients();
    },

    drop: (keys) => inner.drop(keys),
  };
}
