/**
 * Sorted table of guilds: id, member count, whether unavailable, in 12 bytes each, with running totals.
 *
 * Three parallel typed arrays in the order of ids: small enough for a thousand shards of 2,500 guilds in one process. Looked up by
 * binary search; inserting moves memory, which happens when the bot joins a guild. Knows no events; `guild-index` does.
 */

/** A snowflake in two 32-bit halves. */
export interface GuildId {
  readonly high: number;
  readonly low: number;
}

/** Most guilds kept; Discord allows a shard 2,500. Guilds beyond are not taken. */
export const maxGuilds = 65_536;
/** Most members of one guild that can be told: the highest of the 32 bits says that the guild is unavailable. */
export const maxMembers = 0x7fff_ffff;
const unavailableBit = 0x8000_0000;
const entryBytes = 12;

export class GuildTable {
  #high: Uint32Array<ArrayBuffer>;
  #low: Uint32Array<ArrayBuffer>;
  #state: Uint32Array<ArrayBuffer>;
  #length = 0;
  #unavailable = 0;
  #members = 0;

  constructor(capacity = 0) {
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#state = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#length;
  }

  get unavailable(): number {
    return this.#unavailable;
  }

  /** Sum of the member counts. */
  get members(): number {
    return this.#members;
  }

  has(id: GuildId): boolean {
    return this.#find(id) >= 0;
  }

  /** Member count of a guild; `undefined` when it is not in the table. */
  membersOf(id: GuildId): number | undefined {
    const at = this.#find(id);
    return at < 0 ? undefined : this.#state[at]! & maxMembers;
  }

  isUnavailable(id: GuildId): boolean {
    const at = this.#find(id);
    return at >= 0 && this.#state[at]! >= unavailableBit;
  }

  /** Adds a guild or replaces what is known of it. True when that changed anything. */
  set(id: GuildId, members: number, isUnavailable: boolean): boolean {
    const state = (isUnavailable ? unavailableBit | members : members) >>> 0;
    const at = this.#find(id);
    if (at < 0) return this.#insert(~at, id, state);
    if (this.#state[at] === state) return false;
    this.#count(this.#state[at]!, -1);
    this.#state[at] = state;
    this.#count(state, 1);
    return true;
  }

  /** Removes a guild. True when it was there. */
  delete(id: GuildId): boolean {
    const at = this.#find(id);
    if (at < 0) return false;
    this.#count(this.#state[at]!, -1);
    for (const column of [this.#high, this.#low, this.#state]) column.copyWithin(at, at + 1, this.#length);
    this.#length--;
    return true;
  }

  /** Writes all guilds, 12 bytes each, in the order of their ids. */
  write(view: DataView, offset: number): void {
    for (let index = 0, at = offset; index < this.#length; index++, at += entryBytes) {
      view.setUint32(at, this.#high[index]!, true);
      view.setUint32(at + 4, this.#low[index]!, true);
      view.setUint32(at + 8, this.#state[index]!, true);
    }
  }

  /** Reads what {@link GuildTable.write} wrote; `undefined` when it is too long or not in order. */
  static read(view: DataView, offset: number): GuildTable | undefined {
    const length = (view.byteLength - offset) / entryBytes;
    if (!Number.isInteger(length) || length < 0 || length > maxGuilds) return undefined;
    const table = new GuildTable(length);
    for (let at = offset; at < view.byteLength; at += entryBytes) {
      const id = { high: view.getUint32(at, true), low: view.getUint32(at + 4, true) };
      // Ids in order always go to the end; anything else would have been written by somebody else.
      if (table.#find(id) !== ~table.#length) return undefined;
      table.#insert(table.#length, id, view.getUint32(at + 8, true));
    }
    return table;
  }

  /** Bytes that {@link GuildTable.write} needs. */
  get byteLength(): number {
    return this.#length * entryBytes;
  }

  /** Index of an id; when it is not there, the complement (`~at`, negative) of where it belongs. */
  #find(id: GuildId): number {
    let start = 0;
    let end = this.#length;
    while (start < end) {
      const middle = (start + end) >>> 1;
      const order = this.#high[middle]! - id.high || this.#low[middle]! - id.low;
      if (order === 0) return middle;
      if (order < 0) start = middle + 1;
      else end = middle;
    }
    return ~start;
  }

  #insert(at: number, id: GuildId, state: number): boolean {
    if (this.#length >= maxGuilds) return false;
    if (this.#length === this.#high.length) this.#grow();
    for (const column of [this.#high, this.#low, this.#state]) column.copyWithin(at + 1, at, this.#length);
    this.#high[at] = id.high;
    this.#low[at] = id.low;
    this.#state[at] = state;
    this.#length++;
    this.#count(state, 1);
    return true;
  }

  #count(state: number, sign: 1 | -1): void {
    this.#members += sign * (state & maxMembers);
    if (state >= unavailableBit) this.#unavailable += sign;
  }

  #grow(): void {
    const capacity = Math.min(maxGuilds, Math.max(16, Math.ceil(this.#length * 1.5)));
    this.#high = resized(this.#high, capacity);
    this.#low = resized(this.#low, capacity);
    this.#state = resized(this.#state, capacity);
  }
}

/** A snowflake from its decimal text; `undefined` when it is none. */
export function parseGuildId(text: string | undefined): GuildId | undefined {
  if (text === undefined || text.length === 0 || text.length > 20) return undefined;
  let high = 0;
  let low = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    low = low * 10 + digit;
    const carry = Math.floor(low / 2 ** 32);
    low -= carry * 2 ** 32;
    high = high * 10 + carry;
  }
  return high < 2 ** 32 ? { high, low } : undefined;
}

function resized(column: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(column);
  return larger;
}
