/**
 * A pod's part of the REST limit, as state over numbers: what it may send now, under a lease or without one.
 *
 * At most so many sends in any window (sliding-window log). The number changes with each lease; since a send is checked
 * against all of the window behind it, no window ever holds more than the greatest number that held in it, and that is what
 * the manager adds up over the pods. Under pressure sends are spread over the window: bunched up, they would hit Discord
 * within another second when the network holds some of them back.
 *
 * A pod without a fresh lease keeps to the lesser of its last lease and its static share until `staticAfterMs` has passed
 * since the last answer. Until then others may hold leases that count on it.
 */
import { InvalidCount } from './invalid-count.ts';
import { type RestRules, staticShare, takesTurns, turnWaitMs } from './rest-lease.ts';
import type { RestGrant } from './rest-wire.ts';

/** Invalid answers in 10 minutes behind one public IP address after which nothing is sent; Discord bans it at 10,000. */
export const invalidBudget = 8_000;

/** Options of {@link RestHolder}. */
export interface RestHolderOptions {
  readonly rules: RestRules;
  readonly ordinal: number;
  /** When the process began: what one before it sent and held still counts from there. */
  readonly startedAtMs: number;
  /** From when on the pod may take its static share, if it never gets a lease. */
  readonly staticAtMs: number;
}

/** Where the present allowance comes from. */
export type RestSource = 'lease' | 'residual' | 'static';

// Longest that a caller is told to wait before it asks again: a lease may come at any time, and nothing wakes it then.
const recheckMs = 100;
// Part of the window over which sends are spread under pressure: less than all, so that spreading costs no send.
const spread = 0.8;

/** Allowance of one pod. */
export class RestHolder {
  readonly #options: RestHolderOptions;
  readonly #share: number;
  readonly #turns: boolean;
  readonly #invalid = new InvalidCount();
  #invalidAllowed: number;
  /** Times of the sends in the window, oldest first. */
  #sentAtMs: number[] = [];
  /** Tokens taken whose requests are not written yet. */
  #unwritten = 0;
  #lastTakenAtMs = Number.NEGATIVE_INFINITY;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  /** First of the refusals that followed each other within a window. */
  #pressedSinceMs = Number.NEGATIVE_INFINITY;
  #peak = 0;
  #used = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** Of that, what Discord told this pod itself. */
  #ownPauseUntilMs = Number.NEGATIVE_INFINITY;
  #lease: { readonly id: string; readonly tokens: number; readonly untilMs: number } | undefined;
  #staticAtMs: number;

  constructor(options: RestHolderOptions) {
    this.#options = options;
    this.#share = staticShare(options.rules, options.ordinal);
    this.#turns = takesTurns(options.rules);
    this.#staticAtMs = options.staticAtMs;
    this.#invalidAllowed = Math.floor(invalidBudget / options.rules.pods);
  }

  /** Requests per window that the pod may send now, and by what right; where pods take turns, 0 on its own. */
  allowance(nowMs: number): { readonly tokens: number; readonly source: RestSource } {
    const lease = this.#lease;
    if (lease !== undefined && nowMs < lease.untilMs) return { tokens: lease.tokens, source: 'lease' };
    if (nowMs >= this.#staticAtMs) return { tokens: this.#share, source: 'static' };
    return { tokens: Math.min(this.#share, lease?.tokens ?? 0), source: 'residual' };
  }

  /** True while there is more demand than the allowance covers. */
  short(nowMs: number): boolean {
    return nowMs - this.#refusedAtMs < this.#options.rules.windowMs;
  }

  /** 0 when a token was taken; else milliseconds after which to try again. @param wallMs - Time of day, for turns. */
  take(nowMs: number, wallMs: number): number {
    const { rules, startedAtMs, ordinal } = this.#options;
    const { windowMs } = rules;
    if (this.#pausedUntilMs > nowMs) return this.#pausedUntilMs - nowMs;
    if (this.#invalid.count(nowMs) >= this.#invalidAllowed) return 1_000;
    // What the process before this one sent is still in the window.
    if (nowMs < startedAtMs + windowMs) return startedAtMs + windowMs - nowMs;
    const held = this.#held(nowMs);
    const { tokens, source } = this.allowance(nowMs);
    const byTurn = source === 'static' && this.#turns;
    const most = byTurn ? 1 : tokens;
    if (held >= most) {
      this.#refused(nowMs);
      return this.#atMost((this.#sentAtMs[this.#sentAtMs.length - most] ?? nowMs) + windowMs - nowMs);
    }
    const turnMs = byTurn ? turnWaitMs(rules, ordinal, wallMs) : 0;
    // A burst that a larger lease will cover in a moment is no pressure yet.
    const pressed = this.short(nowMs) && nowMs - this.#pressedSinceMs > windowMs / 2 && !byTurn;
    const apartMs = pressed ? this.#lastTakenAtMs + (spread * windowMs) / most - nowMs : 0;
    if (turnMs > 0) this.#refused(nowMs);
    if (turnMs > 0 || apartMs > 0) return this.#atMost(Math.max(turnMs, apartMs));
    this.#unwritten += 1;
    this.#lastTakenAtMs = nowMs;
    this.#peak = Math.max(this.#peak, held + 1);
    return 0;
  }

  /** A request that took a token is written: its place in the window counts from here. */
  sent(nowMs: number): void {
    if (this.#unwritten === 0) return;
    this.#unwritten -= 1;
    this.#used += 1;
    this.#sentAtMs.push(nowMs);
  }

  giveBack(): void {
    if (this.#unwritten > 0) this.#unwritten -= 1;
  }

  /** Discord said so to this pod. */
  pause(nowMs: number, durationMs: number): void {
    this.#ownPauseUntilMs = Math.max(this.#ownPauseUntilMs, nowMs + durationMs);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#ownPauseUntilMs);
  }

  invalid(nowMs: number): void {
    this.#invalid.add(nowMs);
  }

  /** What to tell the manager. */
  ask(nowMs: number): {
    readonly want: number;
    readonly used: number;
    readonly invalid: number;
    readonly lease?: string | undefined;
    readonly pausedForMs?: number | undefined;
  } {
    const { limit } = this.#options.rules;
    const { tokens } = this.allowance(nowMs);
    // Demand beyond the allowance is unseen: twice as much is asked for until it is covered. Below it, a quarter to spare.
    const want = this.short(nowMs) ? 2 * tokens + 5 : Math.ceil(this.#peak * 1.25);
    const used = this.#used;
    const pausedForMs = this.#ownPauseUntilMs - nowMs;
    this.#used = 0;
    this.#peak = this.#held(nowMs);
    return {
      want: Math.min(limit, want),
      used,
      invalid: this.#invalid.count(nowMs),
      lease: this.#lease?.id,
      ...(pausedForMs > 0 && { pausedForMs }),
    };
  }

  /** The answer came. @param asked - When the ask left and what it told. */
  answered(grant: RestGrant, asked: { readonly atMs: number; readonly invalid: number }, nowMs: number): void {
    this.#lease = { id: grant.lease, tokens: grant.tokens, untilMs: asked.atMs + grant.ttlMs };
    // From now, not from the ask: the manager counts it from the grant, which lies before now.
    this.#staticAtMs = nowMs + grant.staticAfterMs;
    this.#invalidAllowed = asked.invalid + grant.invalidLeft;
    if (grant.pausedForMs !== undefined) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + grant.pausedForMs);
  }

  #refused(nowMs: number): void {
    if (!this.short(nowMs)) this.#pressedSinceMs = nowMs;
    this.#refusedAtMs = nowMs;
  }

  #held(nowMs: number): number {
    const times = this.#sentAtMs;
    const beforeMs = nowMs - this.#options.rules.windowMs;
    while (times[0] !== undefined && times[0] <= beforeMs) times.shift();
    return times.length + this.#unwritten;
  }

  #atMost(waitMs: number): number {
    return Math.min(recheckMs, Math.max(1, waitMs));
  }
}
