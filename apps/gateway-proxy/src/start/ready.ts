/** READY of a client's session, from Discord's own. Pure. */
import type { ReadyBase } from './shard-state.ts';

/** What belongs to one session. */
export interface ReadyOptions {
  readonly sessionId: string;
  readonly resumeUrl: string;
  readonly shardId: number;
  readonly totalShards: number;
  readonly guildIds: readonly string[];
}

/** `d` of READY as JSON. Guilds are unavailable until their GUILD_CREATE, as Discord has it. */
export function readyData(base: ReadyBase, options: ReadyOptions): string {
  return JSON.stringify({
    ...base,
    session_id: options.sessionId,
    resume_gateway_url: options.resumeUrl,
    shard: [options.shardId, options.totalShards],
    guilds: options.guildIds.map((id) => ({ id, unavailable: true })),
  });
}
