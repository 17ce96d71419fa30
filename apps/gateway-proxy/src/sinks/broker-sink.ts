/**
 * Sink over any broker: one queue, one batch at a time, in Discord's order, for as long as it takes.
 *
 * A full queue is answered in one of two ways. `drop-oldest` gives up the oldest events, and counts them. `block` stops the shard
 * whose event does not fit: Discord keeps what it would have sent, and replays it when the broker is back. Discord does
 * so for minutes, not for hours; a session that it gave up meanwhile is reported, for then there is a gap.
 */
import { type BackoffOptions, backoffMs, sleep, systemClock, TinfoilError } from '@tinfoil/types';
import type { Broker, BrokerLink } from './broker.ts';
import { type BatchLimits, Outbox } from './outbox.ts';
import { createSettlement, createShardLine, type Settlement, type ShardLine } from './shard-line.ts';
import type { EventSink, SinkEvent, SinkHost } from './sink.ts';
import { hashSession, isOwnAffair, messageId, readReady } from './sink-message.ts';

/** What happens to events that do not fit. */
export type WhenFull = 'drop-oldest' | 'block';

/** Options of every sink. */
export interface BufferOptions {
  /** Bytes of events that may wait for the broker, over all shards. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /** @defaultValue `'drop-oldest'` */
  readonly whenFull?: WhenFull | undefined;
  /** Intervals, for tests. */
  readonly timing?: Partial<SinkTiming> | undefined;
}

/** Intervals in milliseconds. */
export interface SinkTiming {
  /** Between attempts to reach the broker. */
  readonly retry: BackoffOptions;
  /** How long a batch may take. */
  readonly publishTimeoutMs: number;
  /** How long `close` waits for the broker to take the rest. */
  readonly closeTimeoutMs: number;
  /** Between attempts to start a shard that did not start. */
  readonly startRetryMs: number;
}

/** Failure of a broker or of its connection. */
export class SinkError extends TinfoilError {
  declare readonly code: 'TINFOIL_PROXY_SINK';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('TINFOIL_PROXY_SINK', message, options);
  }
}

const defaultTiming: SinkTiming = {
  retry: { baseMs: 100, maxMs: 5_000 },
  publishTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  startRetryMs: 5_000,
};
const batchLimits: BatchLimits = { entries: 512, bytes: 1024 * 1024 };
const mebibyte = 1024 * 1024;

/** Sink over a broker. @throws {@link TypeError} or {@link RangeError} for bad options. */
export function createBrokerSink(broker: Broker, options: BufferOptions): EventSink {
  return new BrokerSink(broker, options);
}

class BrokerSink implements EventSink {
  readonly name: string;
  readonly #broker: Broker;
  readonly #blocks: boolean;
  readonly #timing: SinkTiming;
  readonly #outbox: Outbox;
  readonly #lines = new Map<number, ShardLine>();
  readonly #end = new AbortController();
  #host: SinkHost | undefined;
  #run: Promise<void> = Promise.resolve();
  #link: BrokerLink | undefined;
  /** Settles when there is something to publish. */
  #work: Settlement | undefined;
  /** Settles when nothing waits any more. */
  #emptied: Settlement | undefined;
  #isUp = false;
  #isStarting = false;
  #failures = 0;
  #lastFailure: string | undefined;
  #dropped = 0;

  constructor(broker: Broker, { maxBytes = 64 * mebibyte, whenFull = 'drop-oldest', timing }: BufferOptions) {
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
      throw new RangeError(`${broker.name}: maxBytes must be a positive whole number of bytes, got ${maxBytes}`);
    if (whenFull !== 'drop-oldest' && whenFull !== 'block')
      throw new TypeError(`${broker.name}: whenFull must be 'drop-oldest' or 'block', got ${JSON.stringify(whenFull)}`);
    this.name = broker.name;
    this.#broker = broker;
    this.#blocks = whenFull === 'block';
    this.#timing = { ...defaultTiming, ...timing };
    this.#outbox = new Outbox(maxBytes);
  }

  async start(host: SinkHost): Promise<void> {
    await this.#broker.load();
    this.#host = host;
    this.#run = this.#connectForEver(host);
  }

  write(event: SinkEvent): Promise<void> | undefined {
    if (isOwnAffair(event)) return undefined;
    const line = this.#lineOf(event.shardId);
    if (line.status === 'stopping') return line.stop?.promise;
    // Somebody else started it.
    if (line.status === 'stopped') line.status = 'running';
    const ready = event.type === 'READY' ? readReady(event.bytes) : undefined;
    this.#follow(line, ready?.sessionId ?? event.sessionId);
    const { sequence, type } = event;
    // A replay brings what is with the broker already, and what still waits for it.
    if (sequence <= line.taken) return sequence <= line.settled ? undefined : line.last;
    const bytes = ready?.bytes ?? event.bytes;
    if (!this.#outbox.fits(bytes.length) && this.#outbox.size > 0) {
      if (this.#blocks) return this.#stop(line);
      this.#countDropped(this.#outbox.makeRoom(bytes.length));
    }
    const { shardId, sessionHash } = line;
    const { promise, settle } = createSettlement();
    this.#outbox.push({
      id: messageId(shardId, sessionHash, sequence),
      shardId,
      sequence,
      type,
      bytes: ready === undefined ? Buffer.from(bytes) : bytes,
      settle: () => {
        if (line.sessionHash === sessionHash) line.settled = Math.max(line.settled, sequence);
        settle();
      },
    });
    line.taken = sequence;
    line.last = promise;
    this.#work?.settle();
    return promise;
  }

  async close(): Promise<void> {
    const { signal } = this.#end;
    if (this.#outbox.size > 0 && this.#host !== undefined && !signal.aborted) {
      this.#emptied ??= createSettlement();
      await within(this.#timing.closeTimeoutMs, this.#emptied.promise).catch(() => undefined);
    }
    // What is left stays pending: it is not handed on, and must not count as such in a session that is saved late.
    this.#end.abort(new SinkError(`${this.name}: closed`));
    this.#work?.settle();
    await this.#link?.close();
    await this.#run;
  }

  #lineOf(shardId: number): ShardLine {
    let line = this.#lines.get(shardId);
    if (line === undefined) {
      line = createShardLine(shardId);
      this.#lines.set(shardId, line);
    }
    return line;
  }

  #follow(line: ShardLine, sessionId: string): void {
    const isNew = line.sessionId !== sessionId;
    if (isNew && line.wasStopped)
      this.#report(
        `Discord gave up the session of shard ${line.shardId} while it was stopped; what happened meanwhile is lost`,
      );
    line.wasStopped = false;
    if (!isNew) return;
    line.sessionId = sessionId;
    line.sessionHash = hashSession(sessionId);
    line.settled = 0;
    line.taken = 0;
    line.last = undefined;
  }

  async #connectForEver(host: SinkHost): Promise<void> {
    const { signal } = this.#end;
    const { retry } = this.#timing;
    while (!signal.aborted) {
      try {
        this.#link = await this.#broker.open();
        this.#isUp = true;
        void this.#startStopped();
        await this.#publishFrom(host, this.#link);
      } catch (cause) {
        this.#isUp = false;
        this.#outbox.undo();
        host.pending(this.#outbox.bytes);
        this.#reportFailure(cause);
      }
      await this.#link?.close();
      this.#link = undefined;
      if (!signal.aborted)
        await sleep(systemClock, backoffMs(this.#failures, retry, Math.random()), signal).catch(() => undefined);
      this.#failures += 1;
    }
  }

  /** Publishes until the broker fails or the sink is closed. */
  async #publishFrom(host: SinkHost, link: BrokerLink): Promise<void> {
    const outbox = this.#outbox;
    while (!this.#end.signal.aborted) {
      if (outbox.size === 0) {
        host.pending(0);
        this.#emptied?.settle();
        this.#work = createSettlement();
        await this.#work.promise;
        this.#work = undefined;
        // What else comes in this turn goes with the same batch.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const batch = outbox.take(batchLimits);
      host.pending(outbox.bytes);
      const refused = await within(this.#timing.publishTimeoutMs, link.publish(batch));
      for (const { type, bytes } of refused)
        this.#report(`${type} of ${bytes.length} bytes is larger than the broker allows, and was dropped`);
      if (refused.length > 0) host.dropped(refused.length);
      outbox.done();
      this.#recovered();
      void this.#startStopped();
    }
  }

  #recovered(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    if (this.#dropped === 0 || !this.#outbox.fits(this.#outbox.maxBytes / 2)) return;
    this.#report(`${this.#dropped} events were dropped while the broker did not take them`);
    this.#dropped = 0;
  }

  #countDropped(events: number): void {
    if (events === 0) return;
    if (this.#dropped === 0) this.#report(`${this.#full()}: the oldest events are dropped`);
    this.#dropped += events;
    this.#host?.dropped(events);
  }

  /** Stops a shard. What waits of it stays, so that every stop brings the stream forward, however small the buffer is. */
  #stop(line: ShardLine): Promise<void> {
    const stop = createSettlement();
    line.status = 'stopping';
    line.stop = stop;
    line.wasStopped = true;
    this.#report(`${this.#full()}: shard ${line.shardId} is stopped, and Discord keeps its events`);
    const stopped = this.#host?.stopShard(line.shardId) ?? Promise.resolve();
    void stopped
      .catch((cause: unknown) => this.#host?.report(cause))
      .then(() => {
        line.status = 'stopped';
        line.stop = undefined;
        stop.settle();
        void this.#startStopped();
      });
    // Pending until the session is saved: the sequence must not pass over an event that is with Discord alone.
    return stop.promise;
  }

  /** Starts stopped shards, one after the other, while the broker takes what they bring. */
  async #startStopped(): Promise<void> {
    const { signal } = this.#end;
    const host = this.#host;
    if (this.#isStarting || host === undefined) return;
    this.#isStarting = true;
    const canStart = () => this.#isUp && !signal.aborted && this.#outbox.fits(this.#outbox.maxBytes / 2);
    try {
      for (const line of this.#lines.values()) {
        while (line.status === 'stopped' && canStart()) {
          if (await this.#startShard(host, line)) continue;
          await sleep(systemClock, this.#timing.startRetryMs, signal).catch(() => undefined);
        }
      }
    } finally {
      this.#isStarting = false;
    }
  }

  async #startShard(host: SinkHost, line: ShardLine): Promise<boolean> {
    line.status = 'starting';
    const isStarting = () => line.status === 'starting';
    try {
      await host.startShard(line.shardId);
      if (isStarting()) line.status = 'running';
      return true;
    } catch (cause) {
      // Stopped again by what it brought: no failure of its own.
      if (!isStarting()) return true;
      line.status = 'stopped';
      if (!this.#end.signal.aborted) host.report(cause);
      return false;
    }
  }

  #full(): string {
    return `buffer of ${this.#outbox.maxBytes} bytes is full`;
  }

  #report(message: string, cause?: unknown): void {
    this.#host?.report(new SinkError(`${this.name}: ${message}`, { cause }));
  }

  /** Tells a failure once, not at every attempt. */
  #reportFailure(cause: unknown): void {
    const { message, code } = cause as { message?: string; code?: string };
    const text = message?.split('\n')[0] || code || String(cause);
    if (this.#end.signal.aborted || text === this.#lastFailure) return;
    this.#lastFailure = text;
    this.#report(`${text}; events wait`, cause);
  }
}

async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const end = new AbortController();
  const late = sleep(systemClock, limitMs, end.signal).then(() => {
    throw new SinkError(`the broker did not answer in ${limitMs} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    end.abort();
    late.catch(() => undefined);
  }
}
