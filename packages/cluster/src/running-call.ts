/** One call while its handler is at work: answered once, by whichever comes first of the handler, the deadline and the caller's leaving. */
import type { RpcAnswer, RpcCall, RpcFailureCode, RpcTopology } from '@tinfoil/types';

/** A call and its one answer. */
export class RunningCall {
  readonly call: RpcCall;
  readonly #settle: (answer: RpcAnswer) => void;
  #settled = false;
  #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #stopped: Error | undefined;

  constructor(call: RpcCall, settle: (answer: RpcAnswer) => void) {
    this.call = call;
    this.#settle = settle;
  }

  /** Aborted when nobody waits any more. Made when a handler asks for it: most never do, and making one costs more than a call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped !== undefined) this.#controller.abort(this.#stopped);
    return this.#controller.signal;
  }

  succeed(value: unknown): void {
    this.#answer({ id: this.call.id, ok: true, value });
  }

  fail(code: RpcFailureCode, message: string, topology?: RpcTopology): void {
    const error = topology === undefined ? { code, message } : { code, message, topology };
    this.#answer({ id: this.call.id, ok: false, error });
  }

  /** Starts the clock of the caller's deadline. */
  armDeadline(): void {
    if (this.#settled) return;
    this.#timer = setTimeout(() => {
      this.fail('deadline', `not done in ${this.call.deadlineMs} ms`);
      this.#stop(new Error('the deadline of the call has passed'));
    }, this.call.deadlineMs);
  }

  /** The caller has gone: nobody will read an answer. */
  abandon(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#stop(new Error('the caller has gone'));
  }

  #answer(answer: RpcAnswer): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#settle(answer);
  }

  #stop(reason: Error): void {
    this.#stopped = reason;
    this.#controller?.abort(reason);
  }
}
