/**
 * Commands of one shard on their way to Discord: kept while the shard is not ready, sent in order when it is, never faster
 * than Discord allows.
 *
 * Presence has a slot of its own: only the newest matters, and its own limit must not hold up the rest. The limit counts
 * per connection, so every connection starts with a new one; what the shard sends itself is counted in by `note`.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#rate-limiting | Discord Docs/Rate Limiting}
 */
import type { Clock } from '@tinfoil/types';
import { CommandQueueFullError } from './errors.ts';
import { reservedForHeartbeats, SendLimiter, sendsPerWindow } from './send-limiter.ts';

/** Presence updates Discord takes in one window. */
const presencesPerWindow = 5;

/** Settings of a queue. */
export interface CommandQueueOptions {
  readonly shardId: number;
  readonly maxQueued: number;
  readonly sendWindowMs: number;
  readonly presenceWindowMs: number;
  readonly clock: Clock;
}

interface Command {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** Queue of one shard. */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #write: (text: string) => void;
  readonly #presences: SendLimiter;
  #sends: SendLimiter;
  #reserved = 0;
  #open = false;
  #waiting: Command[] = [];
  #presence: Command | undefined;
  #cancelTimer: (() => void) | undefined;
  #ended: { readonly cause: unknown } | undefined;

  constructor(options: CommandQueueOptions, write: (text: string) => void) {
    this.#options = options;
    this.#write = write;
    this.#presences = new SendLimiter(presencesPerWindow, options.presenceWindowMs);
    this.#sends = new SendLimiter(sendsPerWindow, options.sendWindowMs);
  }

  /** Commands that have not been sent. */
  get length(): number {
    return this.#waiting.length + (this.#presence === undefined ? 0 : 1);
  }

  /** A new connection: nothing was sent on it yet. */
  connected(heartbeatIntervalMs: number): void {
    this.#sends = new SendLimiter(sendsPerWindow, this.#options.sendWindowMs);
    this.#reserved = reservedForHeartbeats(heartbeatIntervalMs);
  }

  /** Counts what was sent past the queue; false when the connection's limit has no room for it. */
  note(): boolean {
    const nowMs = this.#options.clock.nowMs();
    const room = this.#sends.waitMs(nowMs) === 0;
    if (room) this.#sends.record(nowMs);
    return room;
  }

  /** Session is up: sends what waits. */
  open(): void {
    this.#open = true;
    this.#flush();
  }

  /** Session is not up: keeps what comes. */
  pause(): void {
    this.#open = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** The shard has ended: rejects all that waits, and all that comes until {@link revive}. */
  fail(cause: unknown): void {
    this.pause();
    this.#ended = { cause };
    const failed = this.#presence === undefined ? this.#waiting : [...this.#waiting, this.#presence];
    this.#waiting = [];
    this.#presence = undefined;
    for (const command of failed) command.reject(cause);
  }

  /** The shard was started again. */
  revive(): void {
    this.#ended = undefined;
  }

  /** Resolves when the command has been written to a session that is up. */
  send(text: string, signal?: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#ended !== undefined) return reject(this.#ended.cause);
      if (this.#waiting.length >= this.#options.maxQueued)
        return reject(new CommandQueueFullError(this.#options.shardId, this.#options.maxQueued));
      const abort = () => {
        this.#waiting = this.#waiting.filter((candidate) => candidate !== command);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener('abort', abort);
      const command: Command = {
        text,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (cause) => {
          settle();
          reject(cause);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(command);
      this.#flush();
    });
  }

  /** Like {@link send}; a presence that still waits is replaced and counts as sent. */
  sendPresence(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended.cause);
      const replaced = this.#presence;
      this.#presence = { text, resolve, reject };
      replaced?.resolve();
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#open) return;
    const { clock } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.length > 0) {
      const nowMs = clock.nowMs();
      const presenceWaitMs = this.#presence === undefined ? Number.POSITIVE_INFINITY : this.#presences.waitMs(nowMs);
      const takesPresence = presenceWaitMs === 0;
      const waitMs =
        takesPresence || this.#waiting.length > 0 ? this.#sends.waitMs(nowMs, this.#reserved) : presenceWaitMs;
      if (waitMs > 0) {
        this.#cancelTimer = clock.after(waitMs, () => this.#flush());
        return;
      }
      const command = takesPresence ? this.#presence! : this.#waiting.shift()!;
      if (takesPresence) {
        this.#presence = undefined;
        this.#presences.record(nowMs);
      }
      this.#sends.record(nowMs);
      this.#write(command.text);
      command.resolve();
    }
  }
}
