/**
 * Sending side of one client's socket: events are gathered while a batch of Discord's is read and written together, as
 * frames in one buffer and one write.
 *
 * What the kernel does not take at once waits in the socket; beyond a bound the client is cut off, for it would only fall behind
 * further. `ws` reads what the client sends and closes the connection; frames of both meet only at their edges.
 */
import type { Duplex } from 'node:stream';
import {
  deflateOnce,
  type Encoding,
  encodeControl,
  frameBound,
  headText,
  type Outgoing,
  writeDeflated,
  writePlain,
} from '../protocol/frames.ts';
import { encodeZstd, encodeZstdControl } from '../protocol/zstd.ts';

/** Settings of a writer. */
export interface FrameWriterOptions {
  readonly socket: Duplex;
  readonly encoding: Encoding;
  /** Bytes that may wait. */
  readonly maxBacklogBytes: number;
  /** Called once when more waits. */
  readonly onOverflow: () => void;
  /** Told how many bytes an event holds more since it was compressed. */
  readonly onGrown: (bytes: number) => void;
}

/** Bytes gathered before they are written without waiting for the end of the batch. */
const maxGatheredBytes = 256 * 1024;
/** A larger buffer is not kept. */
const keptScratchBytes = 1024 * 1024;

/** The one buffer that frames are built in. A socket that could not write it at once keeps it, and the next gets another. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

const nothing = Buffer.alloc(0);
const dirty: FrameWriter[] = [];
let scheduled = false;

function flushAll(): void {
  scheduled = false;
  for (const writer of dirty.splice(0)) writer.flush();
}

/** Writer of one connection. */
export class FrameWriter {
  readonly #options: FrameWriterOptions;
  #events: Outgoing[] = [];
  #sequences: number[] = [];
  #gathered = 0;
  #isFirst = true;
  #isOver = false;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
  }

  /** Bytes that wait for the client. */
  get backlog(): number {
    return this.#gathered + this.#options.socket.writableLength;
  }

  /** Sends an event, soon. */
  event(event: Outgoing, sequence: number): void {
    if (this.#isOver) return;
    if (this.#events.length === 0) this.#schedule();
    this.#events.push(event);
    this.#sequences.push(sequence);
    this.#gathered += event.end - event.start;
    if (this.#gathered > maxGatheredBytes) this.flush();
  }

  /** Sends a payload of the connection itself, behind the events before it. */
  control(text: string): void {
    this.flush();
    if (this.#isOver) return;
    const { encoding, socket } = this.#options;
    if (encoding === 'zstd-stream') socket.write(encodeZstdControl(text));
    else {
      socket.write(encodeControl(text, encoding, this.#isFirst));
      this.#isFirst = false;
    }
  }

  /** Sends a dispatch whose `d` is given as text. */
  dispatch(type: string, data: string, sequence: number): void {
    const { encoding } = this.#options;
    if (encoding === 'plain') this.control(`${headText(type, sequence)}${data}}`);
    else {
      const bytes = Buffer.from(data);
      this.event({ type, bytes, start: 0, end: bytes.length }, sequence);
    }
  }

  /** Writes what was gathered. */
  flush(): void {
    const events = this.#events;
    if (events.length === 0 || this.#isOver) return;
    const sequences = this.#sequences;
    this.#events = [];
    this.#sequences = [];
    this.#gathered = 0;
    const { encoding, socket, maxBacklogBytes } = this.#options;
    if (encoding === 'zstd-stream') this.#flushZstd(events, sequences);
    else this.#flushFrames(events, sequences, encoding === 'zlib-stream');
    if (socket.writableLength > maxBacklogBytes) {
      this.#isOver = true;
      this.#options.onOverflow();
    }
  }

  /** Resolves when the kernel has all that was sent so far, or the socket is closed. */
  drained(): Promise<void> {
    this.flush();
    const { socket } = this.#options;
    if (socket.destroyed || socket.writableLength === 0) return Promise.resolve();
    // 'drain' comes only above the socket's own mark, which may be higher than what waits; a write's callback always comes.
    return new Promise((resolve) => socket.write(nothing, () => resolve()));
  }

  /** Nothing more is sent. */
  end(): void {
    this.flush();
    this.#isOver = true;
  }

  #schedule(): void {
    dirty.push(this);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(flushAll);
  }

  #flushFrames(events: readonly Outgoing[], sequences: readonly number[], deflated: boolean): void {
    let bound = 0;
    for (const event of events) {
      if (deflated) {
        const grown = deflateOnce(event);
        if (grown > 0) this.#options.onGrown(grown);
      }
      bound += frameBound(event);
    }
    if (bound > scratch.length) scratch = Buffer.allocUnsafeSlow(Math.max(bound, scratch.length * 2));
    const target = scratch;
    let at = 0;
    for (let index = 0; index < events.length; index++) {
      if (deflated) {
        at = writeDeflated(target, at, events[index]!, sequences[index]!, this.#isFirst);
        this.#isFirst = false;
      } else at = writePlain(target, at, events[index]!, sequences[index]!);
    }
    const { socket } = this.#options;
    socket.write(target.subarray(0, at));
    // Nothing waits: the kernel has copied it, and the buffer is free again.
    if (socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(64 * 1024);
    else if (scratch.length > keptScratchBytes) scratch = Buffer.allocUnsafeSlow(64 * 1024);
  }

  #flushZstd(events: readonly Outgoing[], sequences: readonly number[]): void {
    const { socket } = this.#options;
    socket.cork();
    for (let index = 0; index < events.length; index++) socket.write(encodeZstd(events[index]!, sequences[index]!));
    socket.uncork();
  }
}
