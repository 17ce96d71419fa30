import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REST } from '@discordjs/rest';
import { CompressionMethod, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { versionOf } from './version.mjs';

export const version = versionOf('@discordjs/ws');

export async function start(config, user, onCreated) {
  if (config.compression === 'zstd-stream') user.notOffered('zstd-stream');
  const rest = new REST({ api: config.api }).setToken(config.token);
  const sessions = config.sessionFolder === undefined ? {} : fileSessions(config.sessionFolder);
  const manager = new WebSocketManager({
    token: config.token,
    intents: config.intents,
    rest,
    shardCount: config.shards?.total ?? null,
    shardIds: config.shards?.ids ?? null,
    compression: config.compression === 'zlib-stream' ? CompressionMethod.ZlibNative : null,
    useIdentifyCompression: config.compression === 'payload',
    ...(config.presence !== undefined && { initialPresence: config.presence }),
    ...(config.largeThreshold !== undefined && { largeThreshold: config.largeThreshold }),
    ...sessions,
  });
  manager.on(WebSocketShardEvents.Dispatch, (payload, shardId) => user.dispatch(shardId, payload.t, payload.d));
  manager.on(WebSocketShardEvents.Ready, (_data, shardId) => user.ready(shardId));
  manager.on(WebSocketShardEvents.Resumed, (shardId) => user.ready(shardId));
  if (config.listenErrors !== false) {
    manager.on(WebSocketShardEvents.Error, (error, shardId) => user.error(error, shardId));
    manager.on(WebSocketShardEvents.SocketError, () => {});
  }
  onCreated({
    send: (shardId, payload) => manager.send(shardId, payload),
    close: () => manager.destroy(),
  });
  await manager.connect();
}

function fileSessions(folder) {
  mkdirSync(folder, { recursive: true });
  const file = (id) => join(folder, `${id}.json`);
  return {
    retrieveSessionInfo: (id) => (existsSync(file(id)) ? JSON.parse(readFileSync(file(id), 'utf8')) : null),
    updateSessionInfo: (id, info) => writeFileSync(file(id), JSON.stringify(info)),
  };
}
