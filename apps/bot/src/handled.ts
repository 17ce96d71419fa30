/**
 * Record of what this process has handled: a file with one line per message or interaction, written before the handler returns.
 * It survives `kill -9`, so that the `dev` role can prove at its end that nothing was lost.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What is recorded. */
export type HandledKind = 'message' | 'interaction';

/** Appends to the record. */
export interface HandledLedger {
  append(kind: HandledKind, id: string): void;
  close(): void;
}

/** Opens the record for appending; without a path nothing is kept. */
export function openHandledLedger(path: string | undefined): HandledLedger {
  if (path === undefined) return { append() {}, close() {} };
  const file = openSync(path, 'a');
  return {
    append: (kind, id) => void writeSync(file, `${kind} ${id}\n`),
    close: () => closeSync(file),
  };
}

/** Ids of one kind in the records of several processes, with repetitions. */
export function readHandled(paths: readonly string[], kind: HandledKind): string[] {
  return paths.flatMap((path) => {
    const lines = readFileSync(path, { encoding: 'utf8', flag: 'a+' }).split('\n');
    return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  });
}
