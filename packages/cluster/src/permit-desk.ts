/**
 * Desk where pods wait for identify permits: the queue and the clock around the pure rules of `permits.ts`.
 *
 * Asks wait in order of arrival, those of a fleet in standby behind all others, until they are granted, their poll is over, or they
 * hang up. Two generations are one queue: Discord knows one token, one budget and one set of buckets.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, IdentifyOutcome } from '@tinfoil/types';
import {
  askPermit,
  createPermitState,
  type PermitDecision,
  type PermitRules,
  type PermitState,
  readBudget,
  reportPermit,
} from './permits.ts';

/** Whose shard asks. */
export interface PermitAsker {
  readonly shardId: number;
  readonly generation: number;
  readonly isStandby: boolean;
}

interface Waiting {
  readonly asker: PermitAsker;
  readonly untilMs: number;
  readonly settle: (decision: PermitDecision) => void;
}

/** Queue over the permit rules. */
export class PermitDesk {
  readonly #rules: PermitRules;
  readonly #clock: Clock;
  #state: PermitState;
  #waiting: Waiting[] = [];
  #cancel: (() => void) | undefined;

  constructor(rules: PermitRules, quietMs: number, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
    this.#state = createPermitState(clock.nowMs(), quietMs);
  }

  get state(): PermitState {
    return this.#state;
  }

  /** Asks waiting. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves with the decision; `wait` when `waitMs` passed without one. Abort takes the ask out of the queue. */
  ask(asker: PermitAsker, waitMs: number, signal: AbortSignal): Promise<PermitDecision> {
    return new Promise((resolve) => {
      const entry: Waiting = { asker, untilMs: this.#clock.nowMs() + waitMs, settle: resolve };
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
      };
      signal.addEventListener('abort', abort, { once: true });
      const behind = asker.isStandby ? -1 : this.#waiting.findIndex((other) => other.asker.isStandby);
      this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, entry);
      this.#serve();
    });
  }

  report(permit: string, { shardId, generation }: Omit<PermitAsker, 'isStandby'>, outcome: IdentifyOutcome): void {
    const report = { permit, shardId, generation, outcome };
    this.#state = reportPermit(this.#state, this.#rules, report, this.#clock.nowMs());
    this.#serve();
  }

  /** Takes a fresh reading of Discord's session start limit. */
  read(limit: Parameters<typeof readBudget>[1]): void {
    this.#state = readBudget(this.#state, limit, this.#clock.nowMs());
    this.#serve();
  }

  /** Sends everyone away. */
  close(): void {
    this.#cancel?.();
    for (const entry of this.#waiting.splice(0)) entry.settle({ type: 'wait', retryAfterMs: 1_000 });
  }

  #serve(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const nowMs = this.#clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    const left: Waiting[] = [];
    for (const entry of this.#waiting) {
      const { shardId, generation } = entry.asker;
      const [state, decision] = askPermit(this.#state, this.#rules, shardId, randomUUID(), nowMs, generation);
      this.#state = state;
      if (decision.type !== 'wait' || nowMs >= entry.untilMs) {
        entry.settle(decision);
        continue;
      }
      left.push(entry);
      nextMs = Math.min(nextMs, decision.retryAfterMs, entry.untilMs - nowMs);
    }
    this.#waiting = left;
    if (left.length > 0)
      this.#cancel = this.#clock.after(Math.max(1, Math.ceil(nextMs)), () => this.#serve(), { unref: true });
  }
}
