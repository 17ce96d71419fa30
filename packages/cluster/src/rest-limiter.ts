/**
 * REST limiter of a pod: asks the manager for leases and is, for `@tinfoil/rest`, the global limit of its process.
 *
 * Begins to ask with the first request or when the pod starts, whichever is first, and asks twice in the life of a lease; at
 * once when demand is new. Its timers keep no process alive. What it may send is decided in `rest-holder.ts`.
 */
import { type Clock, type GlobalLimiter, sleep } from '@tinfoil/types';
import type { PeerClient } from './peer-client.ts';
import { staticAfterMs } from './rest-budget.ts';
import { RestHolder, type RestSource } from './rest-holder.ts';
import type { RestRules } from './rest-lease.ts';
import { parseRestGrant, type RestAsk } from './rest-wire.ts';

/** Options of {@link LeasedRestLimiter}. */
export interface RestLimiterOptions {
  /** Absent in a cluster without one: static shares from the start. */
  readonly manager: PeerClient | undefined;
  readonly rules: RestRules;
  readonly pod: string;
  readonly ordinal: number;
  readonly generation: number;
  readonly epoch: string;
  readonly egress: string;
  readonly clock: Clock;
  /** When the process began, by `clock`. */
  readonly startedAtMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: () => number;
  /** Gets one line for each change between leases and the static share. */
  readonly onNote: (note: string) => void;
}

// Least time between two asks, when demand is new.
const hurryMs = 100;

/** Global limit of a pod's REST requests, over all pods. */
export class LeasedRestLimiter implements GlobalLimiter {
  readonly #options: RestLimiterOptions;
  readonly #holder: RestHolder;
  readonly #ended = new AbortController();
  #running = false;
  #answered = true;
  #hurry: (() => void) | undefined;
  #lastSource: RestSource = 'residual';

  constructor(options: RestLimiterOptions) {
    const { rules, ordinal, startedAtMs, manager } = options;
    this.#options = options;
    const staticAtMs = manager === undefined ? startedAtMs : startedAtMs + staticAfterMs(rules);
    this.#holder = new RestHolder({ rules, ordinal, startedAtMs, staticAtMs });
  }

  /** Requests per window (1.1 s) that this pod may send now, and by what right. */
  get allowance(): { readonly tokens: number; readonly source: RestSource } {
    return this.#holder.allowance(this.#options.clock.nowMs());
  }

  /** Begins to ask for leases. */
  start(): void {
    if (this.#running || this.#ended.signal.aborted || this.#options.manager === undefined) return;
    this.#running = true;
    void this.#run(this.#options.manager);
  }

  take(): number {
    this.start();
    const { clock, wallMs } = this.#options;
    const nowMs = clock.nowMs();
    const waitMs = this.#holder.take(nowMs, wallMs());
    if (waitMs > 0 && this.#holder.short(nowMs)) this.#hurry?.();
    return waitMs;
  }

  sent(): void {
    this.#holder.sent(this.#options.clock.nowMs());
  }

  giveBack(): void {
    this.#holder.giveBack();
  }

  pause(durationMs: number): void {
    this.#holder.pause(this.#options.clock.nowMs(), durationMs);
    this.#hurry?.();
  }

  invalid(): void {
    this.#holder.invalid(this.#options.clock.nowMs());
  }

  /** Asks no more; the pod comes to its static share. */
  close(): void {
    this.#ended.abort();
  }

  async #run(manager: PeerClient): Promise<void> {
    const { clock, rules } = this.#options;
    while (!this.#ended.signal.aborted) {
      const askedAtMs = clock.nowMs();
      this.#answered = await this.#ask(manager, askedAtMs);
      this.#note();
      // A manager that does not answer is not asked more often because there is demand.
      const leastMs = askedAtMs + (this.#answered ? hurryMs : rules.ttlMs / 2);
      await this.#pause(leastMs, askedAtMs + rules.ttlMs / 2);
    }
  }

  /** Waits until `lastMs`; from `leastMs` on new demand ends the wait. */
  async #pause(leastMs: number, lastMs: number): Promise<void> {
    const { clock } = this.#options;
    const wait = new AbortController();
    const end = () => wait.abort();
    let cancel: (() => void) | undefined;
    this.#hurry = () => {
      this.#hurry = undefined;
      cancel = clock.after(Math.max(0, leastMs - clock.nowMs()), end, { unref: true });
    };
    const signal = AbortSignal.any([wait.signal, this.#ended.signal]);
    await sleep(unrefed(clock), Math.max(0, lastMs - clock.nowMs()), signal).catch(() => undefined);
    this.#hurry = undefined;
    cancel?.();
  }

  async #ask(manager: PeerClient, askedAtMs: number): Promise<boolean> {
    const { pod, ordinal, generation, epoch, egress, rules, clock } = this.#options;
    const told = this.#holder.ask(askedAtMs);
    const ask: RestAsk = { pod, ordinal, generation, epoch, egress, ...told };
    try {
      const answer = await manager.request({
        method: 'POST',
        path: '/v1/rest/lease',
        body: JSON.stringify(ask),
        // An answer that comes later grants a lease that is over.
        timeoutMs: rules.ttlMs,
        signal: this.#ended.signal,
      });
      const grant = answer.status === 200 ? parseRestGrant(answer.body) : undefined;
      if (grant === undefined) return false;
      this.#holder.answered(grant, { atMs: askedAtMs, invalid: told.invalid }, clock.nowMs());
      return true;
    } catch {
      return false;
    }
  }

  #note(): void {
    const { tokens, source } = this.allowance;
    if (source !== this.#lastSource && source === 'static')
      this.#options.onNote(`the manager grants no REST leases: ${tokens} requests per 1.1 s, this pod's static share`);
    else if (source === 'lease' && this.#lastSource === 'static')
      this.#options.onNote('REST requests are leased by the manager again');
    // What lies between the two is told when it ends.
    if (source !== 'residual') this.#lastSource = source;
  }
}

/** Clock whose timers keep no process alive. */
function unrefed(clock: Clock): Clock {
  return { nowMs: () => clock.nowMs(), after: (delayMs, run) => clock.after(delayMs, run, { unref: true }) };
}
