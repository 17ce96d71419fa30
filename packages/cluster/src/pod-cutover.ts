/**
 * A pod's part in a cut-over: follows the manager's orders, remembers them in its state directory so that a restart does not undo
 * them, and ends the shards of a fleet that has handed over.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CutoverOrder, type PodMode, parseOrder, partOf, refusalOf } from './cutover-order.ts';
import type { GatewayPart } from './gateway-part.ts';
import { isUp, type PodStatus } from './status.ts';
import { shardsOfPod, type Topology } from './topology.ts';

/** Options of {@link PodCutover}. */
export interface PodCutoverOptions {
  readonly topology: Topology;
  readonly ordinal: number;
  readonly isStandby: boolean;
  readonly directory: string | undefined;
  readonly overlapMs: number;
  /** From the end of the overlap until the shards are closed for good. */
  readonly graceMs: number;
  readonly gateway: () => GatewayPart | undefined;
  readonly draining: () => boolean;
  /** Told the layout that serves from now on. */
  readonly onMoved: (topology: Topology) => void;
  readonly onError: (cause: unknown) => void;
}

/** Answer to an order. */
export interface CutoverAnswer {
  readonly status: 204 | 400 | 409;
  readonly reason?: string | undefined;
}

const fileName = 'cutover.json';
// Longest that shards which were away are waited for: what Discord replays to them nobody else has.
const catchUpMs = 30_000;

/** Cut-over, as one pod takes part in it. */
export class PodCutover {
  readonly #options: PodCutoverOptions;
  #order: CutoverOrder | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PodCutoverOptions) {
    this.#options = options;
  }

  /** Where the pod stands. */
  get mode(): PodMode {
    return this.#options.gateway()?.cutover?.phase ?? (this.#options.isStandby ? 'standby' : 'active');
  }

  /** For the pod's status. */
  get report(): PodStatus['cutover'] {
    if (this.#order === undefined) return undefined;
    const { id, atMs, to } = this.#order;
    return { id, to: to.generation, atMs, doubted: this.#options.gateway()?.cutover?.doubted ?? 0 };
  }

  /** Goes on where the process before this one was. */
  start(): void {
    const order = this.#read();
    if (order !== undefined && partOf(order, this.#options.topology) !== undefined) this.#go(order);
  }

  /** Follows an order, or says why not. */
  receive(body: Buffer): CutoverAnswer {
    const order = parseOrder(body);
    if (order === undefined) return { status: 400 };
    const refusal = refusalOf(order, this.#standing(), Date.now());
    if (refusal !== undefined) return { status: 409, reason: refusal };
    const followed = order.step === 'ask' || (order.step === 'go' ? this.#go(order) : this.#stop(order));
    return followed ? { status: 204 } : { status: 409, reason: `it is ${this.mode}` };
  }

  /** Forgets the timers. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #standing() {
    const { topology, ordinal, draining, gateway, overlapMs } = this.#options;
    const shards = shardsOfPod(topology, ordinal).length;
    const shardsUp = (gateway()?.shards ?? []).filter(isUp).length;
    return { topology, mode: this.mode, draining: draining(), shards, shardsUp, current: this.#order?.id, overlapMs };
  }

  #go(order: CutoverOrder): boolean {
    const { topology, overlapMs } = this.#options;
    const gateway = this.#options.gateway();
    const times = { atMs: order.atMs, overlapMs };
    if (partOf(order, topology) === 'take') {
      // One that is active already has nothing to take.
      if (gateway?.takeOver?.(times) !== true && this.mode !== 'active') return false;
      this.#remember(order);
      return true;
    }
    if (this.mode !== 'retired' && gateway?.handOver?.(times) !== true) return false;
    this.#remember(order);
    this.#when(order.atMs + overlapMs, () => this.#handedOver(order));
    return true;
  }

  #stop(order: CutoverOrder): boolean {
    const gateway = this.#options.gateway();
    // A pod that was never told to go has nothing to undo, and one that has served for long least of all.
    if (this.#order === undefined || this.#order.id !== order.id) return true;
    const taking = partOf(order, this.#options.topology) === 'take';
    if ((taking ? gateway?.cancelTakeOver?.() : gateway?.cancelHandOver?.()) !== true) return false;
    clearTimeout(this.#timer);
    this.#remember(undefined);
    return true;
  }

  #handedOver(order: CutoverOrder): void {
    const { graceMs, onMoved } = this.#options;
    onMoved(order.to);
    const closeAtMs = Date.now() + graceMs;
    const close = () => {
      const gateway = this.#options.gateway();
      const late = (gateway?.shards ?? []).some((shard) => !isUp(shard));
      if (late && Date.now() < closeAtMs + catchUpMs) return this.#when(Date.now() + 250, close);
      // For good: the sessions are of no use to anybody, and a code that keeps them would leave them to time out.
      gateway?.close({ resumable: false }).catch(this.#options.onError);
    };
    this.#when(closeAtMs, close);
  }

  #when(atMs: number, run: () => void): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const again = () => (Date.now() < atMs ? this.#when(atMs, run) : run());
    this.#timer = setTimeout(again, Math.min(Math.max(0, atMs - Date.now()), 60_000)).unref();
  }

  #remember(order: CutoverOrder | undefined): void {
    this.#order = order;
    const { directory } = this.#options;
    if (directory === undefined) return;
    try {
      mkdirSync(directory, { recursive: true });
      const path = join(directory, fileName);
      writeFileSync(`${path}.new`, JSON.stringify(order ?? null), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (cause) {
      // The manager sees at its next poll what a restart forgot.
      this.#options.onError(cause);
    }
  }

  #read(): CutoverOrder | undefined {
    const { directory } = this.#options;
    if (directory === undefined) return undefined;
    try {
      return parseOrder(readFileSync(join(directory, fileName)));
    } catch {
      return undefined;
    }
  }
}
