/** What the program does as a process: one line for a fatal mistake, an orderly end on signals. */
import { ConfigError } from './config.ts';

/** One line that says what went wrong. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken by another program; choose a free one (see the README)`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} may not be opened by this user; choose one above 1023`;
  return error.message.split('\n')[0] ?? error.name;
}

/** Ends the process with one line on standard error. */
export function fail(error: unknown): never {
  console.error(`tinfoil-gateway-proxy: ${describeError(error)}`);
  const isExpected =
    error instanceof ConfigError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    (error instanceof Error && 'code' in error);
  if (!isExpected && error instanceof Error) console.error(error.stack);
  process.exit(1);
}

/** Runs `stop` once on SIGTERM or SIGINT, then ends the process. A second signal ends it at once. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
