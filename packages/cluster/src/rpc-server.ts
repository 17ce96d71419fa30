/**
 * Called side of the calls: looks up the handler, checks target and arguments, runs it under the caller's deadline, and
 * streams the answers of one POST as they are done.
 *
 * Headers leave at the latest `headersAfterMs` after a POST was accepted, because the caller sends its next POST when they
 * have come: a slow handler must not hold up the calls behind it. When all is answered before, one write does for the whole.
 */
import type { ServerResponse } from 'node:http';
import { type RpcAnswer, type RpcCall, type RpcFailureCode, type Snowflake, shardIdOf } from '@tinfoil/types';
import { checkArgs, type HandlerMap, type RpcContext, type RpcHandler } from './handlers.ts';
import { encodeAnswer, parseCalls } from './rpc-wire.ts';
import { RunningCall } from './running-call.ts';
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

/** Runs calls for a pod. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #handlers: ReadonlyMap<string, RpcHandler>;
  #open = 0;
  #idle: (() => void)[] = [];
  /** While true, every new call is answered `draining`. */
  draining = false;
  /** Layout that serves instead of this one; callers of this one are told. */
  moved: Topology | undefined;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#handlers = new Map(Object.entries(options.handlers));
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
    const { onAnswer, headersAfterMs } = this.#options;
    const stream = new AnswerStream(response, calls.length);
    const running: RunningCall[] = [];
    for (const call of calls) {
      const started = new RunningCall(call, (answer) => {
        onAnswer?.(call.name, answer.ok ? 'ok' : answer.error.code);
        stream.push(answer);
      });
      running.push(started);
      this.#start(started);
    }
    if (calls.length === 0) stream.finish();
    // Most calls are done in the same turn: only for the others are headers and deadlines worth a timer.
    if (stream.ended) return true;
    const headers = setTimeout(() => {
      stream.sendHeaders();
      for (const call of running) call.armDeadline();
    }, headersAfterMs);
    stream.onEnd = () => clearTimeout(headers);
    response.on('close', () => {
      clearTimeout(headers);
      for (const call of running) call.abandon();
    });
    return true;
  }

  /** Runs one call of this very pod; the same rules hold as for one from outside. */
  run(call: RpcCall, signal?: AbortSignal | undefined): Promise<RpcAnswer> {
    return new Promise((resolve) => {
      const running = new RunningCall(call, (answer) => {
        signal?.removeEventListener('abort', abandon);
        resolve(answer);
      });
      const abandon = () => running.abandon();
      signal?.addEventListener('abort', abandon, { once: true });
      running.armDeadline();
      this.#start(running);
    });
  }

  #start(running: RunningCall): void {
    const { call } = running;
    if (this.draining) {
      running.fail('draining', 'the pod is draining');
      return;
    }
    if (this.moved !== undefined) {
      running.fail('misdirected', 'this generation has handed over', this.moved);
      return;
    }
    const shardId = this.#shardOf(call);
    if (shardId !== undefined && !this.#owns(shardId)) {
      running.fail('misdirected', `shard ${shardId} is not held here`, this.#options.topology);
      return;
    }
    const handler = this.#handlers.get(call.name);
    if (handler === undefined) {
      running.fail('unknown', 'no handler of that name');
      return;
    }
    if (this.#open >= this.#options.maxOpen) {
      running.fail('overloaded', `${this.#open} handlers are at work`);
      return;
    }
    this.#run(running, handler, new RunningContext(running, shardId));
  }

  #run(running: RunningCall, handler: RpcHandler, context: RpcContext): void {
    this.#open += 1;
    const failed = (cause: unknown) => {
      this.#options.onError(cause, running.call.name);
      running.fail('error', messageOf(cause));
      this.#done();
    };
    try {
      const result = invoke(running, handler, context);
      // Handlers that return at once are answered at once.
      if (!isThenable(result)) {
        running.succeed(result);
        this.#done();
        return;
      }
      result.then((value) => {
        running.succeed(value);
        this.#done();
      }, failed);
    } catch (cause) {
      failed(cause);
    }
  }

  #done(): void {
    this.#open -= 1;
    if (this.#open === 0) for (const resolve of this.#idle.splice(0)) resolve();
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

/** Answers of one POST on their way out: gathered while headers wait and between turns, so that few writes carry many. */
class AnswerStream {
  readonly #response: ServerResponse;
  #left: number;
  #lines = '';
  #headersSent = false;
  #scheduled = false;
  /** Everything is answered. */
  ended = false;
  onEnd: () => void = () => undefined;

  constructor(response: ServerResponse, left: number) {
    this.#response = response;
    this.#left = left;
  }

  push(answer: RpcAnswer): void {
    this.#lines += encodeAnswer(answer);
    this.#left -= 1;
    if (this.#left === 0) this.finish();
    else if (this.#headersSent && !this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
  }

  sendHeaders(): void {
    if (this.#headersSent || this.#response.destroyed) return;
    this.#headersSent = true;
    this.#response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (this.#lines === '') this.#response.flushHeaders();
    else this.#flush();
  }

  finish(): void {
    this.ended = true;
    this.onEnd();
    const lines = this.#lines;
    this.#lines = '';
    if (this.#response.destroyed) return;
    if (!this.#headersSent) {
      const length = Buffer.byteLength(lines);
      this.#response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': length });
    }
    this.#response.end(lines);
  }

  #flush(): void {
    if (this.#lines === '' || this.#response.destroyed) return;
    this.#response.write(this.#lines);
    this.#lines = '';
  }
}

/** A class for its getter: in a literal it would cost a hidden class each time, which outlives the call. */
class RunningContext implements RpcContext {
  readonly shardId: number | undefined;
  readonly guildId: Snowflake | undefined;
  readonly deadlineMs: number;
  readonly #running: RunningCall;

  constructor(running: RunningCall, shardId: number | undefined) {
    this.shardId = shardId;
    this.guildId = running.call.target?.guildId;
    this.deadlineMs = running.call.deadlineMs;
    this.#running = running;
  }

  get signal(): AbortSignal {
    return this.#running.signal;
  }
}

/** What the handler returns, be it a value or a promise of one; a call whose arguments do not fit is failed on the way. */
function invoke(running: RunningCall, handler: RpcHandler, context: RpcContext): unknown {
  const { args } = running.call;
  if (typeof handler === 'function') return handler(args, context);
  if (handler.args === undefined) return handler.run(args, context);
  return checkArgs(handler.args, args).then((checked) => {
    if (checked.ok) return handler.run(checked.value, context);
    running.fail('invalid', checked.message);
    return undefined;
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Text of what a handler threw, for the caller: one bounded line. */
function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
