/** One generation as the manager sees it: its layout, the way to its pods, and what they last said. */
import type { PodSample } from './global-state.ts';
import type { PeerClient } from './peer-client.ts';
import type { PeerOptions } from './peers.ts';
import { PodLinks, type PodLinksOptions } from './pod-links.ts';
import { Sweep } from './sweep.ts';
import { podCount, sameTopology, type Topology } from './topology.ts';

/** Options of {@link FleetLink}. */
export interface FleetLinkOptions extends Pick<PodLinksOptions, 'keys' | 'tls' | 'connectTimeoutMs'> {
  readonly topology: Topology;
  readonly peers: PeerOptions;
  readonly timeoutMs: number;
  /** Run of the manager. */
  readonly epoch: string;
}

/** A generation of pods. */
export class FleetLink {
  readonly topology: Topology;
  readonly #links: PodLinks;
  readonly #sweep: Sweep;
  readonly #template: string;

  constructor({ topology, peers, keys, tls, connectTimeoutMs, timeoutMs, epoch }: FleetLinkOptions) {
    this.topology = topology;
    this.#template = peers.template ?? '';
    const pods = podCount(topology);
    this.#links = new PodLinks({ peers, pods, generation: topology.generation, keys, tls, connectTimeoutMs });
    this.#sweep = new Sweep({
      pods,
      peerOf: (ordinal) => this.#links.peer(ordinal),
      timeoutMs,
      concurrency: 64,
      query: `?manager=${epoch}`,
      accepts: (status, ordinal) => status.ordinal === ordinal && sameTopology(status, topology),
    });
  }

  get pods(): number {
    return podCount(this.topology);
  }

  /** Last word of each pod. */
  get samples(): ReadonlyMap<number, PodSample> {
    return this.#sweep.samples;
  }

  /** Client of a pod. */
  peer(ordinal: number): PeerClient {
    return this.#links.peer(ordinal);
  }

  /** Asks every pod. Never rejects. */
  poll(): Promise<void> {
    return this.#sweep.run();
  }

  readonly podName = (ordinal: number): string => {
    const known = this.samples.get(ordinal)?.status.pod;
    if (known !== undefined) return known;
    // A pod that was never heard of still has the name that the template gives its address.
    const label = /^https?:\/\/([^.:/]*\{pod\})[.:/]/.exec(this.#template)?.[1];
    return label?.replace('{pod}', String(ordinal)) ?? `pod-${ordinal}`;
  };

  /** Breaks all connections. */
  close(): Promise<void> {
    return this.#links.close();
  }
}
