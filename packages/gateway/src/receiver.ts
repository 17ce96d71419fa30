/**
 * What one connection receives: bytes to gateway payloads, and payloads to the shard's inputs.
 *
 * One inflater per connection, so that a late frame of an old socket cannot reach the context of a new one. Text is plain JSON
 * whatever compression was asked for. What cannot be read costs the connection, never the process.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes | Discord Docs/Gateway Opcodes}
 */
import { BadPayloadError } from './errors.ts';
import { type FrameHeader, type IsWanted, parseData, readFrame } from './frame.ts';
import { type CompressionName, createInflater, type Inflater, inflatePayload } from './inflate.ts';
import type { ShardInput } from './state.ts';

/** Shard, as a receiver sees it. */
export interface ReceivingShard {
  readonly id: number;
  input(input: ShardInput): void;
  dispatch(header: FrameHeader, bytes: Buffer): void;
}

/** Settings of a receiver. */
export interface ReceiverOptions {
  readonly compression: CompressionName;
  readonly maxBytes: number;
  readonly isWanted: IsWanted;
  /** Told what could not be read. */
  readonly garbled: (cause: BadPayloadError) => void;
}

/** First byte of a zlib packet with the usual window. */
const zlibMark = 0x78;

/** Receiving side of one connection. */
export class Receiver {
  readonly #shard: ReceivingShard;
  readonly #connection: number;
  readonly #options: ReceiverOptions;
  #inflater: Inflater | undefined;

  constructor(shard: ReceivingShard, connection: number, options: ReceiverOptions) {
    this.#shard = shard;
    this.#connection = connection;
    this.#options = options;
    if (options.compression !== 'none')
      this.#inflater = createInflater(options.compression, { maxBytes: options.maxBytes });
  }

  /** One WebSocket message. */
  message(bytes: Buffer, isText: boolean): void {
    try {
      const payload = isText ? bytes : this.#inflate(bytes);
      if (payload !== undefined) this.#take(payload);
    } catch (cause) {
      this.#options.garbled(new BadPayloadError(this.#shard.id, cause));
      this.#shard.input({ type: 'garbled', connection: this.#connection });
    }
  }

  /** Frees the decompression context. */
  close(): void {
    this.#inflater?.close();
    this.#inflater = undefined;
  }

  #inflate(bytes: Buffer): Buffer | undefined {
    if (this.#inflater !== undefined) return this.#inflater.push(bytes);
    // Payload compression: single events come as zlib packets of their own.
    return bytes[0] === zlibMark ? inflatePayload(bytes, this.#options.maxBytes) : bytes;
  }

  #take(bytes: Buffer): void {
    const header = readFrame(bytes, this.#options.isWanted);
    const shard = this.#shard;
    const connection = this.#connection;
    switch (header.op) {
      case 0:
        shard.dispatch(header, bytes);
        break;
      case 1:
        shard.input({ type: 'heartbeatWanted', connection });
        break;
      case 7:
        shard.input({ type: 'reconnectWanted', connection });
        break;
      case 9:
        shard.input({ type: 'invalidated', connection, resumable: parseData(bytes, header) === true });
        break;
      case 10:
        shard.input({ type: 'hello', connection, intervalMs: intervalOf(parseData(bytes, header)) });
        break;
      case 11:
        shard.input({ type: 'acknowledged', connection });
        break;
      // Discord adds opcodes without notice.
      default:
    }
  }
}

function intervalOf(hello: unknown): number {
  return typeof hello === 'object' && hello !== null && 'heartbeat_interval' in hello
    ? Number(hello.heartbeat_interval)
    : 0;
}
