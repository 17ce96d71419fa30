/**
 * The manager's part of the REST limit, as state over numbers: who may send how much.
 *
 * Safe by accounting, not by trust: at each grant every other pod is counted with the most that it may send while the lease
 * lives or within a window of it. That is the greatest of its leases still alive; or its static share, unless it has proven
 * that it counts on leases: an ask that names a lease was made after that was granted, so its maker stays below its static
 * share for `staticAfterMs` from there. Nothing is assumed of silence: a pod that is dead and a pod that is cut off look alike.
 * A manager that starts knows nothing, so it grants nothing while leases of the one before it may be alive.
 */

import { invalidBudget } from './rest-holder.ts';
import { maxMinFair, type RestRules, standBy, staticShare, takesTurns, turnsIn } from './rest-lease.ts';
import type { RestAsk, RestGrant } from './rest-wire.ts';

/** Time from an answer to a pod's static share: two asks, one lease, one window, and half a lease to be late by. */
export function staticAfterMs({ ttlMs, windowMs }: Pick<RestRules, 'ttlMs' | 'windowMs'>): number {
  return 2.5 * ttlMs + windowMs;
}

/** The manager has just started; ask again after so many milliseconds. */
export interface RestQuiet {
  readonly retryAfterMs: number;
}

interface Grant {
  readonly number: number;
  readonly tokens: number;
  readonly atMs: number;
}

interface Pod {
  want: number;
  askedAtMs: number;
  /** Oldest first; what can no longer matter is dropped. */
  grants: Grant[];
  /** Number and time of the newest lease that is known to have arrived. */
  provenNumber: number;
  provenAtMs: number;
  /** Until when sends by its static share may be in a window. */
  staticUntilMs: number;
  egress: string;
}

interface InvalidReport {
  readonly egress: string;
  readonly count: number;
  readonly atMs: number;
}

// Where more pods want to send than there are requests, the next ones have their turn after so long. What one gives up is
// free after two seconds: shorter turns would leave more of the limit unused.
const rotateMs = 8_000;
// A plan for all pods is good for so long: a thousand pods ask two thousand times a second.
const planMs = 50;
const invalidWindowMs = 610_000;

/** Budget of one fleet. */
export class RestBudget {
  readonly #rules: RestRules;
  readonly #epoch: string;
  readonly #quietUntilMs: number;
  readonly #pods = new Map<number, Pod>();
  readonly #invalid = new Map<string, InvalidReport>();
  #number = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #plan: { readonly atMs: number; readonly tokens: ReadonlyMap<number, number> } | undefined;

  /** @param epoch - Run of the manager: leases of another say nothing here. */
  constructor(rules: RestRules, epoch: string, startedAtMs: number) {
    this.#rules = rules;
    this.#epoch = epoch;
    this.#quietUntilMs = startedAtMs + rules.ttlMs + rules.windowMs;
  }

  /** Answers one pod. */
  ask(ask: RestAsk, nowMs: number): RestGrant | RestQuiet {
    const { limit, ttlMs } = this.#rules;
    this.#noteInvalid(ask, nowMs);
    if (ask.pausedForMs !== undefined) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + ask.pausedForMs);
    const pod = this.#note(ask, nowMs);
    if (nowMs < this.#quietUntilMs) return { retryAfterMs: this.#quietUntilMs - nowMs };
    const tokens = this.#tokensFor(ask.ordinal, pod, nowMs);
    this.#number += 1;
    pod.grants.push({ number: this.#number, tokens, atMs: nowMs });
    const pausedForMs = this.#pausedUntilMs - nowMs;
    return {
      lease: `${this.#epoch}:${this.#number}`,
      tokens,
      ttlMs,
      limit,
      staticAfterMs: staticAfterMs(this.#rules),
      invalidLeft: this.#invalidLeft(ask.egress, nowMs),
      ...(pausedForMs > 0 && { pausedForMs }),
    };
  }

  /** Requests per window that leases stand for now. */
  granted(nowMs: number): number {
    let sum = 0;
    for (const { grants } of this.#pods.values()) {
      const last = grants.at(-1);
      if (last !== undefined && nowMs < last.atMs + this.#rules.ttlMs) sum += last.tokens;
    }
    return sum;
  }

  /** Invalid answers of the last 10 minutes by egress group. */
  invalid(nowMs: number): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const [key, { egress, count, atMs }] of this.#invalid) {
      if (nowMs - atMs > invalidWindowMs) this.#invalid.delete(key);
      else sums.set(egress, (sums.get(egress) ?? 0) + count);
    }
    return sums;
  }

  #note(ask: RestAsk, nowMs: number): Pod {
    let pod = this.#pods.get(ask.ordinal);
    if (pod === undefined) {
      pod = {
        want: 0,
        askedAtMs: 0,
        grants: [],
        provenNumber: 0,
        provenAtMs: Number.NEGATIVE_INFINITY,
        staticUntilMs: Number.NEGATIVE_INFINITY,
        egress: ask.egress,
      };
      this.#pods.set(ask.ordinal, pod);
    }
    pod.want = ask.want;
    pod.askedAtMs = nowMs;
    pod.egress = ask.egress;
    this.#prove(pod, ask.lease, nowMs);
    const { ttlMs, windowMs } = this.#rules;
    const { provenNumber } = pod;
    // Older ones prove nothing any more, and whoever lives by them has come to its static share.
    const oldestMs = nowMs - staticAfterMs(this.#rules);
    pod.grants = pod.grants.filter(
      ({ number, atMs }) => atMs >= oldestMs && (number >= provenNumber || nowMs < atMs + ttlMs + windowMs),
    );
    return pod;
  }

  #prove(pod: Pod, lease: string | undefined, nowMs: number): void {
    const [epoch, number] = lease?.split(':') ?? [];
    const grant = epoch === this.#epoch ? pod.grants.find((one) => one.number === Number(number)) : undefined;
    if (grant === undefined || grant.number <= pod.provenNumber) return;
    // It may have lived by its static share until that lease reached it, at the latest now.
    if (pod.provenAtMs + staticAfterMs(this.#rules) < nowMs) pod.staticUntilMs = nowMs + this.#rules.windowMs;
    pod.provenNumber = grant.number;
    pod.provenAtMs = grant.atMs;
  }

  #tokensFor(ordinal: number, pod: Pod, nowMs: number): number {
    const { limit } = this.#rules;
    if (this.#plan === undefined || nowMs - this.#plan.atMs >= planMs || !this.#plan.tokens.has(ordinal))
      this.#plan = { atMs: nowMs, tokens: this.#planAll(nowMs) };
    const others = this.#countedBut(ordinal, nowMs);
    const planned = this.#plan.tokens.get(ordinal) ?? 0;
    const fair = Math.min(planned, limit - others);
    // Leases of others, already granted, stand in the way of new demand for two seconds: a first request need not wait.
    const first = Math.min(planned, pod.want, 2, limit + standBy(limit) - others);
    return Math.max(0, fair, first);
  }

  /** Fair shares of all pods that ask, over what those who do not may send by themselves. */
  #planAll(nowMs: number): ReadonlyMap<number, number> {
    const { limit, ttlMs, pods } = this.#rules;
    const asking: number[] = [];
    for (const [ordinal, { askedAtMs }] of this.#pods) if (nowMs - askedAtMs <= 2 * ttlMs) asking.push(ordinal);
    asking.sort((a, b) => a - b);
    const wanting = asking.filter((ordinal) => (this.#pods.get(ordinal)?.want ?? 0) > 0);
    const turn = wanting.length > limit ? (Math.floor(nowMs / rotateMs) * limit) % wanting.length : 0;
    const order = [...wanting.slice(turn), ...wanting.slice(0, turn)];
    for (const ordinal of asking) if (this.#pods.get(ordinal)?.want === 0) order.push(ordinal);
    const total = limit - this.#countedExcept(new Set(asking), nowMs);
    // Few pods keep one token each while they want none, so that their next request goes out at once.
    const idle = pods * 4 <= limit ? 1 : 0;
    const shares = maxMinFair(
      Math.max(0, total),
      order.map((ordinal) => {
        const pod = this.#pods.get(ordinal);
        // Until it has proven its lease it counts with its static share at least: less would be given to nobody.
        const least = pod !== undefined && this.#isBound(pod, nowMs) ? idle : staticShare(this.#rules, ordinal);
        return { least, most: Math.max(least, pod?.want ?? 0) };
      }),
    );
    return new Map(order.map((ordinal, index) => [ordinal, shares[index] ?? 0]));
  }

  #countedBut(ordinal: number, nowMs: number): number {
    return this.#countedExcept(new Set([ordinal]), nowMs);
  }

  /** Most that all pods but these may send in any window that a lease granted now has part in. */
  #countedExcept(except: ReadonlySet<number>, nowMs: number): number {
    const { pods } = this.#rules;
    const turning = takesTurns(this.#rules);
    const inTurn = new Set<number>();
    let sum = 0;
    for (let ordinal = 0; ordinal < pods; ordinal += 1) {
      if (except.has(ordinal)) continue;
      const pod = this.#pods.get(ordinal);
      const share = staticShare(this.#rules, ordinal);
      if (pod === undefined) {
        sum += share;
        inTurn.add(ordinal);
        continue;
      }
      const free = !this.#isBound(pod, nowMs) || nowMs < pod.staticUntilMs;
      if (free) inTurn.add(ordinal);
      sum += Math.max(this.#mostLeased(pod, nowMs, share), free ? share : 0);
    }
    return sum + (turning ? turnsIn(this.#rules, inTurn) : 0);
  }

  #mostLeased(pod: Pod, nowMs: number, share: number): number {
    const { ttlMs, windowMs } = this.#rules;
    let most = 0;
    for (const { atMs, tokens } of pod.grants)
      most = Math.max(most, nowMs < atMs + ttlMs + windowMs ? tokens : Math.min(tokens, share));
    return most;
  }

  /** True when it cannot come to its static share while a lease granted now matters. */
  #isBound(pod: Pod, nowMs: number): boolean {
    const { ttlMs, windowMs } = this.#rules;
    return pod.provenAtMs + staticAfterMs(this.#rules) >= nowMs + ttlMs + windowMs;
  }

  #noteInvalid({ ordinal, epoch, egress, invalid }: RestAsk, nowMs: number): void {
    const key = `${ordinal} ${epoch}`;
    if (invalid > 0) this.#invalid.set(key, { egress, count: invalid, atMs: nowMs });
    else this.#invalid.delete(key);
  }

  #invalidLeft(egress: string, nowMs: number): number {
    let pods = 0;
    for (const pod of this.#pods.values()) if (pod.egress === egress) pods += 1;
    return Math.floor((invalidBudget - (this.invalid(nowMs).get(egress) ?? 0)) / Math.max(1, pods));
  }
}
