/**
 * Child processes of the `dev` role: pods and the manager, started with an IPC channel (they end when it closes) and started
 * again when they die.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Message of a child to its supervisor. */
export interface ChildReport {
  readonly type: 'fatal';
  readonly line: string;
}

/** How to start one. */
export interface ChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly onLine: (line: string) => void;
  readonly onStart: (pid: number) => void;
  /** The child cannot do its work and says why; it is not started again. */
  readonly onFatal: (line: string) => void;
  readonly onDeath: (how: string) => void;
}

/** A child that is kept alive until it is stopped. */
export class SupervisedChild {
  readonly name: string;
  restarts = 0;
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #stopping = false;
  #exited: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Asks the child to end and waits; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child === undefined) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #start(): void {
    const { program, args, env, logFile, name } = this.#options;
    const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        this.#options.onLine(line);
      });
    }
    let fatal: string | undefined;
    child.on('message', (message) => {
      const report = message as ChildReport;
      if (report.type !== 'fatal') return;
      fatal = report.line;
      this.#options.onFatal(`${name}: ${report.line}`);
    });
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        this.#process = undefined;
        log.end();
        resolve();
        if (this.#stopping || fatal !== undefined) return;
        this.#options.onDeath(how);
        this.restarts += 1;
        this.#timer = setTimeout(() => this.#start(), 300);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    this.#process = child;
    if (child.pid !== undefined) this.#options.onStart(child.pid);
  }
}
