/**
 * From a shard's dispatch to the listeners: parses only what somebody listens to, calls the listeners in order and at once, and
 * holds back the saved sequence while their promises are pending. This is the hot path: no promise, no closure per event.
 */
import { channel } from 'node:diagnostics_channel';
import { type Clock, Emitter } from '@tinfoil/types';
import type { DispatchEvent, GatewayErrorEvent, GatewayListeners, UnknownEvent } from './events.ts';
import { type FrameHeader, parseData } from './frame.ts';
import { Gate } from './gate.ts';
import type { Shard } from './shard.ts';

/** Names that are the gateway's own: a dispatch of such a name must not pose as one of them. */
const ownEvents: ReadonlySet<string> = new Set(['ready', 'shardStatus', 'dispatch', 'error', 'fatal', 'raw']);

/** Dispatches that the shards themselves read. */
const internalEvents: ReadonlySet<string> = new Set(['READY']);

const errors = channel('tinfoil:gateway:error');

/** Listeners of a gateway, and what reaches them. */
export class Dispatcher {
  readonly emitter: Emitter<GatewayListeners, UnknownEvent> = new Emitter((cause, event, args) =>
    this.#listenerFailed(cause, event, args),
  );
  /** Between shards and listeners while fleets cut over. */
  readonly gate: Gate<Shard>;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.gate = new Gate(clock, {
      handOut: (shard, header, bytes, replayed, isTracked) => this.#handOut(shard, header, bytes, replayed, isTracked),
      failed: (shard, cause) => this.report({ cause, shardId: shard.id }),
    });
  }

  /** True when the `d` of a payload will be read. */
  isWanted(op: number, type: string | null): boolean {
    if (op !== 0 || type === null) return true;
    if (internalEvents.has(type)) return true;
    // What waits is parsed when it is handed out, if ever.
    return this.#hasListener(type) && (!this.gate.engaged || this.gate.passes(type));
  }

  /** Takes an event to its listeners. */
  dispatch(shard: Shard, header: FrameHeader, bytes: Buffer): void {
    if (this.gate.engaged) this.gate.event(shard, header, bytes);
    else this.#handOut(shard, header, bytes, shard.status === 'resuming', true);
  }

  /** @param isTracked - False for an event of a session that is over: nothing waits for its listeners. */
  #handOut(shard: Shard, header: FrameHeader, bytes: Buffer, replayed: boolean, isTracked: boolean): void {
    const { emitter } = this;
    // The shard dispatches only what has both.
    const type = header.type!;
    const sequence = header.sequence!;
    if (emitter.has('raw'))
      this.#hold(shard, header, isTracked, emitter.emit('raw', { type, sequence, shardId: shard.id, bytes }));
    if (!this.#hasListener(type)) return;
    const data = parseData(bytes, header);
    const shardId = shard.id;
    if (emitter.has(type) && !ownEvents.has(type)) {
      // Names outside the map carry unknown data, those inside what Discord documents for them.
      this.#hold(shard, header, isTracked, emitter.emit(type as string & {}, data, { shardId, sequence, replayed }));
    }
    if (emitter.has('dispatch')) {
      const event = { type, data, shardId, sequence, replayed } as DispatchEvent;
      this.#hold(shard, header, isTracked, emitter.emit('dispatch', event));
    }
  }

  /** Reports an error that nobody awaits: to the `error` listeners, or else to the diagnostics channel `tinfoil:gateway:error`. */
  report(error: GatewayErrorEvent): void {
    if (this.emitter.has('error')) this.emitter.emit('error', error);
    else if (errors.hasSubscribers) errors.publish(error);
  }

  #hasListener(type: string): boolean {
    const { emitter } = this;
    return emitter.has('dispatch') || (emitter.has(type) && !ownEvents.has(type));
  }

  #hold(shard: Shard, header: FrameHeader, isTracked: boolean, work: Promise<void> | undefined): void {
    if (work !== undefined && isTracked) shard.cursor.hold(header.sequence!, header.type!, work, this.#clock.nowMs());
  }

  #listenerFailed(cause: unknown, event: string, args: readonly unknown[]): void {
    const error = { cause, event, shardId: shardIdIn(args) };
    // An `error` listener that fails would be called for its own failure, again and again.
    if (event !== 'error') this.report(error);
    else if (errors.hasSubscribers) errors.publish(error);
  }
}

function shardIdIn(args: readonly unknown[]): number | undefined {
  for (const argument of args)
    if (
      typeof argument === 'object' &&
      argument !== null &&
      'shardId' in argument &&
      typeof argument.shardId === 'number'
    )
      return argument.shardId;
  return undefined;
}
