/** Role `all`: one process with every shard, interactions by the gateway. For small bots, and for a first try with a token. */
import { createBot } from '../bot.ts';
import type { Config } from '../config.ts';
import { openHandledLedger } from '../handled.ts';
import { describeError, fail, onStop } from '../process.ts';

export async function runAll(config: Config): Promise<void> {
  const handled = openHandledLedger(config.handledFile);
  const bot = createBot({ config, handled });
  bot.on('fatal', ({ error }) => fail(error));
  bot.on('error', ({ cause }) => console.error(`error: ${describeError(cause)}`));
  bot.on('ready', ({ shardId, user, resumed }) =>
    console.log(`shard ${shardId} ${resumed ? 'resumed' : 'ready'} as ${user.username}`),
  );
  const isStopping = onStop(() => bot.close());
  if (config.register) {
    await bot.interactions.register();
    console.log('slash commands registered');
  }
  await bot.connect().catch((error) => {
    if (!isStopping()) throw error;
  });
}
