/**
 * State of the simulated Discord: guilds, channels, messages, users, commands, webhooks, interactions. Plain maps and the few
 * changes made to them; each change tells the gateway by `emit`. Knows neither sockets nor HTTP.
 */
import type { APIMessage, APIUser, GatewayGuildCreateDispatchData, Snowflake } from '@tinfoil/types';
import { createMessageObject, createUserObject } from './factory.ts';
import { Ids } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';

/** Where an event goes. */
export interface DispatchTarget {
  readonly guildId?: Snowflake | undefined;
  readonly shardId?: number | undefined;
}

/** A channel with its newest messages. */
export interface ChannelRecord {
  readonly id: Snowflake;
  readonly guildId: Snowflake | null;
  data: Record<string, unknown>;
  readonly messages: Map<Snowflake, APIMessage>;
}

/** Application command as stored. */
export type StoredCommand = Record<string, unknown> & { readonly id: Snowflake; readonly name: string };

/** An interaction and what became of it. */
export interface InteractionRecord {
  readonly id: Snowflake;
  readonly type: number;
  readonly token: string;
  readonly channelId: Snowflake;
  readonly guildId: Snowflake | null;
  readonly createdAtMs: number;
  state: 'pending' | 'answered' | 'failed';
  deferred: boolean;
  callback: { type: number; data?: unknown } | null;
  /** First the original response, then the follow-ups. */
  readonly messages: APIMessage[];
  original: APIMessage | null;
  readonly changed: Set<() => void>;
}

/** A webhook with its token. */
export interface WebhookRecord {
  readonly id: Snowflake;
  readonly token: string;
  readonly channelId: Snowflake;
  readonly name: string;
}

const interactionLimit = 20_000;
const nonceWindowMs = 300_000;

/** All state of one Simulator. */
export class World {
  readonly ids: Ids;
  readonly user: APIUser;
  readonly applicationId: Snowflake;
  readonly guilds: Map<Snowflake, GatewayGuildCreateDispatchData> = new Map();
  readonly channels: Map<Snowflake, ChannelRecord> = new Map();
  readonly users: Map<Snowflake, APIUser> = new Map();
  /** By guild id, or `global`. */
  readonly commands: Map<string, Map<Snowflake, StoredCommand>> = new Map();
  readonly webhooks: Map<Snowflake, WebhookRecord> = new Map();
  /** By token. */
  readonly interactions: Map<string, InteractionRecord> = new Map();
  readonly #nonces = new Map<string, { readonly message: APIMessage; readonly atMs: number }>();
  readonly #messageLimit: number;
  readonly #ledger: Ledger;
  /** Set by the Simulator: hands an event to the gateway. */
  emit: (event: string, data: unknown, target: DispatchTarget) => void = () => {};

  /** Set by the Simulator: an interaction got its first response. */
  onAnswered: (record: InteractionRecord, via: 'inline' | 'callback') => void = () => {};

  constructor(options: ResolvedOptions, ledger: Ledger) {
    this.ids = new Ids(options.seed);
    this.#ledger = ledger;
    this.#messageLimit = options.messageLimit;
    this.applicationId = options.applicationId ?? this.ids.stable();
    this.user = createUserObject({
      id: this.applicationId,
      username: options.botName,
      discriminator: '0001',
      bot: true,
    });
    this.users.set(this.user.id, this.user);
  }

  /** Adds a message, with its event. An enforced nonce that was used before gives the message it made. */
  addMessage(options: {
    readonly channel: ChannelRecord;
    readonly author: APIUser;
    readonly by: 'member' | 'bot' | 'webhook';
    readonly body: Readonly<Record<string, unknown>>;
    readonly webhookId?: Snowflake | undefined;
  }): APIMessage {
    const { channel, author, by, body } = options;
    const nonceKey = body.enforce_nonce === true ? `${channel.id}:${author.id}:${String(body.nonce)}` : null;
    const known = nonceKey === null ? undefined : this.#nonces.get(nonceKey);
    const repeated = known !== undefined && performance.now() - known.atMs < nonceWindowMs;
    const message = repeated
      ? known.message
      : createMessageObject({
          id: this.ids.next(),
          channelId: channel.id,
          author,
          timestamp: new Date().toISOString(),
          body,
          webhookId: options.webhookId,
        });
    this.#ledger.write('message', {
      messageId: message.id,
      channelId: channel.id,
      guildId: channel.guildId,
      authorId: author.id,
      by,
      created: !repeated,
    });
    if (repeated) return message;
    if (nonceKey !== null) bounded(this.#nonces, nonceKey, { message, atMs: performance.now() }, 10_000);
    if (this.#messageLimit > 0) bounded(channel.messages, message.id, message, this.#messageLimit);
    channel.data.last_message_id = message.id;
    this.emit('MESSAGE_CREATE', this.withGuild(channel, message), { guildId: channel.guildId ?? undefined });
    return message;
  }

  /** Message as events carry it: with guild and member. */
  withGuild(channel: ChannelRecord, message: APIMessage): unknown {
    if (channel.guildId === null) return message;
    const { user: _user, ...member } = this.memberOf(channel.guildId, message.author.id) ?? { roles: [], flags: 0 };
    return { ...message, guild_id: channel.guildId, ...(message.webhook_id === undefined ? { member } : {}) };
  }

  memberOf(guildId: Snowflake, userId: Snowflake): { user?: APIUser; roles: string[] } | undefined {
    return this.guilds.get(guildId)?.members.find((member) => member.user.id === userId);
  }

  addChannel(data: Record<string, unknown> & { readonly id: Snowflake }, guildId: Snowflake | null): ChannelRecord {
    const record: ChannelRecord = { id: data.id, guildId, data, messages: new Map() };
    this.channels.set(record.id, record);
    return record;
  }

  addInteraction(record: InteractionRecord): void {
    bounded(this.interactions, record.token, record, interactionLimit);
  }
}

/** Puts into a map and forgets its oldest entry when it grew over `limit`. */
function bounded<Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void {
  map.set(key, value);
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
