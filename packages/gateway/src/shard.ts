/**
 * One shard: carries out what `machine.ts` decides, and feeds back what happens. Owns the timers, the permit and the
 * session; the socket is in `link.ts`, reading what comes over it in `receiver.ts`, sending in `command-queue.ts`.
 */
import type { GatewayReadyDispatchData } from '@tinfoil/types';
import { abnormalClosure } from './close-codes.ts';
import { CommandQueue } from './command-queue.ts';
import { encodeHeartbeat, encodeIdentify, encodeResume, type PresenceUpdate } from './commands.ts';
import { isConnected } from './effects.ts';
import { GatewayFatalError, isUnauthorized } from './errors.ts';
import { type FrameHeader, parseData } from './frame.ts';
import { connectionUrl } from './gateway-url.ts';
import { GuildIndex } from './guild-index.ts';
import { Leave } from './leave.ts';
import { Link } from './link.ts';
import { initialState, step } from './machine.ts';
import { SessionCursor } from './session.ts';
import type { BotIdentity, ShardCounters, ShardHost } from './shard-host.ts';
import type { Mode, ShardEffect, ShardInput, ShardState, ShardStatus, Target } from './state.ts';
import { Timers } from './timers.ts';
import type { GatewayTransport } from './transport.ts';

/** One shard. */
export class Shard {
  readonly id: number;
  readonly cursor: SessionCursor = new SessionCursor();
  readonly commands: CommandQueue;
  readonly counters: ShardCounters = { resumes: 0, identifies: 0, lastCloseCode: undefined, lastEventAtMs: undefined };
  guilds: GuildIndex = new GuildIndex();
  identity: BotIdentity | undefined;
  /** True from the moment nothing more may be dispatched: what comes is left to the next RESUME. */
  muted = false;
  /** Presence of this shard alone, at every later IDENTIFY. */
  presence: PresenceUpdate | undefined;
  /** Why the shard ended for good. */
  fatalError: GatewayFatalError | undefined;
  readonly #host: ShardHost;
  readonly #leave = new Leave();
  readonly #link: Link;
  readonly #inputs: ShardInput[] = [];
  readonly #timers: Timers<'phase' | 'heartbeat'>;
  #state: ShardState = initialState;
  #stepping = false;
  #openedAtMs = 0;

  constructor(id: number, host: ShardHost) {
    this.id = id;
    this.#host = host;
    const { options } = host;
    this.#link = new Link(options);
    this.#timers = new Timers(options.clock, (timer) => this.#timeUp(timer));
    this.commands = new CommandQueue(
      {
        shardId: id,
        maxQueued: options.maxQueuedCommands,
        sendWindowMs: options.timing.sendWindowMs,
        presenceWindowMs: options.timing.presenceWindowMs,
        clock: options.clock,
      },
      (text) => this.#link.send(text),
    );
  }

  get state(): ShardState {
    return this.#state;
  }

  get status(): ShardStatus {
    return this.#state.status;
  }

  /** Resolves when the sockets given up so far are closed. */
  get closed(): Promise<void> {
    return this.#link.closed;
  }

  /** Takes an input; effects are carried out before it returns, unless a step is under way, which then takes it next. */
  input(input: ShardInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
  }

  /** Takes a dispatch; called by the receiver for every event. */
  dispatch(header: FrameHeader, bytes: Buffer): void {
    const { type, sequence } = header;
    if (this.muted || type === null || sequence === null) return;
    const { cursor } = this;
    this.counters.lastEventAtMs = this.#host.options.clock.nowMs();
    if (type === 'READY') this.#started(parseData(bytes, header) as GatewayReadyDispatchData, sequence);
    else {
      // Before any listener runs: what it does may depend on the sequence.
      if (cursor.received === null || sequence > cursor.received) cursor.received = sequence;
      this.guilds.apply(type, bytes, header);
      if (type === 'RESUMED') this.input({ type: 'resumed', connection: this.#state.connection });
    }
    this.#host.dispatch(this, header, bytes);
  }

  #started(ready: GatewayReadyDispatchData, sequence: number): void {
    this.cursor.reset(sequence);
    this.guilds.reset(ready.guilds);
    this.identity = { user: ready.user, applicationId: ready.application.id };
    const session = { sessionId: ready.session_id, resumeUrl: ready.resume_gateway_url ?? '' };
    this.input({ type: 'readied', connection: this.#state.connection, session });
  }

  #step(input: ShardInput): void {
    const { clock, random, timing } = this.#host.options;
    if (input.type === 'closed' && input.connection === this.#state.connection)
      this.counters.lastCloseCode = input.code;
    const previous = this.#state.status;
    const [state, effects] = step(this.#state, input, { nowMs: clock.nowMs(), random: random(), timing });
    this.#state = state;
    if (previous === 'ready' && state.status !== 'ready') this.commands.pause();
    if (input.type === 'start' || input.type === 'restart') this.commands.revive();
    for (const effect of effects) this.#attempt(effect);
    if (!isConnected(state)) this.#link.forget();
    if (state.status !== previous) this.#host.moved(this, previous);
  }

  /** An effect that fails must not keep the rest, such as giving back a permit, from being carried out. */
  #attempt(effect: ShardEffect): void {
    try {
      this.#perform(effect);
    } catch (cause) {
      this.#host.failed(this, cause);
    }
  }

  #perform(effect: ShardEffect): void {
    switch (effect.type) {
      case 'ask':
        this.#ask(effect.mode);
        break;
      case 'withdraw':
        this.#leave.withdraw();
        break;
      case 'report':
        this.#leave.report(effect.outcome);
        break;
      case 'connect':
        void this.#connect(effect.connection, effect.target);
        break;
      case 'disconnect':
        this.counters.lastCloseCode = effect.how === 'terminate' ? abnormalClosure : effect.how;
        this.#link.close(effect.how);
        break;
      case 'send':
        this.#send(effect.what);
        break;
      case 'setTimer':
        this.#timers.set(effect.timer, effect.afterMs);
        break;
      case 'clearTimer':
        this.#timers.clear(effect.timer);
        break;
      case 'dropSession':
        this.cursor.reset(null);
        this.#host.sessionDropped(this);
        break;
      case 'ready':
        if (effect.resumed) this.counters.resumes += 1;
        this.#host.ready(this, effect.resumed);
        this.commands.open();
        break;
      case 'fatal':
        this.#host.fatal(this, new GatewayFatalError(this.id, effect.code, { cause: effect.cause }));
    }
  }

  #ask(mode: Mode): void {
    const { turns, options, totalShards } = this.#host;
    this.#leave.ask(
      (signal) =>
        mode === 'resume'
          ? turns.acquire(signal)
          : options.identifyLimiter.acquire({ shardId: this.id, totalShards, signal }),
      () => this.input({ type: 'granted' }),
      (cause) => this.#refuse(cause),
    );
  }

  #refuse(cause: unknown): void {
    const final = isUnauthorized(cause);
    if (!final) this.#host.failed(this, cause);
    this.input({ type: 'refused', cause, final });
  }

  async #connect(connection: number, target: Target): Promise<void> {
    const host = this.#host;
    const isCurrent = () => this.#state.connection === connection && this.#state.status === 'connecting';
    try {
      const base = target === 'resume' ? this.#state.session!.resumeUrl : await host.mainUrl(this.#state.attempts);
      const transport = await host.transport();
      if (isCurrent()) this.#open(connection, transport, connectionUrl(base, host.compression));
    } catch (cause) {
      if (isCurrent()) this.#refuse(cause);
    }
  }

  #open(connection: number, transport: GatewayTransport, url: string): void {
    const host = this.#host;
    this.#openedAtMs = host.options.clock.nowMs();
    this.#link.open(transport, url, connection, {
      shard: this,
      compression: host.compression,
      isWanted: (op, type) => host.isWanted(op, type),
      failed: (cause) => host.failed(this, cause),
    });
  }

  #send(what: 'identify' | 'resume' | 'heartbeat'): void {
    const { identifySettings, totalShards } = this.#host;
    // HELLO was answered: from here on this connection's own limit counts.
    if (what !== 'heartbeat' && 'heartbeat' in this.#state) this.commands.connected(this.#state.heartbeat.intervalMs);
    // Discord may ask for heartbeats faster than it takes them: those beyond the limit would cost the connection.
    if (!this.commands.note() && what === 'heartbeat') return;
    const sequence = this.cursor.received;
    if (what === 'heartbeat') this.#link.send(encodeHeartbeat(sequence));
    else if (what === 'resume')
      this.#link.send(encodeResume(identifySettings.token, this.#state.session!.sessionId, sequence ?? 0));
    else {
      this.counters.identifies += 1;
      const settings =
        this.presence === undefined ? identifySettings : { ...identifySettings, presence: this.presence };
      this.#link.send(encodeIdentify(settings, this.id, totalShards));
    }
  }

  #timeUp(timer: 'phase' | 'heartbeat'): void {
    if (timer === 'heartbeat') this.input({ type: 'heartbeatDue' });
    else {
      const sinceMs = Math.max(this.#openedAtMs, this.counters.lastEventAtMs ?? 0);
      this.input({ type: 'phase', quietMs: this.#host.options.clock.nowMs() - sinceMs });
    }
  }
}
