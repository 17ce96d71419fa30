/** Waiting until shards are up: on their state, not for an event, for they may be up, ended or closed by the time anybody looks. */
import { GatewayClosedError } from './errors.ts';
import type { Shard } from './shard.ts';

/** Those who wait for shards. */
export class Readiness {
  readonly #checks = new Set<() => void>();

  /** Looks again; called after every change of a shard's status. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  /**
   * Resolves when each of the shards has been up.
   *
   * @throws {@link GatewayFatalError} or {@link GatewayClosedError} when one of them ends first; `signal.reason` on abort.
   */
  wait(shards: readonly Shard[], signal: AbortSignal): Promise<void> {
    const waited = new Set(shards);
    return new Promise((resolve, reject) => {
      const check = () => {
        for (const shard of waited) if (shard.status === 'ready') waited.delete(shard);
        const lost = [...waited].find(({ status }) => status === 'fatal' || status === 'idle');
        if (signal.aborted) reject(signal.reason);
        else if (lost !== undefined)
          reject(lost.fatalError ?? new GatewayClosedError(`shard ${lost.id} did not get ready`));
        else if (waited.size === 0) resolve();
        else return;
        this.#checks.delete(check);
        signal.removeEventListener('abort', check);
      };
      this.#checks.add(check);
      signal.addEventListener('abort', check, { once: true });
      check();
    });
  }
}
