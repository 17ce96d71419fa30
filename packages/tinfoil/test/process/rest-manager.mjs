/** A manager as a real process, from the built package. Ends when its parent is gone. */
import { ClusterManager, managerEnv } from '@tinfoil/cluster';

process.on('disconnect', () => process.exit());
const manager = new ClusterManager(managerEnv(process.env));
await manager.start();
process.send({ listening: true });
