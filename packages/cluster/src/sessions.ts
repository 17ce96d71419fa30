/**
 * Sessions of a pod in two layers: a near store (files in the pod's state directory), written with every save, and a far one
 * (the manager's memory), written every few seconds and at the end. The near one survives a crash, the far one the pod.
 *
 * Loading asks both and takes the newer record of each shard. A far store that is away delays a load by its timeout at most,
 * and a save not at all.
 */
import type { SessionKey, SessionRecord, SessionStore } from '@tinfoil/types';

/** Options of {@link createLayeredSessionStore}. */
export interface LayeredSessionOptions {
  readonly near: SessionStore;
  readonly far: SessionStore;
  readonly everyMs: number;
  /** Gets what the far store failed with. */
  readonly onError: (cause: unknown) => void;
}

/** Store of two layers. */
export interface LayeredSessionStore extends SessionStore {
  /** Writes what the far store does not have yet, again and again until it is accepted or `limitMs` have passed. False when it was not. */
  flush(limitMs: number): Promise<boolean>;
  /** Writes everything anew: the far store has forgotten. */
  resend(): void;
  /** Ends the regular writes. */
  close(): void;
}

/** Layers two stores. */
export function createLayeredSessionStore(options: LayeredSessionOptions): LayeredSessionStore {
  const { near, far } = options;
  /** Last record of each shard, as it must be for a far store that starts anew. */
  const known = new Map<string, SessionRecord>();
  const unsaved = new Map<string, SessionRecord>();
  let writing: Promise<boolean> | undefined;

  const write = async (): Promise<boolean> => {
    const batch = [...unsaved.values()];
    if (batch.length === 0) return true;
    unsaved.clear();
    try {
      await far.save(batch);
      return true;
    } catch (cause) {
      for (const record of batch) remember(unsaved, record, unsaved.get(nameOf(record)));
      options.onError(cause);
      return false;
    }
  };
  const push = (): Promise<boolean> => {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const timer = setInterval(() => void push(), options.everyMs);
  timer.unref();

  return {
    async load(keys) {
      const [here, there] = await Promise.all([
        near.load(keys).catch((cause: unknown) => none(options, cause)),
        far.load(keys).catch((cause: unknown) => none(options, cause)),
      ]);
      const found = newest(here, there);
      for (const record of found) if (!known.has(nameOf(record))) known.set(nameOf(record), record);
      return found;
    },
    async save(records) {
      for (const record of records) {
        const name = nameOf(record);
        unsaved.set(name, { ...record, guilds: record.guilds ?? unsaved.get(name)?.guilds });
        known.set(name, { ...record, guilds: record.guilds ?? known.get(name)?.guilds });
      }
      await near.save(records);
    },
    async drop(keys) {
      for (const key of keys) {
        unsaved.delete(nameOf(key));
        known.delete(nameOf(key));
      }
      await Promise.all([near.drop(keys), far.drop(keys).catch(options.onError)]);
    },
    async flush(limitMs) {
      const endsAtMs = performance.now() + limitMs;
      for (;;) {
        await writing;
        if (await push()) return true;
        const leftMs = endsAtMs - performance.now();
        if (leftMs <= 0) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(250, leftMs)));
      }
    },
    resend() {
      for (const [name, record] of known) unsaved.set(name, record);
    },
    close() {
      clearInterval(timer);
    },
  };
}

/** Of two lists of records, the newer of each shard; a guild index the newer one lacks is taken from the other if it is of the same session. */
export function newest(a: readonly SessionRecord[], b: readonly SessionRecord[]): readonly SessionRecord[] {
  const found = new Map<string, SessionRecord>();
  for (const record of [...a, ...b]) {
    const other = found.get(nameOf(record));
    if (other === undefined) found.set(nameOf(record), record);
    else {
      const [newer, older] = isNewer(record, other) ? [record, other] : [other, record];
      const guilds = newer.guilds ?? (older.sessionId === newer.sessionId ? older.guilds : undefined);
      found.set(nameOf(record), { ...newer, guilds });
    }
  }
  return [...found.values()];
}

/** True when `a` is later in the life of the shard than `b`. */
export function isNewer(
  a: Pick<SessionRecord, 'sessionId' | 'sequence' | 'savedAtMs'>,
  b: Pick<SessionRecord, 'sessionId' | 'sequence' | 'savedAtMs'>,
): boolean {
  // Within one session the sequence is the truth; clocks of two pods may differ.
  return a.sessionId === b.sessionId ? a.sequence > b.sequence : a.savedAtMs > b.savedAtMs;
}

/** Name of a session's place in a map. */
export function nameOf(key: SessionKey): string {
  return `${key.totalShards}/${key.shardId}`;
}

function remember(map: Map<string, SessionRecord>, failed: SessionRecord, since: SessionRecord | undefined): void {
  map.set(nameOf(failed), since === undefined ? failed : { ...since, guilds: since.guilds ?? failed.guilds });
}

function none(options: LayeredSessionOptions, cause: unknown): readonly SessionRecord[] {
  options.onError(cause);
  return [];
}
