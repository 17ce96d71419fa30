/**
 * The shards as a sink sees them: which session, how far, and whether they run.
 *
 * A shard whose events find the queue full goes from running to stopping, stopped, starting and back to running. Shards are
 * started one after the other, each only while the broker takes what comes.
 */
import { sleep, systemClock } from '@tinfoil/types';
import type { SinkHost } from './sink.ts';
import { hashSession } from './sink-message.ts';

/** Promise with its function to resolve it. */
export interface Settlement {
  readonly promise: Promise<void>;
  readonly settle: () => void;
}

/** One shard. */
export interface ShardLine {
  readonly shardId: number;
  status: 'running' | 'stopping' | 'stopped' | 'starting';
  /** Discord's session, which never leaves the process. */
  sessionId: string;
  sessionHash: string;
  /** Highest sequence of the session that is with the broker, or dropped. */
  settled: number;
  /** Highest sequence that was taken. */
  taken: number;
  /** Of the last event that was taken: when it settles, all before it have. */
  last: Promise<void> | undefined;
  /** Settles when the stop is over. */
  stop: Settlement | undefined;
  /** Set from the stop until the next event: a READY then tells that Discord gave the session up. */
  wasStopped: boolean;
}

/** What the lines need of their sink. */
export interface ShardLinesOptions {
  /** True while a shard may be started. */
  readonly canStart: () => boolean;
  readonly startRetryMs: number;
  readonly signal: AbortSignal;
}

/** Shards of one sink. */
export class ShardLines {
  host: SinkHost | undefined;
  readonly #options: ShardLinesOptions;
  readonly #lines = new Map<number, ShardLine>();
  #isStarting = false;

  constructor(options: ShardLinesOptions) {
    this.#options = options;
  }

  get(shardId: number): ShardLine {
    let line = this.#lines.get(shardId);
    if (line === undefined) {
      line = {
        shardId,
        status: 'running',
        sessionId: '',
        sessionHash: '',
        settled: 0,
        taken: 0,
        last: undefined,
        stop: undefined,
        wasStopped: false,
      };
      this.#lines.set(shardId, line);
    }
    return line;
  }

  /** An event of that session is there. Returns true when Discord gave up the one before while the shard was stopped. */
  follow(line: ShardLine, sessionId: string): boolean {
    const isNew = line.sessionId !== sessionId;
    const isGap = isNew && line.wasStopped;
    line.wasStopped = false;
    if (!isNew) return false;
    line.sessionId = sessionId;
    line.sessionHash = hashSession(sessionId);
    line.settled = 0;
    line.taken = 0;
    line.last = undefined;
    return isGap;
  }

  /**
   * Stops a shard. What waits of it in the queue stays there, so that every stop brings the stream forward, however small
   * the queue is.
   *
   * @returns a promise for the event that did not fit, pending until the session is saved: the saved sequence must not pass
   * over what is with Discord alone.
   */
  stop(line: ShardLine): Promise<void> {
    const stop = createSettlement();
    line.status = 'stopping';
    line.stop = stop;
    line.wasStopped = true;
    const stopped = this.host?.stopShard(line.shardId) ?? Promise.resolve();
    void stopped
      .catch((cause: unknown) => this.host?.report(cause))
      .then(() => {
        line.status = 'stopped';
        line.stop = undefined;
        stop.settle();
        void this.startStopped();
      });
    return stop.promise;
  }

  /** Starts what is stopped, for as long as that goes well; called whenever it may. Never rejects. */
  async startStopped(): Promise<void> {
    const { canStart, startRetryMs, signal } = this.#options;
    if (this.#isStarting) return;
    this.#isStarting = true;
    for (let stopped = this.#stopped(); stopped.length > 0 && canStart(); stopped = this.#stopped()) {
      let hasFailed = false;
      for (const line of stopped) if (canStart() && !(await this.#start(line))) hasFailed = true;
      if (hasFailed) await sleep(systemClock, startRetryMs, signal).catch(() => undefined);
    }
    this.#isStarting = false;
  }

  #stopped(): readonly ShardLine[] {
    return [...this.#lines.values()].filter(({ status }) => status === 'stopped');
  }

  async #start(line: ShardLine): Promise<boolean> {
    const isStarting = () => line.status === 'starting';
    line.status = 'starting';
    try {
      await this.host?.startShard(line.shardId);
      if (isStarting()) line.status = 'running';
      return true;
    } catch (cause) {
      // Stopped again by what it brought: no failure of its own.
      if (!isStarting()) return true;
      line.status = 'stopped';
      if (!this.#options.signal.aborted) this.host?.report(cause);
      return false;
    }
  }
}

export function createSettlement(): Settlement {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
