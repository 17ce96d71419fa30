/** A pod's way to the global state: ask the manager, and gather it from all pods when the manager does not answer. */
import { type GlobalState, reduceGlobalState } from './global-state.ts';
import type { ClusterTiming } from './options.ts';
import type { PodLinks } from './pod-links.ts';
import type { PodStatus } from './status.ts';
import { Sweep } from './sweep.ts';
import { sameTopology, type Topology } from './topology.ts';

/** Options of {@link GlobalStateReader}. */
export interface GlobalStateReaderOptions {
  readonly topology: Topology;
  readonly pods: number;
  readonly podName: (ordinal: number) => string;
  readonly links: PodLinks;
  readonly timing: ClusterTiming;
  readonly own: { readonly ordinal: number; readonly status: () => PodStatus };
  readonly onManager: (up: boolean) => void;
}

/** Reads the global state, however it can be had. */
export class GlobalStateReader {
  readonly #options: GlobalStateReaderOptions;
  readonly #sweep: Sweep;
  #reading: Promise<GlobalState> | undefined;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: GlobalStateReaderOptions) {
    this.#options = options;
    const { topology, pods, links, timing, own } = options;
    this.#sweep = new Sweep({
      pods,
      own,
      peerOf: (ordinal) => links.peer(ordinal),
      timeoutMs: timing.statusTimeoutMs,
      concurrency: 64,
      query: '',
      accepts: (status, ordinal) => status.ordinal === ordinal && sameTopology(status, topology),
    });
  }

  /** Callers at the same time share one read. */
  read(): Promise<GlobalState> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<GlobalState> {
    const { links, timing, topology, podName } = this.#options;
    if (links.manager !== undefined) {
      try {
        const state = await links.manager.json<GlobalState>({
          method: 'GET',
          path: '/v1/state',
          timeoutMs: timing.statusTimeoutMs,
        });
        this.#options.onManager(true);
        // A manager of another generation knows another bot.
        if (state.generation === topology.generation && state.totalShards === topology.totalShards) return state;
      } catch {
        this.#options.onManager(false);
      }
    }
    if (performance.now() - this.#sweptAtMs >= timing.sweepEveryMs) {
      await this.#sweep.run();
      this.#sweptAtMs = performance.now();
    }
    const { samples } = this.#sweep;
    return reduceGlobalState({ topology, samples, podName, source: 'sweep', nowMs: Date.now(), sessionStart: null });
  }
}
