/**
 * Record of what this process has handled: a file with one line per message or interaction, written before the handler returns.
 * It survives `kill -9`, so that the `dev` role can prove at its end that nothing was lost.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

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

/** Reads a record that another process is writing. */
export interface HandledReader {
  /** Hands over the whole lines that came since the last call. */
  read(each: (kind: HandledKind, id: string) => void): void;
  close(): void;
}

/** Opens a record for reading; it is created when the other process has not yet. */
export function openHandledReader(path: string): HandledReader {
  const file = openSync(path, 'a+');
  const chunk = Buffer.alloc(64 * 1024);
  let offset = 0;
  let rest = '';
  return {
    read(each) {
      for (;;) {
        const length = readSync(file, chunk, 0, chunk.length, offset);
        if (length === 0) return;
        offset += length;
        const lines = (rest + chunk.toString('latin1', 0, length)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const [kind, id] = line.split(' ');
          if ((kind === 'message' || kind === 'interaction') && id !== undefined) each(kind, id);
        }
      }
    },
    close: () => closeSync(file),
  };
}
