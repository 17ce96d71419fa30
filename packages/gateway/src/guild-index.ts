/**
 * Guilds of one shard, kept up to date by its events: what a RESUME brings back nothing of, so it is packed and saved with the session.
 *
 * Reads READY's list and four fields of the guild and member events. The sequence of the last event counted is kept and packed
 * too, so that events which Discord replays after a RESUME are not counted twice.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#guilds | Discord Docs/Guild Events}
 */
import { type FrameHeader, parseData } from './frame.ts';
import { fieldsOf, type GuildFields, scanFields } from './guild-fields.ts';
import { type GuildId, GuildTable, maxMembers, parseGuildId } from './guild-table.ts';

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

const packMark = 0x31474654; // "TFG1" in little-endian
const packHeaderBytes = 8;

export class GuildIndex {
  #table = new GuildTable();
  #sequence = 0;
  #version = 0;

  /** Grows with every change: equal versions of one index mean equal content. */
  get version(): number {
    return this.#version;
  }

  get totals(): GuildTotals {
    return { guilds: this.#table.size, unavailable: this.#table.unavailable, users: this.#table.members };
  }

  /** True when the bot is in the guild, as far as this shard knows. False for anything that is no snowflake. */
  has(guildId: string): boolean {
    const id = parseGuildId(guildId);
    return id !== undefined && this.#table.has(id);
  }

  /**
   * Takes the guild list of a READY, with which a new session begins. Known guilds keep their member count until their next
   * GUILD_CREATE, so that totals do not drop to zero when a shard identifies anew.
   */
  reset(readyGuilds: readonly { readonly id: string; readonly unavailable?: boolean | undefined }[]): void {
    const table = new GuildTable(readyGuilds.length);
    for (const guild of readyGuilds) {
      const id = parseGuildId(guild.id);
      if (id !== undefined) table.set(id, this.#table.membersOf(id) ?? 0, guild.unavailable === true);
    }
    this.#table = table;
    this.#sequence = 0;
    this.#version++;
  }

  /**
   * Counts one dispatch, from its bytes where they are as usual. Types that say nothing about guilds are ignored, and so is
   * an event whose sequence has been counted already.
   *
   * @throws {@link FrameError} when `d` is not JSON.
   */
  apply(type: string, bytes: Buffer, header: FrameHeader): void {
    const count = counters.get(type);
    if (count === undefined) return;
    if (header.sequence !== null) {
      if (header.sequence <= this.#sequence) return;
      this.#sequence = header.sequence;
    }
    const scanned = header.parsed ? undefined : scanFields(bytes, header);
    if (count(this.#table, scanned ?? fieldsOf(parseData(bytes, header)))) this.#version++;
  }

  /** The index as bytes for {@link GuildIndex.unpack}: 8 bytes, and 12 a guild. */
  pack(): Uint8Array {
    const bytes = new Uint8Array(packHeaderBytes + this.#table.byteLength);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, packMark, true);
    view.setUint32(4, this.#sequence, true);
    this.#table.write(view, packHeaderBytes);
    return bytes;
  }

  /** The index that was packed; `undefined` for bytes that are no such pack: another version's, or damaged ones. */
  static unpack(bytes: Uint8Array): GuildIndex | undefined {
    if (bytes.length < packHeaderBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== packMark) return undefined;
    const table = GuildTable.read(view, packHeaderBytes);
    if (table === undefined) return undefined;
    const index = new GuildIndex();
    index.#table = table;
    index.#sequence = view.getUint32(4, true);
    return index;
  }
}

/** How each event changes the table; true when it did. */
const counters: ReadonlyMap<string, (table: GuildTable, fields: GuildFields) => boolean> = new Map([
  ['GUILD_CREATE', create],
  ['GUILD_DELETE', remove],
  ['GUILD_MEMBER_ADD', (table, fields) => addMembers(table, parseGuildId(fields.guildId), 1)],
  ['GUILD_MEMBER_REMOVE', (table, fields) => addMembers(table, parseGuildId(fields.guildId), -1)],
]);

function create(table: GuildTable, fields: GuildFields): boolean {
  const id = parseGuildId(fields.id);
  if (id === undefined) return false;
  return table.set(id, fields.memberCount ?? table.membersOf(id) ?? 0, fields.unavailable === true);
}

/** Without `unavailable: true` the bot is no longer in the guild; with it, the guild is out and will come back. */
function remove(table: GuildTable, fields: GuildFields): boolean {
  const id = parseGuildId(fields.id);
  if (id === undefined) return false;
  return fields.unavailable === true ? table.set(id, table.membersOf(id) ?? 0, true) : table.delete(id);
}

function addMembers(table: GuildTable, id: GuildId | undefined, change: 1 | -1): boolean {
  if (id === undefined) return false;
  const members = table.membersOf(id);
  if (members === undefined) return false;
  return table.set(id, Math.min(maxMembers, Math.max(0, members + change)), table.isUnavailable(id));
}
