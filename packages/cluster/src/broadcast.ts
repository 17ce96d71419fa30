/**
 * One call to every pod, with three bounds: a timeout per pod that starts when its call leaves, a deadline for the whole, and
 * a number of calls in flight.
 *
 * The bound on calls in flight is what makes timeouts true: with all of 625 pods called at once, the clocks of many run out
 * while their sockets still wait to be opened. What the deadline leaves over is named `skipped`.
 */
import { BroadcastError, type RpcFailure } from './errors.ts';
import type { RpcOutcome } from './rpc-client.ts';

/** Options of {@link Rpc.broadcast}. */
export interface BroadcastOptions {
  /** Milliseconds each pod has to answer. @defaultValue `2000` */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for all of them. @defaultValue `5000` */
  readonly deadlineMs?: number | undefined;
  /** Calls in flight at once. @defaultValue `64` */
  readonly concurrency?: number | undefined;
  /** See {@link CallOptions.idempotent}. */
  readonly idempotent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Called pod. */
export interface BroadcastTarget {
  readonly pod: string;
  readonly ordinal: number;
  readonly shards: readonly number[];
}

/** Answer of one pod, or why there is none. */
export type PodResult<Value> =
  | (BroadcastTarget & { readonly ok: true; readonly value: Value })
  | (BroadcastTarget & { readonly ok: false; readonly error: RpcFailure; readonly message: string });

/** Answers of all pods, in the order of their ordinals. */
export interface BroadcastResult<Value> {
  /** Pods that answered. */
  readonly ok: number;
  /** Pods that did not. */
  readonly failed: number;
  /** True when every pod answered. */
  readonly complete: boolean;
  readonly results: readonly PodResult<Value>[];
  /** Values of the pods that answered. */
  readonly values: readonly Value[];
  /** All values, or none. @throws {@link BroadcastError} naming the pods that failed. */
  valuesOrThrow(): readonly Value[];
}

const maxTimerMs = 2 ** 31 - 1;

/** Makes one call and says what became of it, once. Callbacks: a promise for each of hundreds of pods costs more than its call. */
export type CallPod = (
  ordinal: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  settle: (outcome: RpcOutcome) => void,
) => void;

/** Calls the targets and waits for all of them, bounded as described above. */
export async function broadcast(
  name: string,
  targets: readonly BroadcastTarget[],
  options: BroadcastOptions,
  call: CallPod,
): Promise<BroadcastResult<unknown>> {
  const timeoutMs = positive('timeoutMs', options.timeoutMs ?? 2_000);
  const endsAtMs = performance.now() + positive('deadlineMs', options.deadlineMs ?? 5_000);
  const concurrency = positive('concurrency', options.concurrency ?? 64);
  const results = new Array<PodResult<unknown>>(targets.length);
  let next = 0;
  let inFlight = 0;
  let starting = false;
  await new Promise<void>((resolve) => {
    const start = (index: number) => {
      const target = targets[index] as BroadcastTarget; // In range by the condition of the loop below.
      const leftMs = endsAtMs - performance.now();
      if (leftMs < 1) {
        results[index] = failed(target, 'skipped', 'the total deadline passed before its turn');
        return;
      }
      inFlight += 1;
      call(target.ordinal, Math.min(timeoutMs, leftMs), options.signal, (outcome) => {
        results[index] = toResult(target, outcome);
        inFlight -= 1;
        startMore();
      });
    };
    const startMore = () => {
      // A call may settle before it returns; the loop that started it goes on then.
      if (starting) return;
      starting = true;
      while (next < targets.length && inFlight < concurrency) start(next++);
      starting = false;
      if (inFlight === 0) resolve();
    };
    startMore();
  });
  return summarize(name, results);
}

// Written out, since a spread of the target costs more than the rest of a call.
function toResult(target: BroadcastTarget, outcome: RpcOutcome): PodResult<unknown> {
  if (!outcome.ok) return failed(target, outcome.reason, outcome.message);
  const { pod, ordinal, shards } = target;
  return { pod, ordinal, shards, ok: true, value: outcome.value };
}

function failed(target: BroadcastTarget, error: RpcFailure, message: string): PodResult<never> {
  const { pod, ordinal, shards } = target;
  return { pod, ordinal, shards, ok: false, error, message };
}

function summarize(name: string, results: readonly PodResult<unknown>[]): BroadcastResult<unknown> {
  const values: unknown[] = [];
  const silent: string[] = [];
  for (const result of results) {
    if (result.ok) values.push(result.value);
    else silent.push(result.pod);
  }
  return {
    ok: values.length,
    failed: silent.length,
    complete: silent.length === 0,
    results,
    values,
    valuesOrThrow() {
      if (silent.length > 0) throw new BroadcastError(name, silent, results.length);
      return values;
    },
  };
}

function positive(option: string, value: number): number {
  if (!(value > 0 && value <= maxTimerMs))
    throw new RangeError(`cluster: ${option} must be a positive number, got ${value}`);
  return value;
}
