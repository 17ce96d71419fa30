/** The two balances of a run, fed from the Simulator's ledger, the members and the pods' records. */
import type { Simulator } from '@tinfoil/testing';
import { type HandledKind, type HandledReader, openHandledReader } from '../handled.ts';
import { Balance, type BalanceCounts } from './balance.ts';

/** What one pod has handled. */
export interface PodAccount {
  messages: number;
  interactions: number;
}

/** Accounts of a run. */
export class Accounts {
  readonly pods: readonly PodAccount[];
  readonly #ledger: Simulator['ledger'];
  readonly #readers: readonly HandledReader[];
  readonly #messages = new Balance();
  readonly #interactions = new Balance();
  /** Interactions without an answer: their handlers may have run or not. Few, for only a pod's death makes them. */
  readonly #excused = new Set<string>();
  #cut = 0;
  #from = 0;

  constructor(discord: Simulator, handledFiles: readonly string[]) {
    this.#ledger = discord.ledger;
    this.#readers = handledFiles.map(openHandledReader);
    this.pods = handledFiles.map(() => ({ messages: 0, interactions: 0 }));
  }

  get counts(): { readonly messages: BalanceCounts; readonly interactions: BalanceCounts; readonly cut: number } {
    return { messages: this.#messages.counts, interactions: this.#interactions.counts, cut: this.#cut };
  }

  /** The Simulator got an answer to an interaction, or none. */
  interaction(id: string, answered: boolean): void {
    if (answered) this.#interactions.expect(id);
    else {
      this.#cut += 1;
      this.#excused.add(id);
    }
  }

  /** Takes in what is new on both sides. */
  read(): void {
    const to = this.#ledger.mark();
    const sent = this.#ledger.filter(
      'dispatch',
      ({ index, event }) => index >= this.#from && event === 'MESSAGE_CREATE',
    );
    for (const { id } of sent) if (id !== null) this.#messages.expect(id);
    this.#from = to;
    for (const [index, reader] of this.#readers.entries()) reader.read((kind, id) => this.#handled(index, kind, id));
    for (const id of this.#excused) this.#interactions.excuse(id);
  }

  /** True when every message sent so far was handled. */
  settled(): boolean {
    this.read();
    return this.#messages.counts.missing === 0;
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }

  #handled(index: number, kind: HandledKind, id: string): void {
    const account = this.pods[index];
    if (account === undefined) return;
    if (kind === 'message') account.messages += 1;
    else account.interactions += 1;
    (kind === 'message' ? this.#messages : this.#interactions).handle(id);
  }
}
