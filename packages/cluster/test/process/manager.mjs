/** A manager as a real process, from the built package. Ends when its parent is gone. */
import { ClusterManager, managerEnv } from '@tinfoil/cluster';

const options = JSON.parse(process.env.TEST_OPTIONS ?? '{}');
process.on('disconnect', () => process.exit());
const manager = new ClusterManager({ ...managerEnv(process.env), timing: options.timing });
await manager.start();
process.send({ listening: true });
process.on('SIGTERM', async () => {
  await manager.close();
  process.exit(0);
});
