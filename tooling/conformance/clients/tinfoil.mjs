import { createFileSessionStore, Gateway } from '@tinfoil/gateway';
import { shardIdOf } from '@tinfoil/types';
import { versionOf } from './version.mjs';

export const version = versionOf('@tinfoil/gateway');

export async function start(config, user, onCreated) {
  const gateway = new Gateway({
    token: config.token,
    intents: config.intents,
    baseUrl: `${config.api}/v10`,
    shards: config.shards ?? 'auto',
    compression: config.compression,
    presence: config.presence,
    largeThreshold: config.largeThreshold,
    ...(config.sessionFolder !== undefined && {
      sessionStore: createFileSessionStore({ directory: config.sessionFolder }),
    }),
  });
  gateway.on('dispatch', ({ shardId, type, data }) => user.dispatch(shardId, type, data));
  gateway.on('ready', ({ shardId }) => user.ready(shardId));
  if (config.listenErrors !== false) {
    gateway.on('error', ({ cause, shardId }) => user.error(cause, shardId));
    gateway.on('fatal', ({ error, shardId }) => user.error(error, shardId));
  }
  onCreated({
    send: (shardId, payload) => gateway.send(shardId, payload),
    close: () => gateway.close(),
    closeResumable: () => gateway.close({ resumable: true }),
    members: async (guildId, options) => {
      const members = [];
      for await (const chunk of gateway.requestGuildMembers({ guildId, ...options })) members.push(...chunk.members);
      return members.length;
    },
    shardOf: (guildId, total) => shardIdOf(guildId, total),
  });
  await gateway.connect();
}
