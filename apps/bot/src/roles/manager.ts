/** Role `manager`: the cluster manager, the same as the `tinfoil-manager` program. */
import { ClusterManager, managerEnv } from 'tinfoil';
import { describeError, onStop } from '../process.ts';

export async function runManager(): Promise<void> {
  const manager = new ClusterManager({
    ...managerEnv(process.env),
    onError: (cause, what) => console.error(`error: ${what}: ${describeError(cause)}`),
  });
  onStop(() => manager.close());
  await manager.start();
  console.log(`manager listens, status page at ${manager.addresses?.ops.url}/`);
}
