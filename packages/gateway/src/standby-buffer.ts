/**
 * The last seconds of events of a process in standby: bounded by age and by bytes, the oldest go first. A kept event holds its
 * session's saved sequence back, so that a crash replays it.
 */
import type { FrameHeader } from './frame.ts';
import type { SessionCursor } from './session.ts';

/** Event that waits. */
export interface KeptEvent<Owner> {
  readonly owner: Owner;
  readonly cursor: SessionCursor;
  /** Number of the session it came in. */
  readonly session: number;
  readonly header: FrameHeader;
  readonly bytes: Buffer;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
}

/** Events in order of arrival. */
export class StandbyBuffer<Owner> {
  readonly #keepMs: number;
  readonly #maxBytes: number;
  #events: KeptEvent<Owner>[] = [];
  /** Index of the oldest that is still kept: shifting an array for each event would move all of it. */
  #first = 0;
  bytes = 0;
  /** Events given up because of the byte bound while they were young enough. */
  overflowed = 0;

  constructor(keepMs: number, maxBytes: number) {
    this.#keepMs = keepMs;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#events.length - this.#first;
  }

  /** Keeps a copy: the bytes are the receiver's. */
  push(owner: Owner, cursor: SessionCursor, header: FrameHeader, bytes: Buffer, nowMs: number): void {
    const session = cursor.keep(header.sequence!);
    this.#events.push({ owner, cursor, session, header, bytes: Buffer.from(bytes), receivedAtMs: nowMs });
    this.bytes += bytes.length;
    this.trim(nowMs);
  }

  /** Lets go of what is too old or too much. */
  trim(nowMs: number): void {
    for (let oldest = this.#events[this.#first]; oldest !== undefined; oldest = this.#events[this.#first]) {
      const young = nowMs - oldest.receivedAtMs <= this.#keepMs;
      if (young && this.bytes <= this.#maxBytes) break;
      if (young) this.overflowed += 1;
      this.#shift(oldest);
    }
    if (this.#first > 1_000 && this.#first * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes out everything: what was received at `fromMs` or later goes to `hand`, in order, the rest is let go. */
  drain(fromMs: number, hand: (event: KeptEvent<Owner>) => void): void {
    for (let next = this.#events[this.#first]; next !== undefined; next = this.#events[this.#first]) {
      if (next.receivedAtMs >= fromMs) hand(next);
      // Only now: until it was handed out, a crash must replay it.
      this.#shift(next);
    }
    this.#events = [];
    this.#first = 0;
  }

  #shift(event: KeptEvent<Owner>): void {
    this.#first += 1;
    this.bytes -= event.bytes.length;
    event.cursor.release(event.session, event.header.sequence!);
  }
}
