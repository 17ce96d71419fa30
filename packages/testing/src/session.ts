/**
 * A gateway session: its sequence and the events kept for replay. It outlives its connection by the resume window.
 */
import type { GatewayConnection } from './gateway-connection.ts';

/** Who identified, for what. Fixed for the session's life. */
export interface SessionIdentity {
  readonly id: string;
  readonly shardId: number;
  readonly totalShards: number;
  readonly intents: number;
  readonly version: number;
  readonly encoding: string;
}

/** An event kept for replay; `data` is its JSON. */
export interface Kept {
  readonly sequence: number;
  readonly event: string;
  readonly data: string;
}

/** One session. */
export class Session {
  readonly identity: SessionIdentity;
  connection: GatewayConnection | null = null;
  #sequence = 0;
  #dropped = false;
  #kept: Kept[] = [];
  #expiry: NodeJS.Timeout | null = null;
  readonly #limit: number;

  constructor(identity: SessionIdentity, replayLimit: number) {
    this.identity = identity;
    this.#limit = replayLimit;
  }

  /** Sequence of the newest event. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Numbers an event; `data` is its JSON. RESUMED is numbered and not kept: a replay must not contain it. */
  append(event: string, data: string): number {
    this.#sequence++;
    if (event !== 'RESUMED') this.#kept.push({ sequence: this.#sequence, event, data });
    if (this.#kept.length > this.#limit * 1.25) {
      this.#kept = this.#limit === 0 ? [] : this.#kept.slice(-this.#limit);
      this.#dropped = true;
    }
    return this.#sequence;
  }

  /** Events after a sequence; `null` when some of them are no longer kept. */
  after(sequence: number): readonly Kept[] | null {
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1;
    // The buffer has no hole except where RESUMED was, which nobody needs again.
    if (this.#dropped && oldest > sequence + 1) return null;
    const first = this.#kept.findIndex((kept) => kept.sequence > sequence);
    return first === -1 ? [] : this.#kept.slice(first);
  }

  /** Starts the resume window; `expired` runs when nobody resumed in it. */
  detach(windowMs: number, expired: () => void): void {
    this.connection = null;
    this.#expiry = setTimeout(expired, windowMs).unref();
  }

  /** Ends the resume window. */
  attach(connection: GatewayConnection): void {
    this.release();
    this.connection = connection;
  }

  /** Stops the timer. */
  release(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#expiry = null;
  }
}
