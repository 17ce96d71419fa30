/**
 * Asking every pod for its status: what the manager does every few seconds, and a pod when the manager is away. A pod that
 * does not answer keeps its last word, marked as not fresh.
 */
import type { PodSample } from './global-state.ts';
import type { PeerClient } from './peer-client.ts';
import { type PodStatus, parseStatus } from './status.ts';

/** Options of {@link Sweep}. */
export interface SweepOptions {
  readonly pods: number;
  readonly peerOf: (ordinal: number) => PeerClient;
  /** This pod's own status, which needs no request. */
  readonly own?: { readonly ordinal: number; readonly status: () => PodStatus } | undefined;
  readonly timeoutMs: number;
  /** Requests in flight at once; see `broadcast.ts` for why there is a bound. */
  readonly concurrency: number;
  /** Query of each request. */
  readonly query: string;
  /** Statuses of other generations and totals are no part of this cluster. */
  readonly accepts: (status: PodStatus, ordinal: number) => boolean;
}

/** Statuses of all pods, asked together. */
export class Sweep {
  readonly #options: SweepOptions;
  readonly samples: Map<number, PodSample> = new Map();
  #running: Promise<void> | undefined;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  /** Asks every pod once; a call while one runs waits for that one. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sweep(): Promise<void> {
    const { pods, concurrency } = this.#options;
    let next = 0;
    const work = async () => {
      while (next < pods) {
        const ordinal = next++;
        const status = await this.#ask(ordinal);
        if (status !== undefined) this.samples.set(ordinal, { status, atMs: Date.now(), fresh: true });
        else this.#lost(ordinal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, pods) }, work));
  }

  async #ask(ordinal: number): Promise<PodStatus | undefined> {
    const { own, peerOf, timeoutMs, query, accepts } = this.#options;
    if (own?.ordinal === ordinal) return own.status();
    try {
      const answer = await peerOf(ordinal).request({ method: 'GET', path: `/v1/status${query}`, timeoutMs });
      const status = answer.status === 200 ? parseStatus(answer.body) : undefined;
      return status !== undefined && accepts(status, ordinal) ? status : undefined;
    } catch {
      return undefined;
    }
  }

  #lost(ordinal: number): void {
    const last = this.samples.get(ordinal);
    if (last?.fresh) this.samples.set(ordinal, { ...last, fresh: false });
  }
}
