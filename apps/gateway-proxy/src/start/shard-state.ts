/**
 * Start state of one shard: READY and the guilds, as a client that identifies must see them. In memory there is only where each
 * guild's records are; the guilds themselves are compressed, on disk, so they outlive the process too: Discord sends none
 * of this again after a RESUME.
 *
 * A guild is its last GUILD_CREATE and the events since that change its structure, applied when a client needs it. Every record
 * carries the sequence of its event, so that a replay changes nothing twice.
 */
import { createHash } from 'node:crypto';
import { changesGuild, type GuildState, patchGuild, reduceGuild } from './guild-patch.ts';
import { type Place, StateFile } from './state-file.ts';
import { decodeBody, encodeRecord, headBytes, RecordKind, readRecords } from './state-log.ts';

/** Event as the state reads it. */
export interface StateEvent {
  readonly type: string;
  readonly sequence: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** READY without what belongs to one session. */
export interface ReadyBase {
  readonly user: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly application: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface Guild {
  /** GUILD_CREATE; absent while the guild is unavailable. */
  base: Place | undefined;
  patches: Place[];
  members: number;
  /** Number of members in `base`. */
  baseMembers: number;
  membersDirty: boolean;
}

interface ReadyRecord {
  readonly session: string;
  readonly ready: ReadyBase;
}

/** Patches after which a guild is written whole again. */
const maxPatches = 32;
/** Below this size a file is not worth tidying. */
const tidyBytes = 4 * 1024 * 1024;

/** What names a session on disk: enough to recognise it, not enough to take it over. */
export function sessionMark(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 32);
}

/** One shard's start state. */
export class ShardState {
  readonly #file: StateFile;
  readonly #guilds = new Map<string, Guild>();
  #ready: ReadyRecord | undefined;
  #reached = 0;
  #live = 0;
  #folding = new Set<string>();

  constructor(path: string) {
    this.#file = new StateFile(path);
  }

  /** READY of the session; `undefined` when there is no state. */
  get ready(): ReadyBase | undefined {
    return this.#ready?.ready;
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#file.size;
  }

  /** Sequence up to which the state is complete. */
  get reached(): number {
    return this.#reached;
  }

  /** True when the state is of that session, and no older than that sequence. */
  covers(sessionId: string, sequence: number): boolean {
    return this.#ready?.session === sessionMark(sessionId) && this.#reached >= sequence;
  }

  /** Ids of the guilds, with those that are there to be read. */
  guilds(): readonly { readonly id: string; readonly available: boolean }[] {
    return [...this.#guilds].map(([id, { base }]) => ({ id, available: base !== undefined && !this.#file.failed }));
  }

  /** Reads what is on disk. A torn end is cut off. */
  async open(): Promise<void> {
    const content = await this.#file.open();
    let sound = 0;
    for (const head of readRecords(content)) {
      const body = () => decodeBody(content.subarray(head.start, head.end), head.isDeflated);
      const place: Place = { offset: head.start - headBytes, length: head.end - head.start + headBytes };
      this.#replay(head.kind, head.guildId, place, body);
      this.#reached = Math.max(this.#reached, head.sequence);
      sound = head.end;
    }
    if (sound < content.length) await this.#file.truncate(sound);
  }

  /** A new session: everything before it is void. */
  reset(sessionId: string, ready: ReadyBase, guildIds: readonly string[], sequence: number): void {
    this.#file.clear();
    this.#guilds.clear();
    this.#live = 0;
    this.#reached = sequence;
    this.#ready = { session: sessionMark(sessionId), ready };
    this.#file.append(this.#readyRecord());
    for (const id of guildIds) this.#setUnavailable(id, sequence);
  }

  /** Takes an event; those that change nothing cost a look at their name. */
  apply(event: StateEvent): void {
    const { type, sequence } = event;
    if (!isStateEvent(type) || sequence <= this.#reached || this.#ready === undefined) return;
    this.#reached = sequence;
    switch (type) {
      case 'GUILD_MEMBER_ADD':
        this.#count(event, 1);
        break;
      case 'GUILD_MEMBER_REMOVE':
        this.#count(event, -1);
        break;
      case 'GUILD_MEMBER_UPDATE':
        // Members are many and change often; only the bot's own one is kept.
        if (indexOf(event, `"id":"${this.#ready.ready.user.id}"`) >= 0) this.#patch(event, parse(event));
        break;
      case 'GUILD_CREATE':
        this.#create(parse(event), sequence);
        break;
      case 'GUILD_DELETE':
        this.#delete(parse(event), sequence);
        break;
      case 'USER_UPDATE':
        this.#userUpdate(parse(event));
        break;
      default:
        this.#patch(event, parse(event));
    }
  }

  /** Writes what waits, and that everything up to `sequence` is in it. Tidies the file when most of it is void. */
  async flush(sequence: number): Promise<void> {
    for (const [id, guild] of this.#guilds) {
      if (!guild.membersDirty) continue;
      guild.membersDirty = false;
      this.#file.append(encodeRecord(RecordKind.members, id, sequence, String(guild.members)));
    }
    this.#reached = Math.max(this.#reached, sequence);
    this.#file.append(encodeRecord(RecordKind.reached, '0', sequence, ''));
    await this.#file.flush();
    for (const id of this.#folding) await this.#fold(id);
    this.#folding.clear();
    if (this.#file.size > tidyBytes + 2 * this.#live) await this.#tidy();
  }

  /** Bytes that wait to be written. */
  get pendingBytes(): number {
    return this.#file.pendingBytes;
  }

  /** `d` of GUILD_CREATE for each of the guilds that is there, in order. */
  read(ids: readonly string[]): Promise<readonly string[]> {
    return this.#file.run(async (handle) => {
      const texts: string[] = [];
      for (const id of ids) {
        const guild = this.#guilds.get(id);
        if (guild?.base === undefined || guild.base.offset < 0) continue;
        const { members, baseMembers } = guild;
        const places = [guild.base, ...guild.patches.filter(({ offset }) => offset >= 0)];
        const bodies: string[] = [];
        for (const place of places) bodies.push(bodyOf(await this.#file.readRecord(handle, place)));
        texts.push(assemble(bodies, members, baseMembers));
      }
      return texts;
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #create(guild: GuildState, sequence: number): void {
    const id = String(guild.id);
    if (guild.unavailable === true) {
      this.#setUnavailable(id, sequence);
      return;
    }
    const reduced = reduceGuild(guild, this.#ready!.ready.user.id);
    this.#forget(this.#guilds.get(id));
    const base = this.#file.append(encodeRecord(RecordKind.guild, id, sequence, JSON.stringify(reduced)));
    this.#live += base.length;
    const members = Number(guild.member_count ?? 0);
    this.#guilds.set(id, { base, patches: [], members, baseMembers: members, membersDirty: false });
  }

  #delete(guild: GuildState, sequence: number): void {
    const id = String(guild.id);
    if (guild.unavailable === true) {
      this.#setUnavailable(id, sequence);
      return;
    }
    this.#forget(this.#guilds.get(id));
    this.#guilds.delete(id);
    this.#file.append(encodeRecord(RecordKind.removed, id, sequence, ''));
  }

  #setUnavailable(id: string, sequence: number): void {
    this.#forget(this.#guilds.get(id));
    this.#guilds.set(id, emptyGuild());
    this.#file.append(encodeRecord(RecordKind.unavailable, id, sequence, ''));
  }

  #patch(event: StateEvent, data: GuildState): void {
    const id = String(event.type === 'GUILD_UPDATE' ? data.id : data.guild_id);
    const guild = this.#guilds.get(id);
    if (guild?.base === undefined) return;
    const place = this.#file.append(
      encodeRecord(RecordKind.patch, id, event.sequence, JSON.stringify([event.type, data])),
    );
    this.#live += place.length;
    guild.patches.push(place);
    if (guild.patches.length > maxPatches) this.#folding.add(id);
  }

  #count(event: StateEvent, change: number): void {
    const key = '"guild_id":"';
    const at = indexOf(event, key);
    if (at < 0) return;
    const from = at + key.length;
    const guild = this.#guilds.get(event.bytes.toString('latin1', from, event.bytes.indexOf(0x22, from)));
    if (guild?.base === undefined) return;
    guild.members += change;
    guild.membersDirty = true;
  }

  #userUpdate(user: GuildState): void {
    const { session, ready } = this.#ready!;
    this.#ready = { session, ready: { ...ready, user: { ...ready.user, ...user, id: ready.user.id } } };
    this.#file.append(this.#readyRecord());
  }

  #readyRecord(): Buffer {
    return encodeRecord(RecordKind.ready, '0', this.#reached, JSON.stringify(this.#ready));
  }

  #forget(guild: Guild | undefined): void {
    if (guild === undefined) return;
    for (const place of [...(guild.base === undefined ? [] : [guild.base]), ...guild.patches])
      this.#live -= place.length;
  }

  #replay(kind: RecordKind, id: string, place: Place, body: () => string): void {
    const known = this.#guilds.get(id);
    switch (kind) {
      case RecordKind.ready:
        this.#ready = JSON.parse(body()) as ReadyRecord;
        break;
      case RecordKind.guild: {
        this.#forget(known);
        this.#live += place.length;
        const members = Number((JSON.parse(body()) as GuildState).member_count ?? 0);
        this.#guilds.set(id, { base: place, patches: [], members, baseMembers: members, membersDirty: false });
        break;
      }
      case RecordKind.patch:
        known?.patches.push(place);
        this.#live += place.length;
        break;
      case RecordKind.removed:
        this.#forget(known);
        this.#guilds.delete(id);
        break;
      case RecordKind.unavailable:
        this.#forget(known);
        this.#guilds.set(id, emptyGuild());
        break;
      case RecordKind.members:
        if (known !== undefined) known.members = Number(body());
        break;
      case RecordKind.reached:
    }
  }

  /** Writes a guild with many patches whole. What comes meanwhile waits behind the new record. */
  #fold(id: string): Promise<void> {
    return this.#file.run(async (handle) => {
      const guild = this.#guilds.get(id);
      const base = guild?.base;
      if (guild === undefined || base === undefined || base.offset < 0) return;
      const written = guild.patches.filter(({ offset }) => offset >= 0);
      const bodies: string[] = [];
      for (const place of [base, ...written]) bodies.push(bodyOf(await this.#file.readRecord(handle, place)));
      if (this.#guilds.get(id) !== guild || guild.base !== base) return;
      const text = assemble(bodies, guild.members, Number.NaN);
      const whole = this.#file.append(encodeRecord(RecordKind.guild, id, this.#reached, text), true);
      this.#forget({ ...guild, patches: written });
      this.#live += whole.length;
      guild.base = whole;
      guild.baseMembers = guild.members;
      guild.patches = guild.patches.slice(written.length);
    });
  }

  #tidy(): Promise<void> {
    return this.#file.run(async (handle) => {
      const fixed = [this.#readyRecord()];
      const kept: Place[] = [];
      const tail: Buffer[] = [];
      for (const [id, guild] of this.#guilds) {
        if (guild.base === undefined || guild.base.offset < 0) {
          fixed.push(encodeRecord(RecordKind.unavailable, id, this.#reached, ''));
          continue;
        }
        kept.push(guild.base, ...guild.patches.filter(({ offset }) => offset >= 0));
        if (guild.members !== guild.baseMembers)
          tail.push(encodeRecord(RecordKind.members, id, this.#reached, String(guild.members)));
      }
      tail.push(encodeRecord(RecordKind.reached, '0', this.#reached, ''));
      await this.#file.rewrite(handle, fixed, kept, tail);
    });
  }
}

function emptyGuild(): Guild {
  return { base: undefined, patches: [], members: 0, baseMembers: 0, membersDirty: false };
}

function isStateEvent(type: string): boolean {
  return (
    type === 'GUILD_CREATE' ||
    type === 'GUILD_DELETE' ||
    type === 'GUILD_MEMBER_ADD' ||
    type === 'GUILD_MEMBER_REMOVE' ||
    type === 'USER_UPDATE' ||
    changesGuild(type)
  );
}

function assemble(bodies: readonly string[], members: number, baseMembers: number): string {
  const [base, ...patches] = bodies;
  if (patches.length === 0 && members === baseMembers) return base!;
  // Our own writing: an object of Discord's, and pairs of a type and an object.
  let guild = JSON.parse(base!) as GuildState;
  for (const patch of patches) {
    const [type, data] = JSON.parse(patch) as [string, GuildState];
    guild = patchGuild(guild, type, data);
  }
  return JSON.stringify({ ...guild, member_count: members });
}

function bodyOf(record: Buffer): string {
  return decodeBody(record.subarray(headBytes), record[9] === 1);
}

function parse({ bytes, start, end }: StateEvent): GuildState {
  const data: unknown = JSON.parse(bytes.toString('utf8', start, end));
  return typeof data === 'object' && data !== null ? (data as GuildState) : {};
}

function indexOf({ bytes, start, end }: StateEvent, text: string): number {
  const at = bytes.indexOf(text, start, 'latin1');
  return at >= 0 && at < end ? at : -1;
}
