/**
 * One client of the gateway benchmark, a process of its own: `node gateway-client.mjs <name> <compression> <port>`.
 * Reports over IPC the CPU and wall time from `{ begin }` to the last event of a slice.
 */
import http from 'node:http';
import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';

const [, , name, compression, port] = process.argv;
const api = `http://127.0.0.1:${port}/api`;
const token = 'MTE0MzI3NzYxNzIzNDIzMTMyNw.Gbench.benchbenchbenchbenchbenchbenchbench';
const intents = 53_608_447;
const require = createRequire(import.meta.url);
const versionOf = (dependency) => {
  // Not every package exports its package.json.
  const path = require.resolve(dependency);
  const root = path.slice(0, path.lastIndexOf(`node_modules/${dependency}`) + `node_modules/${dependency}`.length);
  return require(`${root}/package.json`).version;
};

let events = 0;
let begun;
/** Each event that reaches the user. */
function seen(type, data) {
  events++;
  if (type !== 'INTERACTION_CREATE' || data?.id !== '1') return;
  const { user, system } = process.cpuUsage(begun.cpu);
  process.send({
    cpuUs: user + system,
    wallMs: performance.now() - begun.at,
    events: events - begun.events,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
  });
}

/** The bare parts: the ws package, a synchronous inflate, JSON.parse. */
async function limit() {
  const { WebSocket } = await import('ws');
  const { url } = await (await fetch(`${api}/v10/gateway/bot`)).json();
  const query = compression === 'none' ? '' : `&compress=${compression}`;
  const socket = new WebSocket(`${url}/?v=10&encoding=json${query}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const output = Buffer.allocUnsafeSlow(64 * 1024);
  const isZlib = compression === 'zlib-stream';
  const inflate =
    compression === 'none'
      ? undefined
      : isZlib
        ? zlib.createInflate({ chunkSize: 64 })
        : zlib.createZstdDecompress({ chunkSize: 64 });
  const handle = inflate?._handle;
  const state = inflate?._writeState;
  socket.on('message', (bytes) => {
    let text;
    if (inflate === undefined) text = bytes.utf8Slice(0, bytes.length);
    else {
      handle.writeSync(isZlib ? 2 : 0, bytes, 0, bytes.length, output, 0, output.length);
      text = output.utf8Slice(0, output.length - state[0]);
    }
    const payload = JSON.parse(text);
    if (payload.op === 0) seen(payload.t, payload.d);
    else if (payload.op === 10)
      socket.send(
        JSON.stringify({ op: 2, d: { token, intents, properties: { os: 'linux', browser: 'x', device: 'x' } } }),
      );
  });
  return `ws ${versionOf('ws')}`;
}

const tinfoil = (listen) => async () => {
  const { Gateway } = await import('@tinfoil/gateway');
  const gateway = new Gateway({ token, intents, baseUrl: `${api}/v10`, compression });
  gateway.on('error', ({ cause }) => console.error(cause));
  listen(gateway);
  await gateway.connect();
  return versionOf('@tinfoil/gateway');
};

async function discordWs(module, native) {
  const { REST } = require('@discordjs/rest');
  const { WebSocketManager } = module;
  const manager = new WebSocketManager({
    token,
    intents,
    rest: new REST({ api }).setToken(token),
    compression: native ?? null,
  });
  manager.on('error', console.error);
  // Version 1 hands over one object, version 2 arguments.
  manager.on('dispatch', (first) => {
    const payload = first.data ?? first;
    seen(payload.t, payload.d);
  });
  await manager.connect();
}

const clients = {
  limit,
  tinfoil: tinfoil((gateway) => gateway.on('dispatch', ({ type, data }) => seen(type, data))),
  'tinfoil 1%': tinfoil((gateway) => gateway.on('INTERACTION_CREATE', (data) => seen('INTERACTION_CREATE', data))),
  'tinfoil raw 1%': tinfoil((gateway) => {
    gateway.on('raw', ({ bytes }) => bytes.length);
    gateway.on('INTERACTION_CREATE', (data) => seen('INTERACTION_CREATE', data));
  }),
  '@discordjs/ws 2': async () => {
    const module = require('@discordjs/ws');
    await discordWs(module, compression === 'zlib-stream' ? module.CompressionMethod.ZlibNative : null);
    return versionOf('@discordjs/ws');
  },
  '@discordjs/ws 1': async () => {
    const inner = createRequire(require.resolve('discord.js'));
    await discordWs(inner('@discordjs/ws'));
    return inner('@discordjs/ws').version;
  },
  'discord.js': async () => {
    const { Client } = require('discord.js');
    const client = new Client({ intents, rest: { api }, ws: {} });
    client.on('error', console.error);
    client.on('raw', (packet) => packet.op === 0 && seen(packet.t, packet.d));
    await client.login(token);
    return versionOf('discord.js');
  },
  '@discordeno/gateway': async () => {
    const { createGatewayManager } = await import('@discordeno/gateway');
    const quiet = { debug() {}, info() {}, warn() {}, error: console.error, fatal: console.error };
    const manager = createGatewayManager({
      token,
      intents,
      logger: quiet,
      preferSnakeCase: true,
      url: `ws://127.0.0.1:${port}`,
      resharding: { enabled: false },
      connection: {
        url: `ws://127.0.0.1:${port}`,
        shards: 1,
        sessionStartLimit: { maxConcurrency: 1, remaining: 1000, total: 1000, resetAfter: 1e6 },
      },
      transportCompression: compression === 'none' ? null : compression,
      events: { message: (_shard, payload) => payload.op === 0 && seen(payload.t, payload.d) },
    });
    await manager.spawnShards();
    return require(require.resolve('@discordeno/gateway').replace(/dist.*/, 'package.json')).version;
  },
  'oceanic.js': async () => {
    const { Client } = require('oceanic.js');
    const client = new Client({
      auth: `Bot ${token}`,
      rest: { baseURL: `${api}/v10` },
      gateway: { intents, ...(compression !== 'none' && { compress: compression }) },
    });
    client.on('error', (error) => void error);
    client.on('packet', (packet) => packet.op === 0 && seen(packet.t, packet.d));
    await client.connect();
    return versionOf('oceanic.js');
  },
  eris: async () => {
    const Eris = require('eris');
    const agent = Object.assign(new http.Agent(), { protocol: 'https:', defaultPort: Number(port) });
    const client = new Eris(`Bot ${token}`, { intents, rest: { domain: '127.0.0.1', baseURL: '/api/v10', agent } });
    client.on('error', () => {});
    client.on('rawWS', (packet) => packet.op === 0 && seen(packet.t, packet.d));
    await client.connect();
    return versionOf('eris');
  },
};

process.on('message', (message) => {
  if (message.begin) begun = { cpu: process.cpuUsage(), at: performance.now(), events };
  if (message.rss) {
    globalThis.gc?.();
    process.send({
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      maxRssMb: process.resourceUsage().maxRSS / 1024,
    });
  }
});
process.on('disconnect', () => process.exit());
begun = { cpu: process.cpuUsage(), at: performance.now(), events: 0 };
clients[name]().then(
  (version) => process.send({ started: true, version }),
  (error) => process.send({ failed: String(error?.message ?? error) }),
);
