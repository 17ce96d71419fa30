/**
 * What the Simulator writes down. One interface per kind of entry, told apart by `type`.
 * Which connection, shard and session stands in each, so that a test can say exactly what it expects.
 */
import type { HttpMethod, Snowflake } from '@tinfoil/types';

/** What every entry has. */
export interface EntryBase {
  /** Position in the ledger, from 0; keeps counting when old entries are dropped. */
  readonly index: number;
  /** Monotonic milliseconds (`performance.now()` of the Simulator's process). */
  readonly atMs: number;
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly timestampMs: number;
}

/** Connection and, once it identified or resumed, its shard and session. */
export interface ConnectionFields {
  readonly connectionId: number;
  readonly shardId: number | null;
  readonly totalShards: number | null;
  readonly sessionId: string | null;
}

/** Host that a gateway connection reached. */
export type GatewayHost = 'main' | 'resume';

/** A file in a multipart body: its bytes are counted and hashed, not kept. */
export interface LedgerFile {
  readonly field: string;
  readonly name: string;
  readonly contentType: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

/** Fields of each kind of entry, by its `type`. */
export interface EntryFields {
  /** A WebSocket was accepted. */
  connect: {
    readonly connectionId: number;
    readonly host: GatewayHost;
    readonly version: number | null;
    readonly encoding: string | null;
    readonly compress: string | null;
    readonly query: string;
    readonly userAgent: string | null;
  };
  /** A gateway connection was not let in: status answered, or how the socket ended. */
  refused: { readonly host: GatewayHost; readonly how: number | 'reset' | 'hang' };
  hello: ConnectionFields;
  identify: ConnectionFields & {
    readonly bucket: number;
    readonly intents: number;
    readonly compress: boolean;
    readonly largeThreshold: number | null;
    readonly properties: unknown;
    readonly presence: unknown;
    /** What came of it: READY, op 9, a close code. `ignored` or `reset`: a fault's doing. */
    readonly outcome: 'ready' | 'invalidSession' | 'ignored' | 'reset' | number;
    /** Daily IDENTIFY left after this one. */
    readonly remaining: number;
  };
  resume: ConnectionFields & {
    readonly host: GatewayHost;
    readonly sequence: number | null;
    readonly outcome: 'resumed' | 'invalidSession' | 'ignored' | 'reset' | number;
    /** Events replayed. */
    readonly replayed: number;
  };
  ready: ConnectionFields & { readonly guilds: number };
  resumed: ConnectionFields & { readonly replayed: number };
  /** A second connection of a shard or session that has a living one. */
  duplicate: ConnectionFields & { readonly by: 'identify' | 'resume'; readonly otherConnectionId: number };
  heartbeat: ConnectionFields & { readonly sequence: number | null; readonly acknowledged: boolean };
  /** A command other than heartbeat, identify and resume. */
  command: ConnectionFields & { readonly op: number; readonly data: unknown; readonly bytes: number };
  /** An event for one session; `delivered` is false when it only went to the replay buffer. */
  dispatch: ConnectionFields & {
    readonly event: string;
    readonly sequence: number;
    readonly delivered: boolean;
    readonly guildId: Snowflake | null;
    /** `id` of the payload, if it has one. */
    readonly id: Snowflake | null;
  };
  /** An event sent again after RESUME. */
  replay: ConnectionFields & { readonly event: string; readonly sequence: number };
  /** Op 7 sent. */
  reconnect: ConnectionFields;
  /** Op 9 sent. */
  invalidSession: ConnectionFields & { readonly resumable: boolean };
  /** A gateway connection ended. `by`: who closed it; `network` without any close frame. */
  close: ConnectionFields & {
    readonly by: 'client' | 'server' | 'network';
    readonly code: number;
    readonly reason: string;
    readonly sessionKept: boolean;
  };
  /** The daily limit was exceeded: the token is void, every connection is closed with 4004. */
  tokenRevoked: { readonly identifies: number };
  /** An HTTP request was read in full. */
  request: {
    readonly requestId: number;
    readonly method: HttpMethod;
    /** Template, such as `/channels/{channel_id}/messages`. */
    readonly route: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | readonly string[]>>;
    /** Lower-case names; `authorization` tells the scheme and whether the token was right. */
    readonly headers: Readonly<Record<string, string>>;
    /** Whose limits count: `bot`, `bot:1` (a further token), `none`, `wrong`, `other` (another scheme). */
    readonly identity: string;
    /** Parsed JSON or `payload_json`, form fields, or the text. */
    readonly body: unknown;
    readonly bodyBytes: number;
    readonly files: readonly LedgerFile[];
    /** Requests the server was busy with, this one included. */
    readonly inFlight: number;
  };
  response: {
    readonly requestId: number;
    readonly method: HttpMethod;
    readonly route: string;
    /** 0: none was sent (reset, hang). */
    readonly status: number;
    readonly durationMs: number;
    readonly identity: string;
    readonly scope: 'user' | 'global' | 'shared' | 'cloudflare' | null;
    readonly bucket: string | null;
    /** Name of the fault that made it. */
    readonly fault: string | null;
    /** True when the request took effect. */
    readonly processed: boolean;
  };
  /** The client went away before its answer. */
  aborted: { readonly requestId: number; readonly method: HttpMethod; readonly route: string };
  /** A message exists: written by a simulated member or by the bot. */
  message: {
    readonly messageId: Snowflake;
    readonly channelId: Snowflake;
    readonly guildId: Snowflake | null;
    readonly authorId: Snowflake;
    readonly by: 'member' | 'bot' | 'webhook';
    /** False when an idempotent nonce gave an existing message. */
    readonly created: boolean;
  };
  /** An interaction was sent to the bot. */
  interaction: {
    readonly interactionId: Snowflake;
    readonly interactionType: number;
    readonly name: string | null;
    readonly guildId: Snowflake | null;
    readonly via: 'http' | 'gateway';
  };
  /** The bot's first answer to an interaction that Discord accepted. */
  interactionAnswered: {
    readonly interactionId: Snowflake;
    readonly via: 'inline' | 'callback';
    readonly callbackType: number;
    readonly latencyMs: number;
  };
  /** No valid first answer came in time. */
  interactionFailed: {
    readonly interactionId: Snowflake;
    readonly reason: 'timeout' | 'refused' | 'status' | 'invalid';
    readonly status: number | null;
    readonly detail: string;
    readonly latencyMs: number;
  };
  webhookEvent: {
    readonly eventType: string | null;
    readonly status: number | null;
    readonly latencyMs: number;
  };
}

/** Kind of entry. */
export type EntryType = keyof EntryFields;

/** Entry of one kind. */
export type EntryOf<Type extends EntryType> = EntryBase & EntryFields[Type] & { readonly type: Type };

/** Any entry; narrow by `type`. */
export type LedgerEntry = { [Type in EntryType]: EntryOf<Type> }[EntryType];
