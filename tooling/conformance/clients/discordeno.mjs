import { createGatewayManager } from '@discordeno/gateway';
import { createRestManager } from '@discordeno/rest';
import { versionOf } from './version.mjs';

export const version = versionOf('@discordeno/gateway');

const quiet = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

export async function start(config, user, onCreated) {
  if (config.sessionFolder !== undefined) user.notOffered('sessions kept between processes');
  const rest = createRestManager({
    token: config.token,
    proxy: { baseUrl: `${config.api}`, authorization: `Bot ${config.token}` },
  });
  const connection = await rest.getGatewayBot();
  const gateway = createGatewayManager({
    token: config.token,
    intents: config.intents,
    connection,
    logger: quiet,
    preferSnakeCase: true,
    ...(config.shards !== undefined && {
      totalShards: config.shards.total,
      firstShardId: Math.min(...config.shards.ids),
      lastShardId: Math.max(...config.shards.ids),
    }),
    transportCompression: config.compression?.endsWith('-stream') ? config.compression : null,
    compress: config.compression === 'payload',
    resharding: { enabled: false },
    cache: { requestMembers: { enabled: true } },
    ...(config.presence !== undefined && { makePresence: async () => config.presence }),
    events: {
      message(shard, payload) {
        if (payload.op !== 0) return;
        user.dispatch(shard.id, payload.t, payload.d);
        if (payload.t === 'READY' || payload.t === 'RESUMED') user.ready(shard.id);
        // What its bot package does to complete the requests of the gateway package.
        if (payload.t === 'GUILD_MEMBERS_CHUNK') collect(gateway, payload.d);
      },
    },
  });
  onCreated({
    send: (shardId, payload) => gateway.sendPayload(shardId, payload),
    close: () => gateway.shutdown(1000, 'closing'),
    members: async (guildId, options) =>
      (await gateway.requestMembers(guildId, { limit: 0, query: '', ...options })).length,
    shardOf: (guildId, total) => {
      gateway.totalShards = total;
      return gateway.calculateShardId?.(guildId, total) ?? user.notOffered('shard of a guild');
    },
  });
  if (config.largeThreshold !== undefined) user.notOffered('large_threshold');
  await gateway.spawnShards();
}

function collect(gateway, chunk) {
  const pending = gateway.cache.requestMembers.pending.get(chunk.nonce);
  if (pending === undefined) return;
  pending.members.push(...chunk.members);
  if (chunk.chunk_index + 1 >= chunk.chunk_count) {
    gateway.cache.requestMembers.pending.delete(chunk.nonce);
    pending.resolve(pending.members);
  }
}
