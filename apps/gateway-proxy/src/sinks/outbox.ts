/**
 * What waits for a broker: events in order, bounded in bytes.
 *
 * One batch at a time is with the broker; until the broker has it, it counts as waiting, and when the broker fails it comes first
 * again. Pure: no clock, no socket.
 */

/** One event on its way to a broker. */
export interface OutboxEntry {
  /** `shard:session:sequence`, with the session hashed: the same whenever Discord sends the event again. */
  readonly id: string;
  readonly shardId: number;
  readonly sequence: number;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Called once, when the event is with the broker, or dropped. */
  readonly settle: () => void;
}

/** Bounds of one batch; a single entry may pass the bytes. */
export interface BatchLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** What an entry costs besides its bytes. */
const overheadBytes = 256;

/** Bounded queue of one sink. */
export class Outbox {
  /** Bytes that wait, the batch under way included. */
  bytes = 0;
  readonly maxBytes: number;
  // Places before the head are emptied at once, so that what is gone costs no memory.
  #queue: (OutboxEntry | undefined)[] = [];
  #head = 0;
  #batch: readonly OutboxEntry[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Entries that wait, the batch under way included. */
  get size(): number {
    return this.#queue.length - this.#head + this.#batch.length;
  }

  /** True when an event of so many bytes still fits. */
  fits(bytes: number): boolean {
    return this.bytes + bytes + overheadBytes <= this.maxBytes;
  }

  push(entry: OutboxEntry): void {
    this.#queue.push(entry);
    this.bytes += costOf(entry);
  }

  /** Drops and settles the oldest until an event of so many bytes fits, or nothing is left but the batch under way. */
  makeRoom(bytes: number): number {
    let dropped = 0;
    while (!this.fits(bytes) && this.#head < this.#queue.length) {
      this.#settle(this.#shift());
      dropped += 1;
    }
    return dropped;
  }

  /** Next batch, oldest first; the one before must be {@link done} or {@link undo}ne. */
  take({ entries, bytes }: BatchLimits): readonly OutboxEntry[] {
    const batch: OutboxEntry[] = [];
    let total = 0;
    while (batch.length < entries && this.#head < this.#queue.length) {
      total += costOf(this.#queue[this.#head]!);
      if (batch.length > 0 && total > bytes) break;
      batch.push(this.#shift());
    }
    this.#batch = batch;
    return batch;
  }

  /** The broker has the batch. */
  done(): void {
    for (const entry of this.#batch) this.#settle(entry);
    this.#batch = [];
  }

  /** The broker may not have the batch. */
  undo(): void {
    if (this.#batch.length === 0) return;
    this.#queue = [...this.#batch, ...this.#waiting()];
    this.#head = 0;
    this.#batch = [];
  }

  #waiting(): OutboxEntry[] {
    return this.#queue.slice(this.#head) as OutboxEntry[]; // Only places before the head are empty.
  }

  #shift(): OutboxEntry {
    const entry = this.#queue[this.#head]!;
    this.#queue[this.#head] = undefined;
    this.#head += 1;
    // Half of the array being gone pays for moving the rest.
    if (this.#head * 2 > this.#queue.length) {
      this.#queue = this.#waiting();
      this.#head = 0;
    }
    return entry;
  }

  #settle(entry: OutboxEntry): void {
    this.bytes -= costOf(entry);
    entry.settle();
  }
}

function costOf(entry: OutboxEntry): number {
  return entry.bytes.length + overheadBytes;
}
