/** Balance of a run: what the Simulator sent against what the pods handled. Pure. */

/** Counts that go into the balance. */
export interface RunFacts {
  /** Ids of the messages that the Simulator dispatched. */
  readonly sentMessages: readonly string[];
  /** Ids in the pods' records, with repetitions. */
  readonly handledMessages: readonly string[];
  /** Ids of the interactions that the Simulator got an answer to. */
  readonly answeredInteractions: readonly string[];
  readonly handledInteractions: readonly string[];
  /** Interactions that got no answer. */
  readonly cutInteractions: readonly string[];
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

/** Compares distinct ids; duplicates and cut interactions are allowed only after a pod died. */
export function summarize(facts: RunFacts): Summary {
  const messages = compare(facts.sentMessages, facts.handledMessages);
  // A handler that ran before its pod was killed leaves a record, though its answer was cut off.
  const handled = facts.handledInteractions.filter((id) => !facts.cutInteractions.includes(id));
  const interactions = compare(facts.answeredInteractions, handled);
  const faults: string[] = [];
  if (messages.missing > 0) faults.push(`${messages.missing} messages were never handled`);
  if (messages.unknown > 0) faults.push(`${messages.unknown} handled messages were never sent`);
  if (interactions.missing > 0) faults.push(`${interactions.missing} answered interactions were never handled`);
  if (interactions.unknown > 0) faults.push(`${interactions.unknown} handled interactions were never answered`);
  if (facts.sentMessages.length === 0) faults.push('no message was sent');
  if (facts.answeredInteractions.length === 0) faults.push('no interaction was answered');
  if (facts.identifies > facts.shards) faults.push(`${facts.identifies} IDENTIFY for ${facts.shards} shards`);
  if (facts.deaths === 0) {
    if (messages.duplicates > 0) faults.push(`${messages.duplicates} messages were handled twice though no pod died`);
    if (facts.cutInteractions.length > 0)
      faults.push(`${facts.cutInteractions.length} interactions were cut off though no pod died`);
  }
  return {
    balanced: faults.length === 0,
    lines: [
      `messages      ${messages.expected} sent, ${messages.handled} handled, ${messages.duplicates} duplicates`,
      `interactions  ${interactions.expected} answered, ${interactions.handled} handled, ${facts.cutInteractions.length} cut off`,
      `gateway       ${facts.identifies} identifies, ${facts.resumes} resumes, ${facts.deaths} pods died`,
      faults.length === 0 ? 'balance       everything sent was handled' : `balance       WRONG: ${faults.join('; ')}`,
    ],
  };
}

function compare(expected: readonly string[], handled: readonly string[]) {
  const wanted = new Set(expected);
  const seen = new Set(handled);
  return {
    expected: wanted.size,
    handled: seen.size,
    duplicates: handled.length - seen.size,
    missing: [...wanted].filter((id) => !seen.has(id)).length,
    unknown: [...seen].filter((id) => !wanted.has(id)).length,
  };
}
