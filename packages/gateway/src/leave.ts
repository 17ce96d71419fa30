/**
 * Leave to connect: the permit to identify or the turn to resume that one shard asks for, holds and gives back. An answer that
 * comes after the question was withdrawn is given back at once, so none is ever lost.
 */
import type { IdentifyOutcome, IdentifyPermit } from '@tinfoil/types';

/** Where permits come from. */
export type AskForLeave = (signal: AbortSignal) => Promise<IdentifyPermit>;

/** What one shard holds. */
export class Leave {
  #question: AbortController | undefined;
  #permit: IdentifyPermit | undefined;

  /** Asks; one of the two is called, unless the question is withdrawn. */
  ask(askForLeave: AskForLeave, granted: () => void, refused: (cause: unknown) => void): void {
    const question = new AbortController();
    const { signal } = question;
    this.#question = question;
    // Limiters are other people's code: one that throws at once is a refusal like any other.
    const answer = (async () => askForLeave(signal))();
    answer.then(
      (permit) => {
        if (signal.aborted) return permit.report('aborted');
        this.#permit = permit;
        granted();
      },
      (cause: unknown) => {
        if (!signal.aborted) refused(cause);
      },
    );
  }

  /** Takes the question back. */
  withdraw(): void {
    this.#question?.abort();
    this.#question = undefined;
  }

  /** Tells what became of the permit; all but `sent` end it. */
  report(outcome: IdentifyOutcome): void {
    this.#permit?.report(outcome);
    if (outcome !== 'sent') this.#permit = undefined;
  }
}
