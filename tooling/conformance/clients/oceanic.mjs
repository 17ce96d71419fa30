import { Client } from 'oceanic.js';
import { versionOf } from './version.mjs';

export const version = versionOf('oceanic.js');

export async function start(config, user, onCreated) {
  if (config.compression === 'payload') user.notOffered('payload compression');
  if (config.sessionFolder !== undefined) user.notOffered('sessions kept between processes');
  const client = new Client({
    auth: `Bot ${config.token}`,
    rest: { baseURL: `${config.api}/v10` },
    gateway: {
      intents: config.intents,
      ...(config.shards !== undefined
        ? { maxShards: config.shards.total, shardIDs: config.shards.ids, concurrency: 'auto' }
        : { maxShards: 'auto', concurrency: 'auto' }),
      ...(config.compression?.endsWith('-stream') && { compress: config.compression }),
      ...(config.presence !== undefined && { presence: config.presence }),
      ...(config.largeThreshold !== undefined && { largeThreshold: config.largeThreshold }),
    },
  });
  client.on('packet', (packet, shardId) => {
    if (packet.op !== 0) return;
    user.dispatch(shardId, packet.t, packet.d);
    if (packet.t === 'READY' || packet.t === 'RESUMED') user.ready(shardId);
  });
  if (config.listenErrors !== false) client.on('error', (error, shardId) => user.error(error, shardId));
  onCreated({
    send: (shardId, payload) => client.shards.get(shardId).send(payload.op, payload.d),
    close: () => client.disconnect(false),
    members: async (guildId, options) => (await client.guilds.get(guildId).fetchMembers(options)).length,
    shardOf: (guildId, total) => {
      client.shards.options.maxShards = total;
      for (let id = 0; id < total; id++) if (!client.shards.has(id)) client.shards.set(id, { id });
      return client.shards._forGuild(guildId)?.id;
    },
  });
  await client.connect();
}
