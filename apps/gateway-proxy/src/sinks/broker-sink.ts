/**
 * Sink over any broker: one queue, one batch at a time, in Discord's order, for as long as it takes.
 *
 * A full queue is answered in one of two ways. `drop-oldest` gives up the oldest events, and counts them. `block` stops the shard
 * whose event does not fit: Discord keeps what it would have sent, and replays it when the broker is back. Discord does
 * so for minutes, not for hours; a session that it gave up meanwhile is reported, for then there is a gap.
 */
import { backoffMs, sleep, systemClock } from '@tinfoil/types';
import { type Broker, type BrokerLink, SinkError } from './broker.ts';
import { type BatchLimits, Outbox } from './outbox.ts';
import { createSettlement, type Settlement, type ShardLine, ShardLines } from './shard-lines.ts';
import type { EventSink, SinkEvent, SinkHost } from './sink.ts';
import { isOwnAffair, messageId, readReady } from './sink-message.ts';
import { type BufferOptions, resolveBufferOptions, type SinkTiming } from './sink-options.ts';

const batchLimits: BatchLimits = { entries: 512, bytes: 1024 * 1024 };

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
  readonly #lines: ShardLines;
  readonly #end = new AbortController();
  #host: SinkHost | undefined;
  #run: Promise<void> = Promise.resolve();
  #link: BrokerLink | undefined;
  /** Settles when there is something to publish. */
  #work: Settlement | undefined;
  /** Settles when nothing waits any more. */
  #emptied: Settlement | undefined;
  #failures = 0;
  #lastFailure: string | undefined;
  /** Since the broker last kept up. */
  #dropped = 0;

  constructor(broker: Broker, options: BufferOptions) {
    const { maxBytes, whenFull, timing } = resolveBufferOptions(broker.name, options);
    this.name = broker.name;
    this.#broker = broker;
    this.#blocks = whenFull === 'block';
    this.#timing = timing;
    this.#outbox = new Outbox(maxBytes);
    const { signal } = this.#end;
    this.#lines = new ShardLines({
      canStart: () => this.#link !== undefined && !signal.aborted && this.#isHalfEmpty(),
      startRetryMs: timing.startRetryMs,
      signal,
    });
  }

  async start(host: SinkHost): Promise<void> {
    await this.#broker.load();
    this.#host = host;
    this.#lines.host = host;
    this.#run = this.#connectForEver(host);
  }

  write(event: SinkEvent): Promise<void> | undefined {
    if (isOwnAffair(event)) return undefined;
    const line = this.#lines.get(event.shardId);
    if (line.status === 'stopping') return line.stop?.promise;
    // Somebody else started it.
    if (line.status === 'stopped') line.status = 'running';
    const ready = event.type === 'READY' ? readReady(event.bytes) : undefined;
    if (this.#lines.follow(line, ready?.sessionId ?? event.sessionId))
      this.#report(`Discord gave up the session of shard ${line.shardId} while it was stopped: there is a gap`);
    // A replay brings what is with the broker already, and what still waits for it.
    const { sequence } = event;
    if (sequence <= line.taken) return sequence <= line.settled ? undefined : line.last;
    const bytes = ready?.bytes ?? event.bytes;
    if (!this.#outbox.fits(bytes.length) && this.#outbox.size > 0) {
      if (this.#blocks) return this.#stop(line);
      this.#countDropped(this.#outbox.makeRoom(bytes.length));
    }
    return this.#push(line, sequence, event.type, ready?.bytes ?? Buffer.from(bytes));
  }

  async close(): Promise<void> {
    if (this.#outbox.size > 0 && this.#host !== undefined && !this.#end.signal.aborted) {
      this.#emptied ??= createSettlement();
      await within(this.#timing.closeTimeoutMs, this.#emptied.promise).catch(() => undefined);
    }
    // What is left stays pending: it is not handed on, and must not count as such in a session that is saved late.
    this.#end.abort(new SinkError(`${this.name}: closed`));
    this.#work?.settle();
    await this.#link?.close();
    await this.#run;
  }

  #push(line: ShardLine, sequence: number, type: string, bytes: Buffer): Promise<void> {
    const { shardId, sessionHash } = line;
    const { promise, settle } = createSettlement();
    this.#outbox.push({
      id: messageId(shardId, sessionHash, sequence),
      shardId,
      sequence,
      type,
      bytes,
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

  #stop(line: ShardLine): Promise<void> {
    this.#report(`${this.#full()}: shard ${line.shardId} is stopped, and Discord keeps its events`);
    return this.#lines.stop(line);
  }

  async #connectForEver(host: SinkHost): Promise<void> {
    const { signal } = this.#end;
    const { retry, openTimeoutMs } = this.#timing;
    while (!signal.aborted) {
      try {
        const link = await this.#broker.open(AbortSignal.any([signal, AbortSignal.timeout(openTimeoutMs)]));
        this.#link = link;
        void this.#lines.startStopped();
        await this.#publishFrom(host, link);
      } catch (cause) {
        this.#outbox.undo();
        host.pending(this.#outbox.bytes);
        this.#reportFailure(cause);
      }
      const link = this.#link;
      this.#link = undefined;
      await link?.close();
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
        await this.#idle(host);
        continue;
      }
      const batch = outbox.take(batchLimits);
      host.pending(outbox.bytes);
      const refused = await within(this.#timing.publishTimeoutMs, link.publish(batch));
      for (const { type, bytes } of refused)
        this.#report(`${type} of ${bytes.length} bytes is larger than the broker takes, and is dropped`);
      if (refused.length > 0) host.dropped(refused.length);
      outbox.done();
      this.#kept();
      void this.#lines.startStopped();
    }
  }

  /** Until there is something to publish. */
  async #idle(host: SinkHost): Promise<void> {
    host.pending(0);
    this.#emptied?.settle();
    this.#work = createSettlement();
    await this.#work.promise;
    this.#work = undefined;
    // What else comes in this turn goes with the same batch.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The broker took a batch. */
  #kept(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    if (this.#dropped === 0 || !this.#isHalfEmpty()) return;
    this.#report(`${this.#dropped} events were dropped while the broker did not keep up`);
    this.#dropped = 0;
  }

  #countDropped(events: number): void {
    if (events === 0) return;
    if (this.#dropped === 0) this.#report(`${this.#full()}: the oldest events are dropped`);
    this.#dropped += events;
    this.#host?.dropped(events);
  }

  #isHalfEmpty(): boolean {
    return this.#outbox.bytes <= this.#outbox.maxBytes / 2;
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
    late.catch(() => undefined);
    end.abort();
  }
}
