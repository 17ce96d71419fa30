/**
 * The status page's live half: server-sent events with a snapshot whenever there is a new one, and a sign of life in between.
 *
 * One timer serves all streams and stops with the last of them. A stream that is slow to read misses snapshots instead of
 * queueing them: the next one says everything again.
 */
import type { ServerResponse } from 'node:http';
import { sendStatus } from './listener.ts';
import { type StatusView, takeSnapshot } from './status-snapshot.ts';

// Operators, not the public; a stream costs a socket and a copy of the snapshot.
const maxStreams = 32;
const tickMs = 1_000;
const aliveEveryMs = 10_000;

/** Streams of one manager. */
export class StatusFeed {
  readonly #view: StatusView;
  /** Open streams and the last snapshot each was sent. */
  readonly #streams = new Map<ServerResponse, string>();
  #timer: NodeJS.Timeout | undefined;
  #aliveAtMs = 0;

  constructor(view: StatusView) {
    this.#view = view;
  }

  /** Answers with a stream, or with 503 when there are too many. */
  open(response: ServerResponse): void {
    if (this.#streams.size >= maxStreams) {
      sendStatus(response, 503);
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies in between would hold events back.
      'x-accel-buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    this.#streams.set(response, '');
    response.once('close', () => this.#forget(response));
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
    this.#send(response, this.#snapshot());
  }

  #tick(): void {
    const snapshot = this.#snapshot();
    const nowMs = performance.now();
    const alive = nowMs - this.#aliveAtMs >= aliveEveryMs;
    if (alive) this.#aliveAtMs = nowMs;
    for (const [response, sent] of this.#streams) {
      if (response.writableNeedDrain) continue;
      if (sent !== snapshot) this.#send(response, snapshot);
      else if (alive) response.write('event: alive\ndata: \n\n');
    }
  }

  #snapshot(): string {
    return JSON.stringify(takeSnapshot(this.#view));
  }

  #send(response: ServerResponse, snapshot: string): void {
    this.#streams.set(response, snapshot);
    // The reader's clock may be wrong: with ours beside it, ages are right.
    response.write(`event: snapshot\ndata: {"nowMs":${Date.now()},${snapshot.slice(1)}\n\n`);
  }

  #forget(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
