/** Names that fragments of the pages use without showing where they come from. Whole programs declare their own. */
import type { Cluster } from '@tinfoil/cluster';
import type { Gateway } from '@tinfoil/gateway';
import type { Interactions } from '@tinfoil/interactions';
import type { Rest } from '@tinfoil/rest';
import type { Simulator } from '@tinfoil/testing';
import type { Client } from 'tinfoil';

declare global {
  const bot: Client;
  const rest: Rest;
  const gateway: Gateway;
  const interactions: Interactions;
  const cluster: Cluster<{ stats: () => number }>;
  const discord: Simulator;
  const guild: ReturnType<Simulator['createGuild']>;
  const signal: AbortSignal;
  const sink: { write(bytes: Uint8Array): void };
  const token: string;
  const publicKey: string;
  const intents: readonly ['Guilds'];
  const id: string;
  const guildId: string;
  const channelId: string;
  const userId: string;
  const roleId: string;
  const guild_id: string;
  const channel_id: string;
  const shardId: number;
  const op: 3;
  const d: { since: null; activities: []; status: 'online'; afk: false };
}
