import http from 'node:http';
import Eris from 'eris';
import { versionOf } from './version.mjs';

export const version = versionOf('eris');

export async function start(config, user, onCreated) {
  if (config.compression === 'payload' || config.compression === 'zstd-stream') user.notOffered(config.compression);
  if (config.sessionFolder !== undefined) user.notOffered('sessions kept between processes');
  const url = new URL(config.api);
  const client = new Eris(`Bot ${config.token}`, {
    intents: config.intents,
    // It speaks https only: this agent makes it plain TCP.
    rest: {
      domain: url.hostname,
      baseURL: '/api/v10',
      agent: Object.assign(new http.Agent(), { protocol: 'https:', defaultPort: Number(url.port) }),
    },
    compress: config.compression === 'zlib-stream',
    ...(config.shards !== undefined
      ? {
          maxShards: config.shards.total,
          firstShardID: Math.min(...config.shards.ids),
          lastShardID: Math.max(...config.shards.ids),
        }
      : { maxShards: 'auto' }),
    ...(config.largeThreshold !== undefined && { largeThreshold: config.largeThreshold }),
  });
  // It compresses only with a native addon, and falls back in silence.
  if (config.compression === 'zlib-stream' && client.options.compress === false)
    user.notOffered('zlib-stream without an addon');
  if (config.presence !== undefined) client.presence = { ...client.presence, ...config.presence };
  client.on('rawWS', (packet, shardId) => {
    if (packet.op !== 0) return;
    user.dispatch(shardId, packet.t, packet.d);
    if (packet.t === 'READY' || packet.t === 'RESUMED') user.ready(shardId);
  });
  if (config.listenErrors !== false) client.on('error', (error, shardId) => user.error(error, shardId));
  onCreated({
    send: (shardId, payload) => client.shards.get(shardId).sendWS(payload.op, payload.d),
    close: () => client.disconnect({ reconnect: false }),
    members: async (guildId, options) => (await client.guilds.get(guildId).fetchMembers(options)).length,
  });
  await client.connect();
}
