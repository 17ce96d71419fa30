/**
 * The program `tinfoil-manager`: a manager from the environment, until SIGTERM or SIGINT. One line and exit code 1 for bad
 * configuration. As a program it may touch the process; nothing else in this package does.
 */

import { TinfoilError } from '@tinfoil/types';
import { managerEnv } from './env.ts';
import { ClusterManager } from './manager.ts';

async function main(): Promise<void> {
  const manager = new ClusterManager({
    ...managerEnv(process.env),
    onError: (cause, what) =>
      console.error(`manager: ${what}: ${cause instanceof Error ? cause.message : String(cause)}`),
  });
  await manager.start();
  console.log(`manager: internal ${manager.addresses?.internal.url}, status page ${manager.addresses?.ops.url}/`);
  const stop = () => void manager.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((cause: unknown) => {
  const expected = cause instanceof TypeError || cause instanceof RangeError || cause instanceof TinfoilError;
  console.error(expected ? `tinfoil-manager: ${cause.message}` : cause);
  process.exitCode = 1;
});
