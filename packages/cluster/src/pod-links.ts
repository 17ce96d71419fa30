/** Connections of a pod or manager to the pods and the manager: one client per receiver, made on first use, closed together. */
import { managerReceiver, podReceiver } from './guard.ts';
import type { KeyRing } from './keys.ts';
import { PeerClient } from './peer-client.ts';
import { createPeers, type PeerOptions, type PeerStrategy } from './peers.ts';
import { RpcClient } from './rpc-client.ts';
import type { TlsRing } from './tls.ts';

/** Options of {@link PodLinks}. */
export interface PodLinksOptions {
  readonly peers: PeerOptions;
  readonly pods: number;
  readonly generation: number;
  readonly keys: KeyRing;
  readonly tls?: TlsRing | undefined;
  readonly managerUrl?: string | undefined;
  readonly connectTimeoutMs: number;
}

// POSTs whose answers are open, and calls that wait for the next POST, per pod.
const maxOpenAnswers = 64;
const maxWaitingCalls = 10_000;

/** Clients by receiver. */
export class PodLinks {
  readonly #options: PodLinksOptions;
  readonly #strategy: PeerStrategy;
  readonly #peers = new Map<number, PeerClient>();
  readonly #callers = new Map<number, RpcClient>();
  /** The manager, when there is one. */
  readonly manager: PeerClient | undefined;

  constructor(options: PodLinksOptions) {
    this.#options = options;
    this.#strategy = createPeers(options.peers, options.pods);
    const { managerUrl } = options;
    this.manager = managerUrl === undefined ? undefined : this.#client(() => managerUrl, managerReceiver);
  }

  /** Client of a pod. */
  peer(ordinal: number): PeerClient {
    let peer = this.#peers.get(ordinal);
    if (peer === undefined) {
      peer = this.#client(() => this.#strategy.urlOf(ordinal), podReceiver(this.#options.generation, ordinal));
      this.#peers.set(ordinal, peer);
    }
    return peer;
  }

  /** Caller of a pod's handlers. */
  caller(ordinal: number): RpcClient {
    let caller = this.#callers.get(ordinal);
    if (caller === undefined) {
      caller = new RpcClient({ peer: this.peer(ordinal), maxOpen: maxOpenAnswers, maxWaiting: maxWaitingCalls });
      this.#callers.set(ordinal, caller);
    }
    return caller;
  }

  /** Breaks all connections. */
  async close(): Promise<void> {
    this.#strategy.close();
    for (const caller of this.#callers.values()) caller.close();
    await Promise.all([...this.#peers.values(), ...(this.manager ? [this.manager] : [])].map((peer) => peer.close()));
  }

  #client(url: () => string | undefined, to: string): PeerClient {
    const { keys, tls, connectTimeoutMs } = this.#options;
    return new PeerClient({ url, to, keys, tls, connectTimeoutMs });
  }
}
