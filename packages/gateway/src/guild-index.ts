/**
 * Guilds of one shard: id, member count, whether unavailable. What a RESUME brings back nothing of, so it is kept, packed and saved.
 *
 * Three parallel typed arrays in the order of ids, 12 bytes a guild: small enough for a thousand shards of 2,500 guilds in a process.
 * Looked up by binary search; inserting moves memory, which happens when the bot joins a guild. The sequence of the last event
 * counted is kept and packed too, so that events replayed after a RESUME are not counted again.
 */
import { type FrameHeader, parseData } from './frame.ts';
import { fieldsOf, scanFields } from './guild-fields.ts';

/** Most guilds kept for a shard; Discord allows 2,500. Guilds beyond are not counted. */
export const maxGuilds = 65_536;

/** Sums over the guilds of a shard. */
export interface GuildTotals {
  /** Guilds the bot is in, those unavailable included. */
  readonly guilds: number;
  /** Guilds that have not been sent yet, or are out at Discord's side. */
  readonly unavailable: number;
  /**
   * Sum of `member_count` at each guild's last GUILD_CREATE, corrected by GUILD_MEMBER_ADD and GUILD_MEMBER_REMOVE where that intent is on.
   * A person in two guilds counts twice.
   */
  readonly users: number;
}

/** Member counts take 31 bits; the highest bit says that the guild is unavailable. */
const unavailableBit = 0x8000_0000;
const countMask = 0x7fff_ffff;

const packMark = 0x31474654; // "TFG1" in little-endian
const packHeaderBytes = 12;
const entryBytes = 12;

export class GuildIndex {
  #high = new Uint32Array(0);
  #low = new Uint32Array(0);
  #state = new Uint32Array(0);
  #length = 0;
  #unavailable = 0;
  #users = 0;
  #sequence = 0;
  #version = 0;

  /** Grows with every change: equal versions of one index mean equal content. */
  get version(): number {
    return this.#version;
  }

  get totals(): GuildTotals {
    return { guilds: this.#length, unavailable: this.#unavailable, users: this.#users };
  }

  /** True when the bot is in the guild, as far as this shard knows. False for anything that is no snowflake. */
  has(guildId: string): boolean {
    const id = parseId(guildId);
    return id !== undefined && this.#find(id.high, id.low) >= 0;
  }

  /**
   * Takes the guild list of a READY, with which a new session begins. Known guilds keep their member count until their next
   * GUILD_CREATE, so that totals do not drop to zero when a shard identifies anew.
   */
  reset(readyGuilds: readonly { readonly id: string; readonly unavailable?: boolean | undefined }[]): void {
    const before = { high: this.#high, low: this.#low, state: this.#state, length: this.#length };
    const entries: { high: number; low: number; state: number }[] = [];
    for (const guild of readyGuilds) {
      const id = parseId(guild.id);
      if (id === undefined) continue;
      const known = find(before.high, before.low, before.length, id.high, id.low);
      const count = known < 0 ? 0 : before.state[known]! & countMask;
      entries.push({ ...id, state: (guild.unavailable === true ? unavailableBit | count : count) >>> 0 });
    }
    entries.sort((a, b) => a.high - b.high || a.low - b.low);
    this.#allocate(Math.min(entries.length, maxGuilds));
    for (const entry of entries) {
      const last = this.#length - 1;
      const isRepeated = last >= 0 && this.#high[last] === entry.high && this.#low[last] === entry.low;
      if (!isRepeated && this.#length < maxGuilds) this.#append(entry.high, entry.low, entry.state);
    }
    this.#sequence = 0;
    this.#version++;
  }

  /**
   * Counts one dispatch, from its bytes where they are as usual. Types that say nothing about guilds are ignored, and so is
   * an event whose sequence has been counted already.
   */
  apply(type: string, bytes: Buffer, header: FrameHeader): void {
    if (!isGuildEvent(type)) return;
    if (header.sequence !== null) {
      if (header.sequence <= this.#sequence) return;
      this.#sequence = header.sequence;
    }
    const fields = (header.parsed ? undefined : scanFields(bytes, header)) ?? fieldsOf(parseData(bytes, header));
    const isMember = type === 'GUILD_MEMBER_ADD' || type === 'GUILD_MEMBER_REMOVE';
    const id = parseId(isMember ? fields.guildId : fields.id);
    if (id === undefined) return;
    const at = this.#find(id.high, id.low);
    switch (type) {
      case 'GUILD_CREATE': {
        const count = fields.memberCount ?? (at < 0 ? 0 : this.#state[at]! & countMask);
        const state = (fields.unavailable === true ? unavailableBit | count : count) >>> 0;
        if (at >= 0) this.#change(at, state);
        else this.#insert(~at, id.high, id.low, state);
        break;
      }
      case 'GUILD_DELETE':
        // Without `unavailable: true` the bot is no longer in the guild.
        if (fields.unavailable !== true) this.#remove(at);
        else if (at >= 0) this.#change(at, (this.#state[at]! | unavailableBit) >>> 0);
        else this.#insert(~at, id.high, id.low, unavailableBit);
        break;
      default: {
        if (at < 0) break;
        const state = this.#state[at]!;
        const count = (state & countMask) + (type === 'GUILD_MEMBER_ADD' ? 1 : -1);
        if (count >= 0 && count <= countMask) this.#change(at, ((state & unavailableBit) | count) >>> 0);
      }
    }
  }

  /** The index as bytes for {@link GuildIndex.unpack}: 12 bytes, and 12 a guild. */
  pack(): Uint8Array {
    const bytes = new Uint8Array(packHeaderBytes + this.#length * entryBytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, packMark, true);
    view.setUint32(4, this.#length, true);
    view.setUint32(8, this.#sequence, true);
    for (let index = 0, at = packHeaderBytes; index < this.#length; index++, at += entryBytes) {
      view.setUint32(at, this.#high[index]!, true);
      view.setUint32(at + 4, this.#low[index]!, true);
      view.setUint32(at + 8, this.#state[index]!, true);
    }
    return bytes;
  }

  /** The index that was packed; `undefined` for bytes that are no such pack: another version's, or damaged ones. */
  static unpack(bytes: Uint8Array): GuildIndex | undefined {
    if (bytes.length < packHeaderBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(4, true);
    if (view.getUint32(0, true) !== packMark || length > maxGuilds) return undefined;
    if (bytes.length !== packHeaderBytes + length * entryBytes) return undefined;
    const index = new GuildIndex();
    index.#allocate(length);
    for (let at = packHeaderBytes; at < bytes.length; at += entryBytes) {
      const high = view.getUint32(at, true);
      const low = view.getUint32(at + 4, true);
      const last = index.#length - 1;
      // Binary search needs the order.
      if (last >= 0 && compare(index.#high[last]!, index.#low[last]!, high, low) >= 0) return undefined;
      index.#append(high, low, view.getUint32(at + 8, true));
    }
    index.#sequence = view.getUint32(8, true);
    return index;
  }

  #find(high: number, low: number): number {
    return find(this.#high, this.#low, this.#length, high, low);
  }

  #allocate(capacity: number): void {
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#state = new Uint32Array(capacity);
    this.#length = 0;
    this.#unavailable = 0;
    this.#users = 0;
  }

  #append(high: number, low: number, state: number): void {
    this.#high[this.#length] = high;
    this.#low[this.#length] = low;
    this.#state[this.#length++] = state;
    this.#count(state, 1);
  }

  #insert(at: number, high: number, low: number, state: number): void {
    if (this.#length >= maxGuilds) return;
    if (this.#length === this.#high.length) this.#grow();
    for (const array of [this.#high, this.#low, this.#state]) array.copyWithin(at + 1, at, this.#length);
    this.#high[at] = high;
    this.#low[at] = low;
    this.#state[at] = state;
    this.#length++;
    this.#count(state, 1);
    this.#version++;
  }

  #remove(at: number): void {
    if (at < 0) return;
    this.#count(this.#state[at]!, -1);
    for (const array of [this.#high, this.#low, this.#state]) array.copyWithin(at, at + 1, this.#length);
    this.#length--;
    this.#version++;
  }

  #change(at: number, state: number): void {
    if (this.#state[at] === state) return;
    this.#count(this.#state[at]!, -1);
    this.#state[at] = state;
    this.#count(state, 1);
    this.#version++;
  }

  #count(state: number, sign: 1 | -1): void {
    this.#users += sign * (state & countMask);
    if (state >= unavailableBit) this.#unavailable += sign;
  }

  #grow(): void {
    const capacity = Math.min(maxGuilds, Math.max(16, Math.ceil(this.#length * 1.5)));
    this.#high = resized(this.#high, capacity);
    this.#low = resized(this.#low, capacity);
    this.#state = resized(this.#state, capacity);
  }
}

interface Id {
  readonly high: number;
  readonly low: number;
}

/** A snowflake as two 32-bit halves; `undefined` when it is none. */
function parseId(text: string | undefined): Id | undefined {
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

/** Index of an id; the complement of where it belongs (`~at`, negative) when it is not there. */
function find(highs: Uint32Array, lows: Uint32Array, length: number, high: number, low: number): number {
  let start = 0;
  let end = length;
  while (start < end) {
    const middle = (start + end) >>> 1;
    const order = compare(highs[middle]!, lows[middle]!, high, low);
    if (order === 0) return middle;
    if (order < 0) start = middle + 1;
    else end = middle;
  }
  return ~start;
}

function compare(high: number, low: number, otherHigh: number, otherLow: number): number {
  return high - otherHigh || low - otherLow;
}

function resized(array: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(array);
  return larger;
}

const guildEvents: ReadonlySet<string> = new Set([
  'GUILD_CREATE',
  'GUILD_DELETE',
  'GUILD_MEMBER_ADD',
  'GUILD_MEMBER_REMOVE',
]);

function isGuildEvent(type: string): boolean {
  return guildEvents.has(type);
}
