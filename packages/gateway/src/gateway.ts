/**
 * Gateway: the shards of one process behind one emitter. Wiring only: shards are run by `fleet.ts`, events handed out by
 * `dispatcher.ts`, requests collected by `requests.ts`.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway | Discord Docs/Gateway}
 */
import { setMaxListeners } from 'node:events';
import {
  type APIUser,
  type EventArguments,
  type GatewayChannelInfoDispatchData,
  type GatewayEventName,
  type GatewaySoundboardSoundsDispatchData,
  type GatewayVoiceStateUpdateData,
  type Listener,
  type ListenOptions,
  type Snowflake,
  shardIdOf,
} from '@tinfoil/types';
import { handled } from './abortable.ts';
import { encodeCommand, type GatewayCommand, type PresenceUpdate } from './commands.ts';
import type { CutoverTimes } from './cutover.ts';
import { Dispatcher } from './dispatcher.ts';
import { GatewayClosedError } from './errors.ts';
import {
  EventStream,
  type EventStreamOptions,
  type StreamedEvent,
  type WaitForOptions,
  waitForEvent,
} from './event-stream.ts';
import type { GatewayListeners, UnknownEvent } from './events.ts';
import { Fleet } from './fleet.ts';
import type { CutoverInfo } from './gate.ts';
import type { GuildMembersChunk, GuildMembersQuery } from './guild-members.ts';
import { type ChannelInfoOptions, GuildRequests } from './guild-requests.ts';
import { type GatewayOptions, resolveGatewayOptions } from './options.ts';
import type { GatewayRequestOptions } from './requests.ts';
import type { Mode } from './state.ts';
import { type ShardInfo, shardInfo } from './status.ts';

/** Name of an event: Discord's, the gateway's own, or one that Tinfoil does not know. */
export type GatewayEvent = (keyof GatewayListeners & string) | (string & {});

/** Arguments of an event's listeners. */
export type GatewayEventArguments<Name> = EventArguments<GatewayListeners, UnknownEvent, Name>;

/** Signal of an operation that waits. */
export interface GatewayCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Discord's gateway for the shards of one process.
 *
 * @example
 * ```ts
 * const gateway = new Gateway({ token, intents: ['Guilds', 'GuildMessages'] });
 * gateway.on('MESSAGE_CREATE', (message, { shardId }) => console.log(shardId, message.id));
 * await gateway.connect();
 * ```
 */
export class Gateway {
  readonly #dispatcher: Dispatcher;
  readonly #fleet: Fleet;
  readonly #requests: GuildRequests;
  readonly #streams = new Set<EventStream>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  /** @throws {@link TypeError} or {@link RangeError} for bad options. */
  constructor(options: GatewayOptions) {
    const resolved = resolveGatewayOptions(options, (cause) => this.#dispatcher.report({ cause }));
    const { clock, timing } = resolved;
    // Every wait listens to it, and a hundred waits are no leak.
    setMaxListeners(0, this.#closing.signal);
    this.#dispatcher = new Dispatcher(clock);
    this.#fleet = new Fleet(resolved, this.#dispatcher);
    const { gate } = this.#dispatcher;
    gate.shards = () => this.#fleet.shards.values();
    if (resolved.standby !== undefined) gate.standBy(resolved.standby);
    this.#requests = new GuildRequests({
      emitter: this.#dispatcher.emitter,
      clock,
      closed: this.#closing.signal,
      memberRequestGapMs: timing.memberRequestGapMs,
      shardOf: (guildId) => this.#shardOf(guildId),
      send: (shardId, command, signal) => this.send(shardId, command, { signal }),
    });
  }

  /**
   * Calls the listener for every such event. What it throws or rejects with becomes an `error` event; while a promise it
   * returned is pending, the event does not count as done with, and a process that resumes the session gets it again.
   */
  on<Name extends GatewayEvent>(
    event: Name,
    listener: Listener<GatewayEventArguments<Name>>,
    options?: ListenOptions,
  ): this {
    this.#dispatcher.emitter.on(event, listener, options);
    return this;
  }

  /** Like {@link on}, for the first such event only. */
  once<Name extends GatewayEvent>(
    event: Name,
    listener: Listener<GatewayEventArguments<Name>>,
    options?: ListenOptions,
  ): this {
    this.#dispatcher.emitter.once(event, listener, options);
    return this;
  }

  /** Removes a listener; one that is not there is ignored. */
  off<Name extends GatewayEvent>(event: Name, listener: Listener<GatewayEventArguments<Name>>): this {
    this.#dispatcher.emitter.off(event, listener);
    return this;
  }

  /**
   * Dispatch events by pulling. Ends when the gateway is closed.
   *
   * @throws {@link EventOverflowError} out of the loop when more than `maxBuffered` events wait.
   */
  events<Name extends GatewayEventName | (string & {})>(
    names: readonly Name[],
    options: EventStreamOptions = {},
  ): AsyncIterableIterator<StreamedEvent<Name>> {
    const stream = new EventStream(this.#dispatcher.emitter, names, options, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    if (this.#closing.signal.aborted) stream.close();
    // The stream listens to exactly these names.
    return stream as AsyncIterableIterator<never>;
  }

  /**
   * First argument of the first event that satisfies the predicate.
   *
   * @throws {@link GatewayTimeoutError} after `timeoutMs`; {@link GatewayClosedError} when the gateway is closed first.
   */
  waitFor<Name extends GatewayEvent>(
    event: Name,
    predicate: (...args: GatewayEventArguments<Name>) => unknown = () => true,
    options: WaitForOptions = {},
  ): Promise<GatewayEventArguments<Name>[0]> {
    const context = { clock: this.#fleet.options.clock, closed: this.#closing.signal };
    return handled(
      waitForEvent(
        this.#dispatcher.emitter,
        event,
        predicate as (...args: readonly never[]) => unknown,
        options,
        context,
      ),
    );
  }

  /**
   * Starts the shards of this process. Resolves when each is up (READY or RESUMED); failures that may pass are retried for ever.
   *
   * @throws {@link GatewayFatalError} when Discord will not have it; `signal.reason` on abort, after which all are ended again.
   */
  connect({ signal }: GatewayCallOptions = {}): Promise<void> {
    return handled(this.#fleet.connect(signal));
  }

  /** Figures of every shard this process holds. */
  get shards(): readonly ShardInfo[] {
    const nowMs = this.#fleet.options.clock.nowMs();
    return [...this.#fleet.shards.values()].map((shard) => shardInfo(shard, nowMs));
  }

  /** Shards of the bot over all processes; 0 while `'auto'` has not asked Discord. */
  get totalShards(): number {
    return this.#fleet.totalShards;
  }

  /** The bot's user; undefined before the first shard is up. */
  get user(): APIUser | undefined {
    return this.#identity?.user;
  }

  /** The application's id; undefined before the first shard is up. */
  get applicationId(): Snowflake | undefined {
    return this.#identity?.applicationId;
  }

  /** Guilds, those of them unavailable, and members over the shards of this process. A person in two guilds counts twice. */
  get totals(): { readonly guilds: number; readonly unavailable: number; readonly users: number } {
    let [guilds, unavailable, users] = [0, 0, 0];
    for (const { guilds: index } of this.#fleet.shards.values()) {
      guilds += index.totals.guilds;
      unavailable += index.totals.unavailable;
      users += index.totals.users;
    }
    return { guilds, unavailable, users };
  }

  /** True when the bot is in that guild, on a shard of this process. */
  hasGuild(guildId: Snowflake): boolean {
    const total = this.totalShards;
    return total > 0 && this.#fleet.shards.get(shardIdOf(guildId, total))?.guilds.has(guildId) === true;
  }

  /** Resolves when no listener's promise is pending. */
  idle(): Promise<void> {
    return this.#dispatcher.emitter.idle();
  }

  /** Starts a shard, one of this process or another of the same total; resolves when it is up. */
  startShard(shardId: number, { signal }: GatewayCallOptions = {}): Promise<void> {
    return handled(this.#fleet.start(shardId, signal));
  }

  /** Ends a shard, keeping its session (`resumable`) or not. */
  stopShard(shardId: number, { resumable = false }: { readonly resumable?: boolean | undefined } = {}): Promise<void> {
    return handled(this.#fleet.stop(shardId, { resumable }));
  }

  /** Gives a shard a new connection, with its session or a new one; resolves when it is up. */
  restartShard(shardId: number, { mode, signal }: GatewayCallOptions & { readonly mode: Mode }): Promise<void> {
    return handled(this.#fleet.restart(shardId, mode, signal));
  }

  /**
   * Sends a command as soon as the shard is up and its limit allows. Resolves when it was written.
   *
   * @throws {@link RangeError} at once for more than 4,096 bytes; rejects with {@link CommandQueueFullError} or
   * {@link GatewayClosedError}.
   */
  send(shardId: number, command: GatewayCommand, { signal }: GatewayCallOptions = {}): Promise<void> {
    const text = encodeCommand(command);
    if (this.#closing.signal.aborted) return handled(Promise.reject(new GatewayClosedError('send')));
    return handled(this.#fleet.get(shardId).commands.send(text, signal));
  }

  /**
   * Sets the presence, on all shards of this process or on some, now and at every later IDENTIFY. Discord takes few presences:
   * one that still waits is replaced by the next.
   */
  setPresence(
    presence: PresenceUpdate,
    { shardIds }: { readonly shardIds?: readonly number[] | undefined } = {},
  ): Promise<void> {
    const text = encodeCommand({ op: 3, d: presence });
    if (this.#closing.signal.aborted) return handled(Promise.reject(new GatewayClosedError('setPresence')));
    this.#fleet.setPresence(presence, shardIds);
    const ids = shardIds ?? [...this.#fleet.shards.keys()];
    return handled(Promise.all(ids.map((id) => this.#fleet.get(id).commands.sendPresence(text))).then(() => undefined));
  }

  /** Joins, moves between or leaves voice channels; the answer comes as VOICE_STATE_UPDATE and VOICE_SERVER_UPDATE. */
  updateVoiceState(state: GatewayVoiceStateUpdateData, options?: GatewayCallOptions): Promise<void> {
    return this.send(this.#shardOf(state.guild_id), { op: 4, d: state }, options);
  }

  /** Members of a guild, chunk by chunk. Waits out Discord's limit of one full list per guild in 30 s. */
  requestGuildMembers(
    query: GuildMembersQuery,
    options: GatewayRequestOptions = {},
  ): AsyncGenerator<GuildMembersChunk, void, undefined> {
    return this.#requests.members(query, options);
  }

  /** Soundboard sounds of a guild. */
  requestSoundboardSounds(
    guildId: Snowflake,
    options: GatewayRequestOptions = {},
  ): Promise<GatewaySoundboardSoundsDispatchData> {
    return handled(this.#requests.soundboardSounds(guildId, options));
  }

  /** Status and voice start time of a guild's channels. */
  requestChannelInfo(guildId: Snowflake, options: ChannelInfoOptions = {}): Promise<GatewayChannelInfoDispatchData> {
    return handled(this.#requests.channelInfo(guildId, options));
  }

  /** Where this process stands between two fleets. */
  get cutover(): CutoverInfo {
    return this.#dispatcher.gate.info;
  }

  /**
   * Ends the standby at a time: events kept since shortly before it are handed out, with `replayed` set, and all that follow. For
   * three times the overlap `replayed` tells that the other fleet may have handed the event out too. May be called again with another time.
   *
   * @returns False, with nothing changed, when this gateway is not in standby.
   */
  takeOver(times: CutoverTimes): boolean {
    return this.#dispatcher.gate.take(times);
  }

  /**
   * Hands out nothing more from shortly after a time on, except what Discord replays to shards that were away then. The shards stay
   * connected until {@link close}.
   *
   * @returns False, with nothing changed, when this gateway is in standby, or has handed over already.
   */
  handOver(times: CutoverTimes): boolean {
    return this.#dispatcher.gate.yield(times);
  }

  /** Undoes {@link takeOver}, also when it has happened. @returns False when this gateway has handed over since. */
  cancelTakeOver(): boolean {
    return this.#dispatcher.gate.cancelTake();
  }

  /** Undoes {@link handOver}. @returns False when it has happened. */
  cancelHandOver(): boolean {
    return this.#dispatcher.gate.cancelYield();
  }

  /**
   * Ends everything: no more events, sockets closed, listeners at work waited for (15 s at most, so a listener must not await
   * this), sessions saved or dropped. May be called twice.
   *
   * @param options - `resumable`: keep the sessions at Discord and in the store for the next process. @defaultValue false
   */
  close({ resumable = false }: { readonly resumable?: boolean | undefined } = {}): Promise<void> {
    this.#closed ??= this.#close(resumable);
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(resumable: boolean): Promise<void> {
    this.#closing.abort(new GatewayClosedError('request'));
    this.#dispatcher.gate.close();
    const closed = this.#fleet.close({ resumable });
    // What is buffered may still be read; reading it is part of the listeners' work that the fleet waits for.
    for (const stream of this.#streams) stream.close();
    await closed;
  }

  #shardOf(guildId: Snowflake): number {
    return this.#fleet.get(shardIdOf(guildId, Math.max(1, this.totalShards))).id;
  }

  get #identity(): { readonly user: APIUser; readonly applicationId: Snowflake } | undefined {
    for (const { identity } of this.#fleet.shards.values()) if (identity !== undefined) return identity;
    return undefined;
  }
}
