/**
 * Role `shard`: a pod of the cluster. It never ends by itself: a fatal close leaves it up, not ready and loud in its metrics, for a
 * pod that exits is started again and burns identifies.
 */
import { clusterEnv } from 'tinfoil';
import { createBot } from '../bot.ts';
import type { Config } from '../config.ts';
import { openHandledLedger } from '../handled.ts';
import { describeError, onStop, reportFatal } from '../process.ts';

export async function runShard(config: Config): Promise<void> {
  const handled = openHandledLedger(config.handledFile);
  const bot = createBot({ config, handled, cluster: clusterEnv(process.env) });
  bot.on('fatal', ({ error }) => reportFatal(describeError(error)));
  bot.on('error', ({ cause }) => console.error(`error: ${describeError(cause)}`));
  bot.on('ready', ({ shardId, resumed }) => console.log(`shard ${shardId} ${resumed ? 'resumed' : 'ready'}`));
  const isStopping = onStop(async () => {
    await bot.close();
    handled.close();
  });
  await bot.connect().catch((error) => {
    if (!isStopping()) throw error;
  });
}
