/**
 * The bot: three slash commands and a counter of messages. It is the same in every role; what differs is whether there is a
 * cluster to ask.
 */
import { Client, type ClientOptions, type ClusterEnvOptions } from 'tinfoil';
import type { Config } from './config.ts';
import type { HandledLedger } from './handled.ts';

/** What each process counts of its own. */
export interface Counters {
  messages: number;
}

/** Options of {@link createBot}. */
export interface BotOptions {
  readonly config: Config;
  readonly handled: HandledLedger;
  /** Makes the bot a pod. */
  readonly cluster?: ClusterEnvOptions | undefined;
  readonly gateway?: ClientOptions['gateway'];
}

/** Client with the bot's commands and listeners on it; nothing is connected yet. */
/** What pods may call of each other. */
type BotHandlers = { where: () => { pod: string } };

export function createBot({ config, handled, cluster, gateway }: BotOptions): Client<BotHandlers> {
  const counters: Counters = { messages: 0 };
  const bot = new Client<BotHandlers>(config.token, {
    intents: ['Guilds', 'GuildMessages'],
    rest: { baseUrl: config.apiUrl },
    gateway,
    interactions: { publicKey: config.publicKey },
    cluster: cluster && {
      ...cluster,
      handlers: { where: () => ({ pod: cluster.pod ?? 'this one' }) },
      state: { messages: { reduce: 'sum', read: () => counters.messages } },
    },
  });

  bot.on('MESSAGE_CREATE', ({ id }) => {
    counters.messages += 1;
    handled.append('message', id);
  });

  bot.interactions
    .command({ name: 'ping', description: 'Answers pong' }, (i) => {
      handled.append('interaction', i.id);
      return i.reply({ content: 'pong' });
    })
    .command({ name: 'stats', description: 'Guilds, users and messages of the whole bot' }, async (i) => {
      handled.append('interaction', i.id);
      await i.reply({ content: await describeStats(bot, counters) });
    })
    .command({ name: 'where', description: 'Which shard owns this server' }, async (i) => {
      handled.append('interaction', i.id);
      await i.reply({ content: await describeOwner(bot, i.guildId) });
    });
  return bot;
}

/** Totals: of the cluster from its manager, or of this process where it is alone. */
async function describeStats(bot: Client<BotHandlers>, counters: Counters): Promise<string> {
  if (bot.cluster === undefined) {
    const guilds = bot.gateway.shards.reduce((sum, shard) => sum + shard.guilds, 0);
    return `${guilds} guilds, ${counters.messages} messages, one process`;
  }
  const { guilds, users, missing, user } = await bot.cluster.globalState();
  const coverage = missing.length === 0 ? 'every pod answered' : `without ${missing.join(', ')}`;
  return `${guilds.value} guilds, ${users.value} users, ${user.messages?.value ?? 0} messages (${coverage})`;
}

/** The shard that owns a guild, as that shard's own pod says it. */
async function describeOwner(bot: Client<BotHandlers>, guildId: string | undefined): Promise<string> {
  if (guildId === undefined) return 'Direct messages belong to shard 0.';
  if (bot.cluster === undefined) return `All shards are in this process, of ${bot.gateway.totalShards}.`;
  const shardId = bot.cluster.shardIdOf(guildId);
  const { pod } = await bot.cluster.rpc.guild(guildId).call('where', undefined);
  return `Shard ${shardId}, in pod ${pod}.`;
}
