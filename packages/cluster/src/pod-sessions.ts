/** Where a pod's sessions live: near in its state directory, far in the manager (or a store of the author's), and when which is written. */
import { createFileSessionStore, createMemorySessionStore } from '@tinfoil/gateway';
import type { SessionStore } from '@tinfoil/types';
import { createManagerSessionStore, type ManagerSessionStore } from './manager-sessions.ts';
import type { ClusterTiming } from './options.ts';
import type { PeerClient } from './peer-client.ts';
import { createLayeredSessionStore, type LayeredSessionStore } from './sessions.ts';

/** Options of {@link PodSessions}. */
export interface PodSessionsOptions {
  readonly directory: string | undefined;
  readonly manager: PeerClient | undefined;
  /** Replaces the manager as the far store. */
  readonly far: SessionStore | undefined;
  /** Replaces both. */
  readonly store: SessionStore | undefined;
  readonly timing: ClusterTiming;
  readonly onError: (cause: unknown) => void;
}

/** A pod's session store and its care. */
export class PodSessions {
  readonly store: SessionStore;
  readonly #manager: ManagerSessionStore | undefined;
  readonly #layered: LayeredSessionStore | undefined;
  #managerEpoch: string | undefined;

  constructor(options: PodSessionsOptions) {
    const { directory, manager, timing } = options;
    if (options.store !== undefined) {
      this.store = options.store;
      return;
    }
    const near = directory === undefined ? createMemorySessionStore() : createFileSessionStore({ directory });
    if (options.far === undefined && manager !== undefined) {
      const { statusTimeoutMs: timeoutMs, mirrorGuildsEveryMs: guildsEveryMs } = timing;
      this.#manager = createManagerSessionStore({ manager, timeoutMs, guildsEveryMs });
    }
    const far = options.far ?? this.#manager;
    this.#layered =
      far && createLayeredSessionStore({ near, far, everyMs: timing.mirrorEveryMs, onError: options.onError });
    this.store = this.#layered ?? near;
  }

  /** The manager asked. One that started anew has no sessions: it gets them all, before the one it replaces is missed. */
  managerAsked(epoch: string): void {
    if (epoch === this.#managerEpoch) return;
    this.#managerEpoch = epoch;
    this.#manager?.hurry();
    this.#layered?.resend();
  }

  /** Last words before the process ends: all records, also what did not change, since the manager that had them may be gone by now. */
  async handOver(limitMs: number): Promise<void> {
    this.#manager?.hurry();
    this.#layered?.resend();
    await this.#layered?.flush(limitMs);
    this.#layered?.close();
  }
}
