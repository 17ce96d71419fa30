/**
 * Gate before the listeners, for a process that takes part in a cut-over: asks `cutover.ts` what to do with each event, keeps what
 * waits in `standby-buffer.ts`, and hands it out when the time has come. A process that plainly serves never enters it.
 */
import type { Clock } from '@tinfoil/types';
import {
  admit,
  advance,
  type CutoverPhase,
  type CutoverState,
  type CutoverTimes,
  changesAtMs,
  isDoubted,
  keptFromMs,
  plainlyActive,
} from './cutover.ts';
import type { FrameHeader } from './frame.ts';
import type { SessionCursor } from './session.ts';
import { type KeptEvent, StandbyBuffer } from './standby-buffer.ts';

/** How a process waits in standby. */
export interface StandbyOptions {
  /** How long events are kept, in milliseconds. @defaultValue 10,000 */
  readonly keepMs?: number | undefined;
  /** Most bytes of kept events; beyond it the oldest are let go. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /** Dispatch events that reach the listeners in standby all the same, such as `GUILD_CREATE` for a cache of the bot's own. */
  readonly events?: readonly string[] | undefined;
}

/** Where a gateway stands in a cut-over, and what it keeps. */
export interface CutoverInfo {
  readonly phase: CutoverPhase;
  /** Events kept. */
  readonly kept: number;
  readonly keptBytes: number;
  /** Events given up for want of room while they were younger than `keepMs`. */
  readonly overflowed: number;
  /** Events handed out that the other fleet may have handed out too. */
  readonly doubted: number;
}

/** Shard, as the gate sees it. */
export interface GatedShard {
  readonly cursor: SessionCursor;
  readonly status: string;
}

/** What stands behind the gate. */
export interface GateExits<Owner> {
  /** Hands an event to the listeners. @param isTracked - False for an event of a session that is over. */
  readonly handOut: (shard: Owner, header: FrameHeader, bytes: Buffer, replayed: boolean, isTracked: boolean) => void;
  /** Told what could not be read of a kept event, whose connection cannot answer for it any more. */
  readonly failed: (shard: Owner, cause: unknown) => void;
}

/** What every session begins with: about the connection, not about anything that two fleets could both do. */
const sessionEvents: ReadonlySet<string> = new Set(['READY', 'RESUMED']);

const defaultKeepMs = 10_000;
const defaultMaxBytes = 64 * 1024 * 1024;
const defaultOverlapMs = 1_000;

/** Gate of one process. */
export class Gate<Owner extends GatedShard> {
  readonly #clock: Clock;
  readonly #exits: GateExits<Owner>;
  #buffer: StandbyBuffer<Owner> = new StandbyBuffer(defaultKeepMs, defaultMaxBytes);
  #passing = sessionEvents;
  #state: CutoverState = plainlyActive;
  #caughtUp = new WeakSet<Owner>();
  #cancel: (() => void) | undefined;
  #doubted = 0;
  /** True while events must come through here. */
  engaged = false;
  /** Shards of the process. */
  shards: () => Iterable<Owner> = () => [];

  constructor(clock: Clock, exits: GateExits<Owner>) {
    this.#clock = clock;
    this.#exits = exits;
  }

  /** Begins in standby; before the first event only. */
  standBy({ keepMs = defaultKeepMs, maxBytes = defaultMaxBytes, events = [] }: StandbyOptions): void {
    this.#buffer = new StandbyBuffer(keepMs, maxBytes);
    this.#passing = new Set([...sessionEvents, ...events]);
    this.#enter({ phase: 'standby' });
  }

  /** Takes over at a time, from standby. False when it is not in standby. */
  take({ atMs, overlapMs = defaultOverlapMs }: CutoverTimes): boolean {
    if (this.#state.phase !== 'standby' && this.#state.phase !== 'taking') return false;
    this.#enter({ phase: 'taking', atMs, overlapMs });
    return true;
  }

  /** Yields at a time. False in standby. */
  yield({ atMs, overlapMs = defaultOverlapMs }: CutoverTimes): boolean {
    if (this.#state.phase !== 'active' && this.#state.phase !== 'yielding') return false;
    this.#enter({ phase: 'yielding', atMs, overlapMs });
    return true;
  }

  /** Back to standby from {@link take}, also after its time: until it is told otherwise the other fleet serves. */
  cancelTake(): boolean {
    const { phase } = this.#state;
    if (phase === 'yielding' || phase === 'retired') return false;
    if (phase !== 'standby') this.#enter({ phase: 'standby' });
    return true;
  }

  /** Takes {@link yield} back. False when its time has come. */
  cancelYield(): boolean {
    this.#advance(Date.now());
    if (this.#state.phase === 'yielding') this.#enter(plainlyActive);
    return this.#state.phase === 'active';
  }

  get info(): CutoverInfo {
    const { size, bytes, overflowed } = this.#buffer;
    const { phase } = this.#state;
    return { phase, kept: size, keptBytes: bytes, overflowed, doubted: this.#doubted };
  }

  /** True when the event, should it come now, reaches the listeners at once. */
  passes(type: string): boolean {
    return admit(this.#state) === 'pass' || this.#passing.has(type);
  }

  /** Takes an event of a shard. */
  event(shard: Owner, header: FrameHeader, bytes: Buffer): void {
    const nowMs = Date.now();
    // A timer that is late must not put the event before those it would have released.
    this.#advance(nowMs);
    const replayed = shard.status === 'resuming';
    const state = this.#state;
    switch (admit(state)) {
      case 'pass':
        this.#pass(shard, header, bytes, replayed, nowMs);
        break;
      case 'keep':
        if (this.#passing.has(header.type!)) this.#exits.handOut(shard, header, bytes, replayed, true);
        else this.#buffer.push(shard, shard.cursor, header, bytes, nowMs);
        break;
      case 'drop':
        // Away when the time came: what Discord replays is of before, and perhaps nobody else's.
        if (replayed && !this.#caughtUp.has(shard)) this.#exits.handOut(shard, header, bytes, true, true);
        else this.#caughtUp.add(shard);
    }
  }

  /** Ends the timer. Kept events stay unsettled, so that the next process gets them again. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #pass(shard: Owner, header: FrameHeader, bytes: Buffer, replayed: boolean, receivedAtMs: number): void {
    const state = this.#state;
    const doubted = isDoubted(state, receivedAtMs);
    if (doubted) this.#doubted += 1;
    this.#exits.handOut(shard, header, bytes, replayed || (doubted && state.phase === 'active'), true);
    if (state.phase === 'active' && !doubted) this.engaged = false;
  }

  #enter(state: CutoverState): void {
    this.close();
    this.#state = state;
    this.engaged = state.phase !== 'active' || Number.isFinite(state.doubtedUntilMs);
    this.#advance(Date.now());
    this.#schedule();
  }

  #schedule(): void {
    const atMs = changesAtMs(this.#state);
    if (atMs === undefined) return;
    const look = () => {
      this.#advance(Date.now());
      // The calendar may have been set anew meanwhile.
      this.#schedule();
    };
    this.#cancel = this.#clock.after(Math.max(1, atMs - Date.now()), look, { unref: true });
  }

  #advance(nowMs: number): void {
    const before = this.#state;
    this.#state = advance(before, nowMs);
    if (this.#state === before) return;
    if (before.phase === 'taking') this.#release(keptFromMs(before));
    if (this.#state.phase === 'retired')
      for (const shard of this.shards()) if (shard.status === 'ready') this.#caughtUp.add(shard);
  }

  #release(fromMs: number): void {
    const { handOut, failed } = this.#exits;
    this.#buffer.drain(fromMs, ({ owner, header, bytes, cursor, session }: KeptEvent<Owner>) => {
      this.#doubted += 1;
      try {
        handOut(owner, header, bytes, true, cursor.isCurrent(session));
      } catch (cause) {
        failed(owner, cause);
      }
    });
  }
}
