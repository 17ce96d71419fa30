/**
 * Calling side towards one pod: calls made while a POST waits for its headers share the next one.
 *
 * At most one POST awaits headers, so a busy pod gets few large requests instead of many small ones; a POST whose headers
 * have come holds nobody back, however long its answers take. Each open answer costs a connection, so their number is
 * bounded, and above the bound a call fails at once instead of waiting for what may never come.
 */

import type { RpcAnswer, RpcTopology } from '@tinfoil/types';
import type { Dispatcher } from 'undici';
import { PeerError, type RpcFailure } from './errors.ts';
import { describeFailure, failureOf, type PeerClient } from './peer-client.ts';
import { createLineSplitter, type EncodedCall, encodeCall, parseAnswers } from './rpc-wire.ts';

/** What became of a call. Failures are values here: a broadcast collects hundreds of them. */
export type RpcOutcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly reason: RpcFailure;
      readonly message: string;
      readonly topology?: RpcTopology | undefined;
      readonly cause?: unknown;
    };

/** Bounds of {@link RpcClient}. */
export interface RpcClientOptions {
  readonly peer: PeerClient;
  /** POSTs whose answers are open at once. */
  readonly maxOpen: number;
  /** Calls that may wait for the next POST. */
  readonly maxWaiting: number;
}

interface Entry {
  readonly call: EncodedCall;
  readonly id: number;
  readonly expiresAtMs: number;
  settle: (outcome: RpcOutcome) => void;
  post: Post | undefined;
  settled: boolean;
}

interface Post {
  readonly entries: Map<number, Entry>;
  readonly keyIndex: number;
  controller: Dispatcher.DispatchController | undefined;
  awaitsHeaders: boolean;
  ended: boolean;
}

// A body of the listener's cap, less room for the brackets; and no more calls than a server should parse at once.
const bodyBudget = 1_000_000;
const callsPerPost = 512;

/** Calls one pod. */
export class RpcClient {
  readonly #options: RpcClientOptions;
  #waiting: Entry[] = [];
  #posts = new Set<Post>();
  #awaitsHeaders = false;
  #scheduled = false;
  #nextId = 1;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  constructor(options: RpcClientOptions) {
    this.#options = options;
  }

  /** Sends a call; `settle` is always called, once, at the latest after `timeoutMs`. */
  call(
    call: EncodedCall,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    settle: (outcome: RpcOutcome) => void,
  ): void {
    const refusal = this.#refusal(signal);
    if (refusal !== undefined) {
      settle(refusal);
      return;
    }
    const expiresAtMs = performance.now() + timeoutMs;
    const entry: Entry = { call, id: this.#nextId++, expiresAtMs, settle, post: undefined, settled: false };
    if (signal !== undefined) {
      const abort = () => this.#settle(entry, failure('aborted', undefined, signal.reason));
      entry.settle = (outcome) => {
        signal.removeEventListener('abort', abort);
        settle(outcome);
      };
      signal.addEventListener('abort', abort, { once: true });
    }
    this.#waiting.push(entry);
    this.#wakeAt(expiresAtMs);
    this.#schedule();
  }

  /** Fails what is open. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const entry of this.#waiting.splice(0)) this.#settle(entry, failure('refused', 'this pod has closed'));
    for (const post of this.#posts) this.#fail(post, failure('refused', 'this pod has closed'));
  }

  #refusal(signal: AbortSignal | undefined): RpcOutcome | undefined {
    if (this.#closed) return failure('refused', 'this pod has closed');
    if (signal?.aborted) return failure('aborted', undefined, signal.reason);
    return this.#waiting.length >= this.#options.maxWaiting ? failure('overloaded') : undefined;
  }

  /** One clock for all calls, set for the earliest: nearly every call is answered long before its time is over. */
  #wakeAt(atMs: number): void {
    if (atMs >= this.#wakesAtMs || this.#closed) return;
    this.#wakesAtMs = atMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, Math.ceil(atMs - performance.now())));
  }

  #expire(): void {
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    const expired: Entry[] = [];
    let earliestMs = Number.POSITIVE_INFINITY;
    const look = (entry: Entry) => {
      if (entry.settled) return;
      if (entry.expiresAtMs <= nowMs) expired.push(entry);
      else earliestMs = Math.min(earliestMs, entry.expiresAtMs);
    };
    this.#waiting.forEach(look);
    for (const post of this.#posts) post.entries.forEach(look);
    this.#wakeAt(earliestMs);
    for (const entry of expired) this.#settle(entry, failure('timeout'));
  }

  #schedule(): void {
    if (this.#scheduled || this.#awaitsHeaders || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // Calls of the same turn share the first POST too.
    setImmediate(() => {
      this.#scheduled = false;
      const loading = this.#options.peer.ready();
      if (loading === undefined) return this.#flush();
      this.#awaitsHeaders = true;
      void loading.then(() => {
        this.#awaitsHeaders = false;
        this.#flush();
      });
    });
  }

  #flush(): void {
    if (this.#awaitsHeaders || this.#waiting.length === 0) return;
    if (this.#posts.size >= this.#options.maxOpen) {
      for (const entry of this.#waiting.splice(0)) this.#settle(entry, failure('overloaded'));
      return;
    }
    this.#send(this.#take(), 0);
  }

  #take(): Entry[] {
    const taken: Entry[] = [];
    let size = 0;
    let next = 0;
    for (; next < this.#waiting.length && taken.length < callsPerPost; next++) {
      const entry = this.#waiting[next] as Entry; // In range by the loop's condition.
      if (entry.settled) continue;
      size += entry.call.args.length + entry.call.name.length + 128;
      if (size > bodyBudget && taken.length > 0) break;
      taken.push(entry);
    }
    this.#waiting = next === this.#waiting.length ? [] : this.#waiting.slice(next);
    return taken;
  }

  #send(entries: readonly Entry[], keyIndex: number): void {
    if (entries.length === 0) return;
    const nowMs = performance.now();
    const post: Post = { entries: new Map(), keyIndex, controller: undefined, awaitsHeaders: true, ended: false };
    let body = '';
    for (const entry of entries) {
      entry.post = post;
      post.entries.set(entry.id, entry);
      body += `${body === '' ? '[' : ','}${encodeCall(entry.call, entry.id, entry.expiresAtMs - nowMs)}`;
    }
    this.#posts.add(post);
    this.#awaitsHeaders = true;
    try {
      this.#options.peer.dispatch({ method: 'POST', path: '/v1/rpc', body: `${body}]` }, this.#handler(post), keyIndex);
    } catch (cause) {
      const reason = cause instanceof PeerError ? cause.reason : failureOf(cause, false);
      this.#fail(post, failure(reason, undefined, cause));
    }
  }

  #handler(post: Post): Dispatcher.DispatchHandler {
    const lines = createLineSplitter();
    let status = 0;
    return {
      onRequestStart: (controller) => {
        post.controller = controller;
        if (post.ended) controller.abort(new Error('nobody waits for the answer'));
      },
      onResponseStart: (_, code) => {
        status = code;
        this.#headersCame(post);
      },
      onResponseData: (_, chunk) => {
        if (status !== 200) return;
        const whole = lines.push(chunk);
        if (whole === undefined) return this.#fail(post, failure('protocol', 'an answer is too long'));
        if (whole !== '') for (const answer of parseAnswers(whole)) this.#answer(post, answer);
      },
      onResponseEnd: () => {
        if (status === 401 && post.keyIndex === 0 && this.#options.peer.keyCount > 1) return this.#resend(post);
        this.#fail(post, status === 200 ? failure('protocol', 'it left the call unanswered') : statusFailure(status));
      },
      onResponseError: (_, cause) =>
        this.#fail(post, failure(failureOf(cause, post.controller !== undefined), undefined, cause)),
    };
  }

  #answer(post: Post, answer: RpcAnswer): void {
    const entry = post.entries.get(answer.id);
    if (entry === undefined) return;
    if (answer.ok) {
      this.#settle(entry, { ok: true, value: answer.value });
      return;
    }
    const { code, message, topology } = answer.error;
    this.#settle(entry, { ok: false, reason: code, message, ...(topology && { topology }) });
  }

  /** The peer does not know our first key: it has not read the rotated file yet. Nothing ran, so the second may try. */
  #resend(post: Post): void {
    const entries = [...post.entries.values()];
    post.entries.clear();
    this.#end(post);
    this.#send(entries, 1);
  }

  #settle(entry: Entry, outcome: RpcOutcome): void {
    if (entry.settled) return;
    entry.settled = true;
    entry.settle(outcome);
    const post = entry.post;
    if (post === undefined) return;
    post.entries.delete(entry.id);
    // Answers that nobody waits for must not hold a connection; a POST that was answered ends by itself.
    const gaveUp = !outcome.ok && (outcome.reason === 'timeout' || outcome.reason === 'aborted');
    if (gaveUp && post.entries.size === 0 && !post.ended) this.#abandon(post);
  }

  #abandon(post: Post): void {
    const controller = post.controller;
    this.#end(post);
    controller?.abort(new Error('nobody waits for the answer'));
    this.#flush();
  }

  #fail(post: Post, outcome: RpcOutcome): void {
    if (post.ended) return;
    this.#end(post);
    for (const entry of post.entries.values()) this.#settle(entry, outcome);
    this.#flush();
  }

  #headersCame(post: Post): void {
    if (!post.awaitsHeaders || post.ended) return;
    post.awaitsHeaders = false;
    this.#awaitsHeaders = false;
    this.#flush();
  }

  #end(post: Post): void {
    if (post.ended) return;
    post.ended = true;
    this.#posts.delete(post);
    if (post.awaitsHeaders) this.#awaitsHeaders = false;
  }
}

function failure(reason: RpcFailure, message: string = describeFailure(reason), cause?: unknown): RpcOutcome {
  return { ok: false, reason, message, ...(cause === undefined ? {} : { cause }) };
}

function statusFailure(status: number): RpcOutcome {
  if (status === 401) return failure('unauthorized');
  if (status === 421) return failure('misdirected', 'another pod answers at its address');
  if (status === 503) return failure('draining');
  return failure('protocol', `it answered ${status}`);
}
