/** Verdict over a run: lines for people, and whether everything that was sent was handled. Pure. */
import type { BalanceCounts } from './balance.ts';

/** What goes into the verdict. */
export interface RunFacts {
  /** Messages that the Simulator dispatched, against the pods' records. */
  readonly messages: BalanceCounts;
  /** Interactions that the Simulator got an answer to, against the pods' records. */
  readonly interactions: BalanceCounts;
  /** Interactions that got no answer. */
  readonly cut: number;
  /** Pods that ended without being asked to. */
  readonly deaths: number;
  readonly identifies: number;
  readonly resumes: number;
  readonly shards: number;
}

/** Outcome of a run. */
export interface Summary {
  readonly balanced: boolean;
  readonly lines: readonly string[];
}

/** Judges a run; duplicates and cut interactions are allowed only after a pod died. */
export function summarize(facts: RunFacts): Summary {
  const { messages, interactions, cut, deaths } = facts;
  const faults = [
    messages.expected === 0 && 'no message was sent',
    messages.missing > 0 && `${messages.missing} messages were never handled`,
    messages.unknown > 0 && `${messages.unknown} handled messages were never sent`,
    interactions.expected === 0 && 'no interaction was answered',
    interactions.missing > 0 && `${interactions.missing} answered interactions were never handled`,
    interactions.unknown > 0 && `${interactions.unknown} handled interactions were never answered`,
    facts.identifies > facts.shards && `${facts.identifies} IDENTIFY for ${facts.shards} shards`,
    deaths === 0 && messages.duplicates > 0 && `${messages.duplicates} messages were handled twice though no pod died`,
    deaths === 0 && cut > 0 && `${cut} interactions were cut off though no pod died`,
    interactions.duplicates > 0 && `${interactions.duplicates} interactions were handled twice`,
  ].filter((fault) => fault !== false);
  return {
    balanced: faults.length === 0,
    lines: [
      `messages      ${messages.expected} sent, ${messages.handled} handled, ${messages.duplicates} duplicates`,
      `interactions  ${interactions.expected} answered, ${interactions.handled} handled, ${cut} cut off`,
      `gateway       ${facts.identifies} identifies, ${facts.resumes} resumes, ${deaths} pods died`,
      faults.length === 0 ? 'balance       everything sent was handled' : `balance       WRONG: ${faults.join('; ')}`,
    ],
  };
}
