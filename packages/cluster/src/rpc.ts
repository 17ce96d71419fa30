/**
 * Calls to other shards: one, by shard or guild, and all pods at once.
 *
 * Owners are computed, calls go straight to them, and what is for this very pod never leaves it (though it passes through
 * JSON all the same, so that a handler cannot tell). A call settles at the latest at its timeout, and says who failed and why.
 */
import { type RpcAnswer, type Snowflake, shardIdOf, sleep, systemClock } from '@tinfoil/types';
import { type BroadcastOptions, type BroadcastResult, type BroadcastTarget, broadcast } from './broadcast.ts';
import { RpcError } from './errors.ts';
import type { HandlerMap, RpcArgs, RpcResult } from './handlers.ts';
import type { RpcClient, RpcOutcome } from './rpc-client.ts';
import type { RpcServer } from './rpc-server.ts';
import { type EncodedCall, encodeArgs } from './rpc-wire.ts';
import { podCount, podOfShard, shardsOfPod, type Topology } from './topology.ts';

/** Options of one call. */
export interface CallOptions {
  /** Milliseconds until the call fails with `timeout`. @defaultValue `2000` */
  readonly timeoutMs?: number | undefined;
  /** The handler may safely run twice: a connection that broke after the call had left is tried once more. @defaultValue `false` */
  readonly idempotent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One called shard or guild. */
export interface RpcCaller<H extends HandlerMap> {
  /**
   * Runs a registered handler in the pod that owns the target.
   *
   * @throws {@link RpcError} whose `reason` says why there is no value; `signal.reason` on abort;
   * {@link TypeError} or {@link RangeError} when the arguments are not JSON or over 256 Ki characters of it.
   */
  call<Name extends keyof H & string>(
    name: Name,
    args: RpcArgs<H[Name]>,
    options?: CallOptions,
  ): Promise<RpcResult<H[Name]>>;
}

/** What {@link Rpc} stands on. */
export interface RpcParts {
  readonly topology: Topology;
  readonly ordinal: number;
  /** Name of a pod in results and errors. */
  readonly podName: (ordinal: number) => string;
  readonly local: RpcServer;
  readonly clientOf: (ordinal: number) => RpcClient;
  readonly timeoutMs: number;
  readonly retryAfterMs: number;
  readonly onOutcome?: ((name: string, outcome: string, durationMs: number) => void) | undefined;
}

type Settle = (outcome: RpcOutcome) => void;

const abortedOutcome: RpcOutcome = { ok: false, reason: 'aborted', message: 'aborted by the caller' };

/** Calls to the handlers `H` of all pods. */
export class Rpc<H extends HandlerMap> {
  readonly #parts: RpcParts;
  #targets: readonly BroadcastTarget[] | undefined;

  constructor(parts: RpcParts) {
    this.#parts = parts;
  }

  /** Pod that owns a shard. @throws {@link RangeError} when there is no such shard. */
  shard(shardId: number): RpcCaller<H> {
    const ordinal = podOfShard(this.#parts.topology, shardId);
    return this.#caller(ordinal, { shardId });
  }

  /** Pod that owns a guild's shard. @throws {@link TypeError} when `guildId` is no snowflake. */
  guild(guildId: Snowflake): RpcCaller<H> {
    const shardId = shardIdOf(guildId, this.#parts.topology.totalShards);
    return this.#caller(podOfShard(this.#parts.topology, shardId), { guildId });
  }

  /**
   * Runs a handler in every pod, this one included. Never rejects for a pod's fault: the result names who failed and why.
   *
   * @throws {@link TypeError} or {@link RangeError} when the arguments are not JSON or over 256 Ki characters of it.
   */
  async broadcast<Name extends keyof H & string>(
    name: Name,
    args: RpcArgs<H[Name]>,
    options: BroadcastOptions = {},
  ): Promise<BroadcastResult<RpcResult<H[Name]>>> {
    const call: EncodedCall = { name, target: undefined, args: encodeArgs(args) };
    this.#targets ??= this.#allPods();
    // The value's type is what the handler of this name returns; both ends run the same program.
    return (await broadcast(name, this.#targets, options, (ordinal, timeoutMs, signal, settle) =>
      this.#perform(ordinal, call, { timeoutMs, signal, idempotent: options.idempotent }, settle),
    )) as BroadcastResult<RpcResult<H[Name]>>;
  }

  #allPods(): readonly BroadcastTarget[] {
    const { topology, podName } = this.#parts;
    return Array.from({ length: podCount(topology) }, (_, ordinal) => ({
      pod: podName(ordinal),
      ordinal,
      shards: shardsOfPod(topology, ordinal),
    }));
  }

  #caller(ordinal: number, target: EncodedCall['target']): RpcCaller<H> {
    return {
      call: async (name, args, options = {}) => {
        const call: EncodedCall = { name, target, args: encodeArgs(args) };
        const outcome = await new Promise<RpcOutcome>((resolve) => this.#perform(ordinal, call, options, resolve));
        if (outcome.ok) return outcome.value as RpcResult<H[typeof name]>; // As above.
        if (outcome.reason === 'aborted') throw options.signal?.reason;
        throw new RpcError(outcome.message, { ...outcome, name, pod: this.#parts.podName(ordinal) });
      },
    };
  }

  #perform(ordinal: number, call: EncodedCall, options: CallOptions, settle: Settle): void {
    const startedAtMs = performance.now();
    const timeoutMs = options.timeoutMs ?? this.#parts.timeoutMs;
    if (!(timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1))
      throw new RangeError(`cluster: timeoutMs must be a positive number of milliseconds, got ${timeoutMs}`);
    const done = (outcome: RpcOutcome) => {
      this.#parts.onOutcome?.(call.name, outcome.ok ? 'ok' : outcome.reason, performance.now() - startedAtMs);
      settle(outcome);
    };
    if (ordinal !== this.#parts.ordinal) this.#performThere(ordinal, call, timeoutMs, options, done);
    else
      this.#performHere(call, timeoutMs, options.signal).then(done, (cause) =>
        done({ ok: false, reason: 'error', message: 'the call could not be made', cause }),
      );
  }

  #performThere(ordinal: number, call: EncodedCall, timeoutMs: number, options: CallOptions, settle: Settle): void {
    const client = this.#parts.clientOf(ordinal);
    const { retryAfterMs } = this.#parts;
    const { signal } = options;
    const endsAtMs = performance.now() + timeoutMs;
    client.call(call, timeoutMs, signal, (first) => {
      const leftMs = endsAtMs - performance.now() - retryAfterMs;
      if (first.ok || !mayRetry(first.reason, options.idempotent === true) || leftMs <= 0) {
        settle(first);
        return;
      }
      const again = () =>
        client.call(call, leftMs, signal, (second) =>
          // A retry that merely ran out of time says less than what made it necessary.
          settle(!second.ok && second.reason === 'timeout' ? first : second),
        );
      sleep(systemClock, retryAfterMs, signal).then(again, () => settle(abortedOutcome));
    });
  }

  async #performHere(call: EncodedCall, timeoutMs: number, signal: AbortSignal | undefined): Promise<RpcOutcome> {
    if (signal?.aborted) return abortedOutcome;
    const running = this.#parts.local.run(
      { id: 0, name: call.name, target: call.target, args: JSON.parse(call.args), deadlineMs: timeoutMs },
      signal,
    );
    const answer = await (signal === undefined ? running : Promise.race([running, aborted(signal)]));
    if (answer === undefined) return abortedOutcome;
    return toOutcome(answer);
  }
}

/** Only what cannot have run, and what the caller says may run twice. */
function mayRetry(reason: string, idempotent: boolean): boolean {
  if (reason === 'reset') return idempotent;
  return reason === 'refused' || reason === 'dns' || reason === 'draining' || reason === 'misdirected';
}

function toOutcome(answer: RpcAnswer): RpcOutcome {
  if (!answer.ok) {
    const { code, message, topology } = answer.error;
    return { ok: false, reason: code === 'deadline' ? 'timeout' : code, message, ...(topology && { topology }) };
  }
  try {
    const text = JSON.stringify(answer.value);
    return { ok: true, value: text === undefined ? undefined : JSON.parse(text) };
  } catch (cause) {
    return { ok: false, reason: 'error', message: 'the value is not JSON', cause };
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}
