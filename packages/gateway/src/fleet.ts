/**
 * The shards of one process: created, started with their sessions, stopped, and waited for. What they share is in
 * `shard-hub.ts`.
 */
import { setMaxListeners } from 'node:events';
import { sleep } from '@tinfoil/types';
import { abortable } from './abortable.ts';
import { finalClosure, resumableClosure } from './close-codes.ts';
import type { PresenceUpdate } from './commands.ts';
import type { Dispatcher } from './dispatcher.ts';
import { GatewayClosedError, GatewayFatalError } from './errors.ts';
import { readGatewayBot } from './gateway-bot.ts';
import { GuildIndex } from './guild-index.ts';
import type { ResolvedGatewayOptions } from './options.ts';
import { Readiness } from './readiness.ts';
import { SessionKeeper } from './session-keeper.ts';
import { Shard } from './shard.ts';
import { ShardHub } from './shard-hub.ts';
import type { Mode } from './state.ts';

/** How a shard, or all of them, is ended. */
export interface EndOptions {
  /** Keep the session at Discord and in the store. */
  readonly resumable: boolean;
}

/** Shards of one process. */
export class Fleet {
  readonly options: ResolvedGatewayOptions;
  readonly shards: Map<number, Shard> = new Map();
  readonly #dispatcher: Dispatcher;
  readonly #hub: ShardHub;
  readonly #readiness = new Readiness();
  readonly #closing = new AbortController();
  #keeper: SessionKeeper | undefined;

  constructor(options: ResolvedGatewayOptions, dispatcher: Dispatcher) {
    this.options = options;
    this.#dispatcher = dispatcher;
    // Everything that waits listens to it, and a hundred waits are no leak.
    setMaxListeners(0, this.#closing.signal);
    this.#hub = new ShardHub(options, dispatcher, this.#closing.signal, {
      moved: () => this.#readiness.changed(),
      ended: (shard, error) => this.#haltOthers(shard, error),
      sessionBegun: () => this.#keeper?.soon(),
      sessionDropped: (shard) => void this.#keeper?.drop([shard.id]),
    });
  }

  /** Shards of the bot over all processes; 0 while `auto` has not asked Discord. */
  get totalShards(): number {
    return this.#hub.totalShards;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Starts every own shard that is not running, and waits until all are up. */
  async connect(signal: AbortSignal | undefined): Promise<void> {
    const orClosing = this.#orClosing(signal);
    await this.#bringUp(await this.#ownIds(orClosing), orClosing);
  }

  /** Starts one shard and waits until it is up. */
  async start(id: number, signal: AbortSignal | undefined): Promise<void> {
    const orClosing = this.#orClosing(signal);
    this.#assertOpen('startShard');
    if (this.totalShards === 0) await this.#ownIds(orClosing);
    if (!Number.isInteger(id) || id < 0 || id >= this.totalShards)
      throw new RangeError(`gateway: shard id must be a whole number below ${this.totalShards}, got ${id}`);
    await this.#bringUp([id], orClosing);
  }

  /** Ends one shard: no more dispatches, the socket closed, listeners waited for, the session saved or dropped. */
  async stop(id: number, options: EndOptions): Promise<void> {
    const shard = this.get(id);
    await this.#end([shard], options);
    if (shard.status === 'idle') this.shards.delete(id);
  }

  /** Gives a shard a new connection, and waits until it is up. */
  async restart(id: number, mode: Mode, given: AbortSignal | undefined): Promise<void> {
    const signal = this.#orClosing(given);
    this.#assertOpen('restartShard');
    const shard = this.get(id);
    shard.muted = false;
    shard.fatalError = undefined;
    shard.input({ type: 'restart', mode });
    await this.#readiness.wait([this.get(id)], signal);
  }

  /** Ends all shards. */
  async close(options: EndOptions): Promise<void> {
    this.#closing.abort(new GatewayClosedError('connect'));
    await this.#end([...this.shards.values()], options);
    this.#keeper?.stop();
  }

  /** Shard with that id. @throws {@link RangeError} when this process does not hold it. */
  get(id: number): Shard {
    const shard = this.shards.get(id);
    if (shard === undefined) throw new RangeError(`gateway: this process does not hold shard ${id}`);
    return shard;
  }

  /** Presence of later IDENTIFYs, of all shards or of some. @throws {@link RangeError} when IDENTIFY would be too large. */
  setPresence(presence: PresenceUpdate, ids: readonly number[] | undefined): void {
    this.#hub.checkPresence(presence);
    if (ids === undefined) this.#hub.presence = presence;
    for (const shard of ids?.map((id) => this.get(id)) ?? this.shards.values())
      shard.presence = ids === undefined ? undefined : presence;
  }

  async #ownIds(signal: AbortSignal): Promise<readonly number[]> {
    const { shards } = this.options;
    if (shards !== 'auto') return shards.ids;
    if (this.totalShards === 0) {
      const answer = await readGatewayBot(this.options, signal, (cause) => this.#dispatcher.report({ cause })).catch(
        (error: unknown) => {
          if (error instanceof GatewayFatalError) this.#hub.tellFatal(error.shardId, error);
          throw error;
        },
      );
      this.#hub.totalShards = answer.shards;
    }
    return Array.from({ length: this.totalShards }, (_, id) => id);
  }

  /** On abort, ends again those that it started, with their sessions kept. */
  async #bringUp(ids: readonly number[], signal: AbortSignal): Promise<void> {
    const started = await this.#start(ids, signal);
    try {
      const shards = ids.map((id) => this.get(id));
      await this.#readiness.wait(shards, signal);
    } catch (cause) {
      if (signal.aborted && !this.closed) await this.#end(started, { resumable: true });
      throw cause;
    }
  }

  async #start(ids: readonly number[], signal: AbortSignal): Promise<readonly Shard[]> {
    this.#keeper ??= new SessionKeeper({
      store: this.options.sessionStore,
      totalShards: this.totalShards,
      timing: this.options.timing,
      clock: this.options.clock,
      shards: () => this.shards.values(),
      report: (cause, shardId) => this.#dispatcher.report({ cause, shardId }),
    });
    const idle = ids.filter((id) => !isRunning(this.shards.get(id)));
    const sessions = await abortable(this.#keeper.load(idle), signal);
    this.#assertOpen('connect');
    const started: Shard[] = [];
    for (const id of idle) {
      const shard = this.shards.get(id) ?? new Shard(id, this.#hub);
      if (isRunning(shard)) continue;
      this.shards.set(id, shard);
      started.push(shard);
      const record = sessions.get(id);
      shard.muted = false;
      shard.fatalError = undefined;
      shard.cursor.reset(record?.sequence ?? null);
      if (record !== undefined) {
        shard.identity = { user: record.user, applicationId: record.applicationId };
        shard.guilds = (record.guilds && GuildIndex.unpack(record.guilds)) ?? shard.guilds;
      }
      shard.input({ type: 'start', session: record && { sessionId: record.sessionId, resumeUrl: record.resumeUrl } });
    }
    this.#keeper.start();
    return started;
  }

  async #end(shards: readonly Shard[], { resumable }: EndOptions): Promise<void> {
    const { clock, timing } = this.options;
    for (const shard of shards) {
      shard.muted = true;
      shard.input({ type: 'stop', code: resumable ? resumableClosure : finalClosure });
      shard.commands.fail(new GatewayClosedError(`shard ${shard.id}`));
    }
    const end = new AbortController();
    const late = sleep(clock, timing.drainTimeoutMs, end.signal).catch(() => undefined);
    await Promise.race([
      Promise.all([...shards.map((shard) => shard.closed), this.#drained(shards, end.signal)]),
      late,
    ]);
    end.abort();
    if (resumable) void this.#keeper?.save(shards);
    else void this.#keeper?.drop(shards.map((shard) => shard.id));
    await this.#keeper?.settled(timing.drainTimeoutMs);
  }

  /** Resolves when no listener of these shards is at work. */
  async #drained(shards: readonly Shard[], signal: AbortSignal): Promise<void> {
    await Promise.all(shards.map((shard) => shard.cursor.idle(signal)));
  }

  /** Every fatal code speaks of the token, the intents or the sharding: the other shards would only meet it one by one. */
  #haltOthers(ended: Shard, error: GatewayFatalError): void {
    for (const shard of this.shards.values()) {
      if (shard === ended || shard.status === 'ready') continue;
      shard.fatalError = error;
      shard.input({ type: 'halt' });
      shard.commands.fail(error);
    }
  }

  #orClosing(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #assertOpen(doing: string): void {
    if (this.closed) throw new GatewayClosedError(doing);
  }
}

function isRunning(shard: Shard | undefined): boolean {
  return shard !== undefined && shard.status !== 'idle' && shard.status !== 'fatal';
}
