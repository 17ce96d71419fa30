/**
 * What the shards of a process share: settings of IDENTIFY, URL, transport, turns to resume, and the way to the listeners.
 */
import { encodeIdentify, type IdentifySettings, type PresenceUpdate } from './commands.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GatewayFatalError } from './errors.ts';
import type { FrameHeader } from './frame.ts';
import { MainUrl } from './gateway-bot.ts';
import { type CompressionName, chooseCompression } from './inflate.ts';
import type { ResolvedGatewayOptions } from './options.ts';
import { ResumeTurns } from './resume-turns.ts';
import type { Shard } from './shard.ts';
import type { ShardHost } from './shard-host.ts';
import type { ShardStatus } from './state.ts';
import type { GatewayTransport } from './transport.ts';

/** What the fleet wants to know. */
export interface HubEvents {
  readonly moved: () => void;
  readonly ended: (shard: Shard, error: GatewayFatalError) => void;
  readonly sessionBegun: () => void;
  readonly sessionDropped: (shard: Shard) => void;
}

/** Host of the shards of one process. */
export class ShardHub implements ShardHost {
  readonly options: ResolvedGatewayOptions;
  readonly compression: CompressionName;
  readonly turns: ResumeTurns;
  identifySettings: IdentifySettings;
  totalShards: number;
  readonly #dispatcher: Dispatcher;
  readonly #events: HubEvents;
  readonly #closing: AbortSignal;
  readonly #mainUrl: MainUrl;
  #transport: Promise<GatewayTransport> | undefined;

  /** @throws {@link RangeError} when the runtime lacks the compression, or IDENTIFY would be too large. */
  constructor(options: ResolvedGatewayOptions, dispatcher: Dispatcher, closing: AbortSignal, events: HubEvents) {
    this.options = options;
    this.#dispatcher = dispatcher;
    this.#closing = closing;
    this.#events = events;
    this.#mainUrl = new MainUrl(options);
    this.turns = new ResumeTurns(options.maxConcurrentResumes);
    const payloadCompression = options.compression === 'payload';
    this.compression = options.compression === 'payload' ? 'none' : chooseCompression(options.compression);
    const { token, intents, presence, largeThreshold, shards } = options;
    this.identifySettings = { token, intents, presence, largeThreshold, payloadCompression };
    this.totalShards = shards === 'auto' ? 0 : shards.total;
    if (presence !== undefined) this.checkPresence(presence);
  }

  /** Too large a presence is found now, and not at the first IDENTIFY. @throws {@link RangeError} */
  checkPresence(presence: PresenceUpdate): void {
    encodeIdentify({ ...this.identifySettings, presence }, this.totalShards, this.totalShards);
  }

  /** Presence of every later IDENTIFY. */
  set presence(presence: PresenceUpdate) {
    this.identifySettings = { ...this.identifySettings, presence };
  }

  transport(): Promise<GatewayTransport> {
    this.#transport ??= this.options.transport().catch((cause: unknown) => {
      this.#transport = undefined;
      throw cause;
    });
    return this.#transport;
  }

  mainUrl(attempts: number): Promise<string> {
    return this.#mainUrl.read(attempts, this.#closing);
  }

  isWanted(op: number, type: string | null): boolean {
    return this.#dispatcher.isWanted(op, type);
  }

  dispatch(shard: Shard, header: FrameHeader, bytes: Buffer): void {
    this.#dispatcher.dispatch(shard, header, bytes);
  }

  moved(shard: Shard, previous: ShardStatus): void {
    this.#dispatcher.emitter.emit('shardStatus', { shardId: shard.id, status: shard.status, previous });
    this.#events.moved();
  }

  ready(shard: Shard, resumed: boolean): void {
    // READY brought it, or the record of the session that was resumed.
    const { user, applicationId } = shard.identity!;
    this.#dispatcher.emitter.emit('ready', { shardId: shard.id, user, applicationId, resumed });
    if (!resumed) this.#events.sessionBegun();
  }

  fatal(shard: Shard, error: GatewayFatalError): void {
    shard.fatalError = error;
    shard.commands.fail(error);
    this.tellFatal(shard.id, error);
    this.#events.ended(shard, error);
  }

  /** Where nobody listens for `fatal`, it is an error like others that nobody awaits. */
  tellFatal(shardId: number, error: GatewayFatalError): void {
    const { emitter } = this.#dispatcher;
    if (emitter.has('fatal')) emitter.emit('fatal', { shardId, error });
    else this.#dispatcher.report({ cause: error, shardId });
  }

  sessionDropped(shard: Shard): void {
    this.#events.sessionDropped(shard);
  }

  failed(shard: Shard, cause: unknown): void {
    this.#dispatcher.report({ cause, shardId: shard.id });
  }
}
