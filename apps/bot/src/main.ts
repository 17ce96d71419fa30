/** The sample bot: one program, its role chosen by argument or environment. */
import { parseConfig } from './config.ts';
import { endWithParent, fail } from './process.ts';

const run = async () => {
  const config = parseConfig(process.argv.slice(2), process.env);
  endWithParent();
  switch (config.role) {
    case 'all':
      return (await import('./roles/all.ts')).runAll(config);
    case 'shard':
      return (await import('./roles/shard.ts')).runShard(config);
    case 'manager':
      return (await import('./roles/manager.ts')).runManager();
    case 'dev':
      return (await import('./dev/dev.ts')).runDev(config);
  }
};

run().catch(fail);
