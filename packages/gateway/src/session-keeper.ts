/**
 * Keeps the sessions of a process's shards in the store: what may be resumed is loaded, what changed is saved once per
 * interval, exactly on close, and what is dead is dropped.
 *
 * One store call at a time, so that a drop cannot be overtaken by an older save. The store's failures are reported and never
 * stop a shard.
 */
import { type Clock, type SessionRecord, type SessionStore, sleep } from '@tinfoil/types';
import { SessionStoreError, SlowListenerError } from './errors.ts';
import { gatewayVersion } from './gateway-url.ts';
import type { GatewayTiming } from './options.ts';
import type { Shard } from './shard.ts';

/** Settings of a keeper. */
export interface SessionKeeperOptions {
  readonly store: SessionStore;
  readonly totalShards: number;
  readonly timing: GatewayTiming;
  readonly clock: Clock;
  readonly shards: () => Iterable<Shard>;
  readonly report: (cause: unknown, shardId?: number) => void;
}

interface Saved {
  readonly sessionId: string;
  readonly sequence: number;
  readonly guilds: number;
  readonly atMs: number;
}

/** How often a session is saved in which nothing happens, so that its age tells that it lives. */
const refreshMs = 60_000;

/** Session side of a gateway. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #saved = new Map<number, Saved>();
  readonly #dropping = new Set<number>();
  #work: Promise<void> = Promise.resolve();
  #busy = false;
  #cancelTimer: (() => void) | undefined;
  #cancelSoon: (() => void) | undefined;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
  }

  /** Sessions of the given shards that may still be resumed. Never rejects. */
  async load(ids: readonly number[]): Promise<ReadonlyMap<number, SessionRecord>> {
    const { store, totalShards, timing, report } = this.#options;
    try {
      const records = await store.load(ids.map((shardId) => ({ shardId, totalShards })));
      const nowMs = Date.now();
      const usable = records.filter(
        (record) =>
          record.totalShards === totalShards &&
          record.version === gatewayVersion &&
          record.encoding === 'json' &&
          nowMs - record.savedAtMs <= timing.sessionMaxAgeMs,
      );
      return new Map(usable.map((record) => [record.shardId, record]));
    } catch (cause) {
      report(new SessionStoreError('load', cause));
      return new Map();
    }
  }

  /** Saves what changes from now on. */
  start(): void {
    if (this.#cancelTimer !== undefined) return;
    const { clock, timing } = this.#options;
    const tick = () => {
      this.#cancelTimer = clock.after(timing.saveIntervalMs, tick, { unref: true });
      this.#expire();
      // A slow store is not hurried: what changed meanwhile is in the next save.
      if (!this.#busy) void this.save(this.#options.shards());
    };
    this.#cancelTimer = clock.after(timing.saveIntervalMs, tick, { unref: true });
  }

  /**
   * Saves as soon as what is happening now is over: a new session must outlive a crash from its first moment, or the crash
   * costs an IDENTIFY. Shards that come up together are saved together.
   */
  soon(): void {
    this.#cancelSoon ??= this.#options.clock.after(0, () => {
      this.#cancelSoon = undefined;
      void this.save(this.#options.shards());
    });
  }

  /** Stops saving at intervals. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#cancelSoon?.();
    this.#cancelSoon = undefined;
  }

  /** Saves those of the shards whose session changed since. Never rejects. */
  save(shards: Iterable<Shard>): Promise<void> {
    return this.#run('save', async () => {
      const records = [...shards].flatMap((shard) => this.#record(shard) ?? []);
      if (records.length === 0) return;
      try {
        await this.#options.store.save(records);
      } catch (cause) {
        for (const { shardId } of records) this.#saved.delete(shardId);
        throw cause;
      }
    });
  }

  /** Forgets sessions; those that come while the store is busy are dropped together. Never rejects. */
  drop(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      this.#saved.delete(id);
      this.#dropping.add(id);
    }
    return this.#run('drop', async () => {
      const { store, totalShards } = this.#options;
      const keys = [...this.#dropping].map((shardId) => ({ shardId, totalShards }));
      this.#dropping.clear();
      if (keys.length > 0) await store.drop(keys);
    });
  }

  /** Resolves when the store has done what it was asked, or the time is up. */
  async settled(timeoutMs: number): Promise<void> {
    const end = new AbortController();
    const { clock } = this.#options;
    await Promise.race([this.#work, sleep(clock, timeoutMs, end.signal).catch(() => undefined)]);
    end.abort();
  }

  #run(doing: string, work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    const run = this.#work
      .then(work)
      .catch((cause: unknown) => this.#options.report(new SessionStoreError(doing, cause)));
    this.#work = run;
    return run.then(() => {
      if (this.#work === run) this.#busy = false;
    });
  }

  #record(shard: Shard): SessionRecord | undefined {
    const { session } = shard.state;
    const sequence = shard.cursor.settled;
    const { identity, guilds } = shard;
    if (session === undefined || sequence === null || identity === undefined) return undefined;
    const saved = this.#saved.get(shard.id);
    const nowMs = this.#options.clock.nowMs();
    const { version } = guilds;
    const sameGuilds = saved?.sessionId === session.sessionId && saved.guilds === version;
    const fresh = shard.status !== 'ready' || (saved !== undefined && nowMs - saved.atMs < refreshMs);
    if (sameGuilds && saved.sequence === sequence && fresh) return undefined;
    this.#saved.set(shard.id, { sessionId: session.sessionId, sequence, guilds: version, atMs: nowMs });
    return {
      shardId: shard.id,
      totalShards: this.#options.totalShards,
      sessionId: session.sessionId,
      sequence,
      resumeUrl: session.resumeUrl,
      version: gatewayVersion,
      encoding: 'json',
      user: identity.user,
      applicationId: identity.applicationId,
      savedAtMs: Date.now(),
      guilds: sameGuilds ? undefined : guilds.pack(),
    };
  }

  #expire(): void {
    const { clock, timing, report } = this.#options;
    for (const shard of this.#options.shards())
      for (const { event, sequence } of shard.cursor.expire(clock.nowMs(), timing.slowListenerMs))
        report(new SlowListenerError(event, sequence, timing.slowListenerMs), shard.id);
  }
}
