/** Requests about guilds that Discord answers with events, each on the shard that holds the guild. */
import type {
  Clock,
  GatewayChannelInfoDispatchData,
  GatewaySoundboardSoundsDispatchData,
  Snowflake,
} from '@tinfoil/types';
import { encodeCommand, type GatewayCommand } from './commands.ts';
import { GatewayClosedError } from './errors.ts';
import type { GatewayEmitter } from './event-stream.ts';
import {
  FullListGate,
  type GuildMembersChunk,
  type GuildMembersQuery,
  guildMembersRequest,
  isFullList,
  readMembersAnswer,
} from './guild-members.ts';
import { type Answer, collect, createNonce, type GatewayRequestOptions } from './requests.ts';

/** Options of {@link Gateway.requestChannelInfo}. */
export interface ChannelInfoOptions extends GatewayRequestOptions {
  /** @defaultValue `['status', 'voice_start_time']` */
  readonly fields?: readonly string[] | undefined;
}

/** What requests need of the gateway. */
export interface GuildRequestHost {
  readonly emitter: GatewayEmitter;
  readonly clock: Clock;
  /** Aborted, with the error to throw, when the gateway is closed. */
  readonly closed: AbortSignal;
  readonly memberRequestGapMs: number;
  shardOf(guildId: Snowflake): number;
  send(shardId: number, command: GatewayCommand, signal: AbortSignal): Promise<void>;
}

/** Requests of one gateway. */
export class GuildRequests {
  readonly #host: GuildRequestHost;
  readonly #fullLists: FullListGate;

  constructor(host: GuildRequestHost) {
    this.#host = host;
    this.#fullLists = new FullListGate(host.memberRequestGapMs, host.clock);
  }

  members(
    query: GuildMembersQuery,
    options: GatewayRequestOptions,
  ): AsyncGenerator<GuildMembersChunk, void, undefined> {
    const nonce = createNonce();
    const command = { op: 8, d: guildMembersRequest(query, nonce) };
    // Too large a query throws here, and not at the first `next()`.
    encodeCommand(command);
    const { guildId } = query;
    const shardId = this.#host.shardOf(guildId);
    const gate = isFullList(query) ? this.#fullLists : undefined;
    const send = async (signal: AbortSignal) => {
      await gate?.pass(guildId, signal);
      await this.#host.send(shardId, command, signal);
    };
    const read = (name: string, data: unknown) => readMembersAnswer(name, data, nonce);
    const names = ['GUILD_MEMBERS_CHUNK', 'RATE_LIMITED'];
    return collect('requestGuildMembers', names, read, { ...this.#context, shardId, send }, options);
  }

  soundboardSounds(guildId: Snowflake, options: GatewayRequestOptions): Promise<GatewaySoundboardSoundsDispatchData> {
    const command = { op: 31, d: { guild_ids: [guildId] } };
    return this.#one('requestSoundboardSounds', 'SOUNDBOARD_SOUNDS', guildId, command, options);
  }

  channelInfo(guildId: Snowflake, options: ChannelInfoOptions): Promise<GatewayChannelInfoDispatchData> {
    const { fields = ['status', 'voice_start_time'] } = options;
    const command = { op: 43, d: { guild_id: guildId, fields } };
    return this.#one('requestChannelInfo', 'CHANNEL_INFO', guildId, command, options);
  }

  get #context(): Pick<GuildRequestHost, 'emitter' | 'clock' | 'closed'> {
    const { emitter, clock, closed } = this.#host;
    return { emitter, clock, closed };
  }

  /** These requests have no nonce: the first event that names the guild is the answer. */
  async #one<Data extends { readonly guild_id: Snowflake }>(
    what: string,
    event: string,
    guildId: Snowflake,
    command: GatewayCommand,
    options: GatewayRequestOptions,
  ): Promise<Data> {
    const shardId = this.#host.shardOf(guildId);
    const send = (signal: AbortSignal) => this.#host.send(shardId, command, signal);
    const read = (_: string, data: unknown): Answer<Data> => {
      // Discord documents this payload for the event asked for.
      const value = data as Data;
      return value.guild_id === guildId ? { type: 'part', value, last: true } : { type: 'other' };
    };
    for await (const answer of collect(what, [event], read, { ...this.#context, shardId, send }, options))
      return answer;
    throw new GatewayClosedError(what);
  }
}
