/** The built program as a child process whose output can be waited for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A running program. */
export interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** First match in the output, now or later. Rejects when the program ends before. */
  match(pattern: RegExp): Promise<RegExpExecArray>;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts the program with nothing of this process's settings. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let over = false;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      look();
    });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      look();
      resolve(code ?? signal);
    });
  });
  return {
    child,
    ended,
    output: () => output,
    match: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = pattern.exec(output);
          if (found === null && !over) return;
          waiting.delete(check);
          if (found === null) reject(new Error(`ended without ${pattern}:\n${output}`));
          else resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** True while a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
