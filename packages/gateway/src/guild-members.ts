/**
 * Request Guild Members: one request as Discord takes it, and the reading of its chunks. Pure, but for the gate that spaces
 * requests for all members of a guild.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#request-guild-members | Discord Docs/Request Guild Members}
 */
import {
  type Clock,
  type GatewayGuildMembersChunkDispatchData,
  isSnowflake,
  type Snowflake,
  sleep,
} from '@tinfoil/types';
import type { Answer } from './requests.ts';

/** Which members of a guild to ask for: by the start of their name (all by default), or by id. */
export interface GuildMembersQuery {
  readonly guildId: Snowflake;
  /** Start of the user name; an empty string with limit 0 is everybody and needs the intent GuildMembers. @defaultValue `''` */
  readonly query?: string | undefined;
  /** Most members to return: 0 to 100, 0 only for everybody. @defaultValue 0 */
  readonly limit?: number | undefined;
  /** At most 100 ids; not together with `query`. */
  readonly userIds?: readonly Snowflake[] | undefined;
  /** Also the members' presences; needs the intent GuildPresences. */
  readonly presences?: boolean | undefined;
}

/** Chunk of members, as Discord sends it. */
export type GuildMembersChunk = GatewayGuildMembersChunkDispatchData;

/** Data of op 8. @throws {@link TypeError} or {@link RangeError} for what Discord would ignore in silence. */
export function guildMembersRequest(query: GuildMembersQuery, nonce: string): object {
  const { guildId, userIds, presences } = query;
  if (!isSnowflake(guildId)) throw new TypeError(`gateway: guildId must be a snowflake, got ${typeof guildId}`);
  if (userIds !== undefined) {
    if (query.query !== undefined) throw new TypeError('gateway: query and userIds must not be given together');
    if (userIds.length < 1 || userIds.length > 100)
      throw new RangeError(`gateway: userIds must be 1 to 100 ids, got ${userIds.length}`);
    return { guild_id: guildId, user_ids: userIds, presences, nonce };
  }
  const { query: text = '', limit = 0 } = query;
  if (!Number.isInteger(limit) || limit < 0 || limit > 100 || (limit === 0 && text !== ''))
    throw new RangeError(`gateway: limit must be a whole number from 1 to 100, or 0 with an empty query, got ${limit}`);
  return { guild_id: guildId, query: text, limit, presences, nonce };
}

/** True when a request asks for every member, which Discord takes once per guild in 30 s. */
export function isFullList({ query = '', limit = 0, userIds }: GuildMembersQuery): boolean {
  return userIds === undefined && query === '' && limit === 0;
}

/** Reads the events of one request, told apart by its nonce. */
export function readMembersAnswer(name: string, data: unknown, nonce: string): Answer<GuildMembersChunk> {
  if (name === 'GUILD_MEMBERS_CHUNK') {
    // Discord documents this payload for the event of that name.
    const chunk = data as GuildMembersChunk;
    if (chunk.nonce !== nonce) return { type: 'other' };
    return { type: 'part', value: chunk, last: chunk.chunk_index + 1 >= chunk.chunk_count };
  }
  const {
    opcode,
    retry_after: retryAfter,
    meta,
  } = data as { opcode?: number; retry_after?: number; meta?: { nonce?: string } };
  if (opcode !== 8 || meta?.nonce !== nonce) return { type: 'other' };
  return { type: 'retry', afterMs: Math.ceil((retryAfter ?? 1) * 1_000) };
}

/** Spaces the requests for all members of one guild. */
export class FullListGate {
  readonly #nextAtMs = new Map<Snowflake, number>();
  readonly #gapMs: number;
  readonly #clock: Clock;

  constructor(gapMs: number, clock: Clock) {
    this.#gapMs = gapMs;
    this.#clock = clock;
  }

  /** Resolves when a request for the guild may go; counts it as sent. */
  async pass(guildId: Snowflake, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    for (const [id, atMs] of this.#nextAtMs) if (atMs <= nowMs) this.#nextAtMs.delete(id);
    const atMs = this.#nextAtMs.get(guildId) ?? nowMs;
    this.#nextAtMs.set(guildId, atMs + this.#gapMs);
    if (atMs <= nowMs) return;
    await sleep(this.#clock, atMs - nowMs, signal).catch((cause: unknown) => {
      // Nobody behind took a later place: the place is free again.
      if (this.#nextAtMs.get(guildId) === atMs + this.#gapMs) this.#nextAtMs.set(guildId, atMs);
      throw cause;
    });
  }
}
