/**
 * Members who write messages and use slash commands, for the Simulator as a program: a bot under trial has something to do, and
 * the ledger something to judge it by. In tests, call `createMessage` and `interact` instead.
 */
import type { Snowflake } from '@tinfoil/types';
import type { Simulator } from './simulator.ts';

/** How much of it. */
export interface TrafficOptions {
  /** Shards over which the guilds are spread evenly. */
  readonly shards: number;
  readonly guildsPerShard: number;
  readonly messagesPerSecond: number;
  /** Where interactions are posted; without it none are. */
  readonly interactionsUrl?: string | undefined;
  readonly interactionsPerSecond: number;
  /** Names of the slash commands that are used, in turn. */
  readonly commands: readonly string[];
}

interface Place {
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
}

/** Makes the guilds and begins; the function returned stops, after the interactions under way have ended. */
export function startTraffic(discord: Simulator, options: TrafficOptions): () => Promise<void> {
  const places = createPlaces(discord, options);
  const timers: NodeJS.Timeout[] = [];
  const open = new Set<Promise<unknown>>();
  let turn = 0;
  const next = () => places[turn++ % places.length];
  const every = (perSecond: number, act: (place: Place) => void) => {
    if (perSecond <= 0 || places.length === 0) return;
    timers.push(
      setInterval(() => {
        const place = next();
        if (place !== undefined) act(place);
      }, 1000 / perSecond),
    );
  };
  every(options.messagesPerSecond, ({ channelId }) => discord.createMessage(channelId, { content: `message ${turn}` }));
  const { interactionsUrl, commands } = options;
  if (interactionsUrl !== undefined && commands.length > 0)
    every(options.interactionsPerSecond, ({ guildId, channelId }) => {
      const name = commands[turn % commands.length] ?? '';
      // What goes wrong is in the ledger.
      const work: Promise<unknown> = discord
        .interact(interactionsUrl, { guildId, channelId, data: { name } })
        .catch(() => undefined)
        .finally(() => open.delete(work));
      open.add(work);
    });
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(open);
  };
}

function createPlaces(discord: Simulator, { shards, guildsPerShard }: TrafficOptions): Place[] {
  return Array.from({ length: shards * guildsPerShard }, (_, index) => {
    const guild = discord.createGuild({ shardId: index % shards, totalShards: shards, memberCount: 20 + 7 * index });
    return { guildId: guild.id, channelId: guild.channels[0]?.id ?? '' };
  });
}
