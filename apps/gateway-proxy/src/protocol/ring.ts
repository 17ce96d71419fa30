/**
 * Latest events of one shard: what a client that comes back can still get. Bounded by age and by bytes; the oldest go first.
 *
 * Only `d` is kept, packed into chunks, so that an event costs no buffer of its own. Events have a position that only grows;
 * a reader that stands before {@link Ring.first} has lost events, and knows it. Pure: the caller passes `nowMs`.
 */
import { hasGuildId, locateData } from './dispatch-bytes.ts';

/** One event. */
export interface RingEvent {
  readonly type: string;
  /** Small number of the type, the same in the whole process. */
  readonly typeId: number;
  /** Discord's sequence. */
  readonly sequence: number;
  readonly atMs: number;
  /** Holds `d` from `start` to `end`. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Whether `d` has a `guild_id`; looked up when first asked. */
  inGuild?: boolean | undefined;
  /** Nonce in an answer to a command of one client; `undefined` for what is for all. */
  readonly nonce?: string | undefined;
  /** `d` and the closing brace, compressed, when a client needed it. */
  deflated?: Buffer | undefined;
  zstd?: Buffer | undefined;
}

/** Bounds of a ring. */
export interface RingOptions {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

const chunkBytes = 64 * 1024;
/** What an event costs besides its bytes. */
const overheadBytes = 160;

const typeIds = new Map<string, number>();

/** Small number of an event type. */
export function typeIdOf(type: string): number {
  let id = typeIds.get(type);
  if (id === undefined) {
    id = typeIds.size;
    typeIds.set(type, id);
  }
  return id;
}

/** Ring of one shard. */
export class Ring {
  readonly #options: RingOptions;
  #events: RingEvent[] = [];
  #offset = 0;
  #base = 0;
  #bytes = 0;
  #lost = 0;
  #chunk: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(options: RingOptions) {
    this.#options = options;
  }

  /** Position of the oldest event that is kept. */
  get first(): number {
    return this.#base + this.#offset;
  }

  /** Position of the next event to come. */
  get end(): number {
    return this.#base + this.#events.length;
  }

  /** Discord's sequence up to which events are lost. */
  get lost(): number {
    return this.#lost;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Event at a position from {@link first} up to {@link end}. */
  at(position: number): RingEvent | undefined {
    return position < this.first ? undefined : this.#events[position - this.#base];
  }

  /** Adds an event; what `bytes` hold is copied. */
  push(type: string, sequence: number, bytes: Buffer, nowMs: number, nonceOf?: NonceReader): RingEvent {
    const range = locateData(bytes);
    const length = range.end - range.start;
    const nonce = nonceOf?.(type, range.bytes, range.start, range.end);
    const target = this.#room(length);
    const start = target === this.#chunk ? this.#used : 0;
    range.bytes.copy(target, start, range.start, range.end);
    if (target === this.#chunk) this.#used += length;
    const event: RingEvent = {
      type,
      typeId: typeIdOf(type),
      sequence,
      atMs: nowMs,
      bytes: target,
      start,
      end: start + length,
      inGuild: undefined,
      nonce,
      deflated: undefined,
      zstd: undefined,
    };
    this.#events.push(event);
    this.#bytes += length + overheadBytes;
    this.evict(nowMs);
    return event;
  }

  /** Counts what was compressed on behalf of an event. */
  grew(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Drops what is too old or too much. The newest event stays, however large. */
  evict(nowMs: number): void {
    const { maxAgeMs, maxBytes } = this.#options;
    const events = this.#events;
    let offset = this.#offset;
    while (offset < events.length) {
      const oldest = events[offset]!;
      const isOver = this.#bytes > maxBytes && offset < events.length - 1;
      if (!isOver && nowMs - oldest.atMs <= maxAgeMs) break;
      this.#bytes -= sizeOf(oldest);
      this.#lost = oldest.sequence;
      // Its chunk must not live on through it.
      events[offset] = undefined as unknown as RingEvent;
      offset += 1;
    }
    this.#offset = offset;
    if (offset > 1024 && offset * 2 > events.length) {
      this.#events = events.slice(offset);
      this.#base += offset;
      this.#offset = 0;
    }
  }

  /** Position behind the events up to that sequence of Discord's; `undefined` when later ones are lost. */
  after(sequence: number): number | undefined {
    if (sequence < this.#lost) return undefined;
    let [low, high] = [this.first, this.end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle)!.sequence <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets all events; positions go on. What comes next follows on `sequence`. */
  clear(sequence: number): void {
    this.#base = this.end;
    this.#lost = sequence;
    this.#events = [];
    this.#offset = 0;
    this.#bytes = 0;
    this.#chunk = Buffer.alloc(0);
    this.#used = 0;
  }

  #room(length: number): Buffer {
    if (length > chunkBytes / 4) return Buffer.allocUnsafeSlow(length);
    if (this.#chunk.length - this.#used < length) {
      this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
      this.#used = 0;
    }
    return this.#chunk;
  }
}

/** Reads the nonce of an answer to one client. */
export type NonceReader = (type: string, bytes: Buffer, start: number, end: number) => string | undefined;

/** True when the event happened in a guild. */
export function isInGuild(event: RingEvent): boolean {
  event.inGuild ??= hasGuildId(event.bytes, event.start, event.end);
  return event.inGuild;
}

function sizeOf(event: RingEvent): number {
  return event.end - event.start + overheadBytes + (event.deflated?.length ?? 0) + (event.zstd?.length ?? 0);
}
