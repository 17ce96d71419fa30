/**
 * Called side of the calls: looks up the handler, checks target and arguments, runs it under the caller's deadline, and
 * streams the answers of one POST as they are done.
 *
 * Headers leave at the latest `headersAfterMs` after a POST was accepted, because the caller sends its next POST when they
 * have come: a slow handler must not hold up the calls behind it. When all is answered before, one write does for the whole.
 */
import type { ServerResponse } from 'node:http';
import { type RpcAnswer, type RpcCall, type RpcFailureCode, shardIdOf } from '@tinfoil/types';
import { checkArgs, type HandlerMap, type RpcContext, type RpcHandler } from './handlers.ts';
import { encodeAnswer, parseCalls } from './rpc-wire.ts';
import { podOfShard, type Topology } from './topology.ts';

/** Options of {@link RpcServer}. */
export interface RpcServerOptions {
  readonly handlers: HandlerMap;
  readonly topology: Topology;
  readonly ordinal: number;
  /** Handlers that may run at once before calls are answered `overloaded`. */
  readonly maxOpen: number;
  readonly headersAfterMs: number;
  /** Gets what a handler threw. */
  readonly onError: (cause: unknown, name: string) => void;
  /** Called once for each call from another pod. */
  readonly onAnswer?: ((name: string, outcome: RpcFailureCode | 'ok') => void) | undefined;
}

type Settle = (answer: RpcAnswer) => void;

/** Runs calls for a pod. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #handlers: ReadonlyMap<string, RpcHandler>;
  #open = 0;
  #idle: (() => void)[] = [];
  /** While true, every new call is answered `draining`. */
  draining = false;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#handlers = new Map(Object.entries(options.handlers));
  }

  /** Handlers at work. */
  get open(): number {
    return this.#open;
  }

  /** Resolves when no handler is at work. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Answers the calls of one POST. False, with nothing answered, when the body is none of ours. */
  serve(body: string, response: ServerResponse): boolean {
    const calls = parseCalls(body);
    if (calls === undefined) return false;
    let left = calls.length;
    let lines = '';
    let headersSent = false;
    let scheduled = false;
    const gone = new AbortController();
    const flush = () => {
      scheduled = false;
      if (lines === '' || response.destroyed) return;
      response.write(lines);
      lines = '';
    };
    const finish = () => {
      clearTimeout(headers);
      if (response.destroyed) return;
      if (!headersSent) {
        response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': Buffer.byteLength(lines) });
      }
      response.end(lines);
      lines = '';
    };
    const headers = setTimeout(() => {
      headersSent = true;
      if (response.destroyed) return;
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      if (lines === '') response.flushHeaders();
      else flush();
    }, this.#options.headersAfterMs);
    response.on('close', () => {
      clearTimeout(headers);
      if (left > 0) gone.abort(new Error('the caller has gone'));
    });
    if (left === 0) finish();
    for (const call of calls)
      this.#start(call, gone.signal, (answer) => {
        this.#options.onAnswer?.(call.name, answer.ok ? 'ok' : answer.error.code);
        lines += encodeAnswer(answer);
        left -= 1;
        if (left === 0) return finish();
        if (headersSent && !scheduled) {
          scheduled = true;
          setImmediate(flush);
        }
      });
    return true;
  }

  /** Runs one call of this very pod; the same rules hold as for one from outside. */
  run(call: RpcCall, signal?: AbortSignal | undefined): Promise<RpcAnswer> {
    return new Promise((resolve) => this.#start(call, signal, resolve));
  }

  #start(call: RpcCall, gone: AbortSignal | undefined, settle: Settle): void {
    const refuse = (code: RpcFailureCode, message: string) =>
      settle({ id: call.id, ok: false, error: { code, message } });
    if (this.draining) {
      refuse('draining', 'the pod is draining');
      return;
    }
    const shardId = this.#shardOf(call);
    if (shardId !== undefined && !this.#owns(shardId)) {
      const error = {
        code: 'misdirected',
        message: `shard ${shardId} is not held here`,
        topology: this.#options.topology,
      } as const;
      settle({ id: call.id, ok: false, error });
      return;
    }
    const handler = this.#handlers.get(call.name);
    if (handler === undefined) {
      refuse('unknown', 'no handler of that name');
      return;
    }
    if (this.#open >= this.#options.maxOpen) {
      refuse('overloaded', `${this.#open} handlers are at work`);
      return;
    }
    this.#run(call, shardId, handler, gone, settle);
  }

  #run(
    call: RpcCall,
    shardId: number | undefined,
    handler: RpcHandler,
    gone: AbortSignal | undefined,
    settle: Settle,
  ): void {
    const stop = new LazyAbort(gone);
    let settled = false;
    const answer = (result: RpcAnswer) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      settle(result);
    };
    const deadline = setTimeout(() => {
      answer({ id: call.id, ok: false, error: { code: 'deadline', message: `not done in ${call.deadlineMs} ms` } });
      stop.abort();
    }, call.deadlineMs);
    this.#open += 1;
    const done = () => {
      stop.end();
      this.#open -= 1;
      if (this.#open > 0) return;
      for (const resolve of this.#idle.splice(0)) resolve();
    };
    const context: RpcContext = {
      ...(shardId === undefined ? {} : { shardId }),
      ...(call.target?.guildId === undefined ? {} : { guildId: call.target.guildId }),
      deadlineMs: call.deadlineMs,
      get signal() {
        return stop.signal;
      },
    };
    invoke(handler, call.args, context).then(
      (result) => {
        done();
        if (result.ok) answer({ id: call.id, ok: true, value: result.value });
        else answer({ id: call.id, ok: false, error: { code: 'invalid', message: result.message } });
      },
      (cause: unknown) => {
        done();
        this.#options.onError(cause, call.name);
        answer({ id: call.id, ok: false, error: { code: 'error', message: messageOf(cause) } });
      },
    );
  }

  #shardOf(call: RpcCall): number | undefined {
    if (call.target?.shardId !== undefined) return call.target.shardId;
    if (call.target?.guildId === undefined) return undefined;
    return shardIdOf(call.target.guildId, this.#options.topology.totalShards);
  }

  #owns(shardId: number): boolean {
    const { topology, ordinal } = this.#options;
    return shardId >= 0 && shardId < topology.totalShards && podOfShard(topology, shardId) === ordinal;
  }
}

/** Abort signal that exists only once a handler asks for it: most never do, and making one costs more than a call. */
class LazyAbort {
  readonly #parent: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #aborted = false;

  constructor(parent: AbortSignal | undefined) {
    this.#parent = parent;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted || this.#parent?.aborted) this.#controller.abort(this.#parent?.reason);
      else this.#parent?.addEventListener('abort', this.#follow, { once: true });
    }
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(new Error('the deadline of the call has passed'));
  }

  end(): void {
    if (this.#controller !== undefined) this.#parent?.removeEventListener('abort', this.#follow);
  }

  readonly #follow = () => this.#controller?.abort(this.#parent?.reason);
}

async function invoke(
  handler: RpcHandler,
  args: unknown,
  context: RpcContext,
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }> {
  if (typeof handler === 'function') return { ok: true, value: await handler(args, context) };
  if (handler.args === undefined) return { ok: true, value: await handler.run(args, context) };
  const checked = await checkArgs(handler.args, args);
  return checked.ok ? { ok: true, value: await handler.run(checked.value, context) } : checked;
}

/** Text of what a handler threw, for the caller: one bounded line. */
function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
