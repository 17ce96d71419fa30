/**
 * When a pod is ready: every shard up, or a minute gone with HTTP able to serve. Once ready it stays so while shards
 * reconnect, since its HTTP side never stopped; a drain and a fatal close end it. Pure but for what it remembers.
 */
import type { ShardView } from './gateway-part.ts';
import { isUp } from './status.ts';

/** Memory of one pod's readiness. */
export class Readiness {
  readonly #shards: number;
  readonly #afterMs: number;
  readonly #startedAtMs: number;
  #reached = false;
  draining = false;

  /** @param shards - Number of shards the pod should hold. */
  constructor(shards: number, afterMs: number, nowMs: number) {
    this.#shards = shards;
    this.#afterMs = afterMs;
    this.#startedAtMs = nowMs;
  }

  /** Why the pod is not ready, in one line; `undefined` when it is. */
  reason(views: readonly ShardView[], nowMs: number): string | undefined {
    if (this.draining) return 'draining';
    const fatal = views.find((view) => view.status === 'fatal');
    // Waiting mends none of those: a bad token, a wrong total, missing intents.
    if (fatal !== undefined) return `shard ${fatal.id} was closed for good (${fatal.lastCloseCode ?? 'no code'})`;
    const up = views.filter(isUp).length;
    if (up >= this.#shards || nowMs - this.#startedAtMs >= this.#afterMs) this.#reached = true;
    return this.#reached ? undefined : `${up} of ${this.#shards} shards are up`;
  }
}
