/** What the program does as a process: one line for a fatal mistake, an orderly end on signals, an end with its parent. */
import { ConfigError } from './config.ts';

/** Errors of the operating system whose message alone would not help. */
const systemErrors: Readonly<Record<string, (error: NodeJS.ErrnoException & { port?: number }) => string>> = {
  EADDRINUSE: ({ port }) =>
    `port ${port} is taken by another program; choose a free one (see the environment table in the README)`,
  EACCES: ({ port, message }) =>
    port === undefined ? message : `port ${port} may not be opened by this user; choose one above 1023`,
};

/** One line that says what went wrong. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const chain = [error, error.cause].filter((link): link is NodeJS.ErrnoException => link instanceof Error);
  for (const link of chain) {
    const known = link.code === undefined ? undefined : systemErrors[link.code];
    if (known !== undefined) return known(link);
  }
  return error.message.split('\n')[0] ?? error.name;
}

/** True for what the caller can mend by another configuration, and for all that has a line of its own to say. */
export function isExpected(error: unknown): boolean {
  if (error instanceof ConfigError || error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error;
}

/** Ends the process with one line on standard error. */
export function fail(error: unknown): never {
  console.error(`tinfoil-bot: ${describeError(error)}`);
  if (!isExpected(error) && error instanceof Error) console.error(error.stack);
  process.exit(1);
}

/** Tells the supervisor that this process cannot do its work, and why. */
export function reportFatal(line: string): void {
  console.error(`tinfoil-bot: ${line}`);
  process.send?.({ type: 'fatal', line });
}

/**
 * Runs `stop` once on SIGTERM or SIGINT, then ends the process. A second signal ends it at once. The function returned tells
 * whether that has begun: what fails from then on, such as a connect that is under way, must not cut the drain short.
 */
export function onStop(stop: () => Promise<void>): () => boolean {
  let stopping = false;
  const end = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return () => stopping;
}

/** Ends this process soon after its parent: at once where there is an IPC channel, else within a second. */
export function endWithParent(): void {
  if (process.send !== undefined) {
    process.once('disconnect', () => process.exit(1));
    return;
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
