/**
 * Turns to resume: so many shards of a process at the same time, first come first served. RESUME needs nobody's leave, but a
 * thousand shards that come back in one moment would trip over each other, and over Discord.
 */
import type { IdentifyOutcome, IdentifyPermit } from '@tinfoil/types';

/** Hands out turns. They have the shape of permits, so that a shard treats both alike. */
export class ResumeTurns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves when it is the caller's turn; rejects with `signal.reason` on abort. */
  acquire(signal: AbortSignal): Promise<IdentifyPermit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#free > 0) {
        this.#free -= 1;
        return resolve(this.#turn());
      }
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', abort);
        resolve(this.#turn());
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(enter);
    });
  }

  #turn(): IdentifyPermit {
    let ended = false;
    return {
      report: (outcome: IdentifyOutcome) => {
        if (ended || outcome === 'sent') return;
        ended = true;
        const next = this.#waiting.shift();
        if (next === undefined) this.#free += 1;
        else next();
      },
    };
  }
}
