/**
 * Gateway for benchmarks, a process of its own: `node gateway-server.mjs <none|zlib-stream|zstd-stream> <events per slice> <slices> [guilds]`.
 * Everything it will send is compressed and framed before the first client comes, so that it takes little of the machine.
 * Sends HELLO, READY after IDENTIFY, GUILD_CREATE of the guilds, and over IPC, when told `{ slice }`, one slice of events.
 */
import { createServer } from 'node:http';
import * as zlib from 'node:zlib';
import { WebSocketServer } from 'ws';
import { createGuild, endEvent, guildIdAt, nextEvent } from './gateway-events.mjs';

const [, , compression, eventsText, slicesText, guildsText = '0'] = process.argv;
const eventsPerSlice = Number(eventsText);
const guildCount = Number(guildsText);
const botId = '1143277617234231327';

/** One WebSocket frame of the server: never masked. */
function frame(payload) {
  const length = payload.length;
  const header =
    length < 126
      ? Buffer.from([0, length])
      : length < 65_536
        ? Buffer.from([0, 126, length >> 8, length & 255])
        : Buffer.alloc(10);
  if (length >= 65_536) {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  header[0] = compression === 'none' ? 0x81 : 0x82;
  return Buffer.concat([header, payload]);
}

/** Compresses in order, synchronously: the stream's own pace would make the start of a run take minutes. */
function createEncoder() {
  if (compression === 'none') return (text) => frame(Buffer.from(text));
  const isZlib = compression === 'zlib-stream';
  const stream = isZlib ? zlib.createDeflate() : zlib.createZstdCompress();
  const output = Buffer.alloc(4 * 1024 * 1024);
  return (text) => {
    const input = Buffer.from(text);
    stream._handle.writeSync(
      isZlib ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.ZSTD_e_flush,
      input,
      0,
      input.length,
      output,
      0,
      output.length,
    );
    return frame(output.subarray(0, output.length - stream._writeState[0]));
  };
}

const encode = createEncoder();
let sequence = 0;
let plainBytes = 0;
function dispatch({ type, data }) {
  const text = `{"t":"${type}","s":${++sequence},"op":0,"d":${data}}`;
  plainBytes += Buffer.byteLength(text);
  return encode(text);
}

const guildIds = Array.from({ length: guildCount }, (_, number) => guildIdAt(number));
const user = {
  id: botId,
  username: 'bench',
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: true,
  flags: 0,
  verified: true,
  mfa_enabled: false,
  email: null,
};
const hello = encode('{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":3600000,"_trace":[]}}');
let port;
const server = createServer((request, response) => {
  const path = request.url.replace(/\?.*/, '');
  const body = path.endsWith('/users/@me')
    ? user
    : {
        url: `ws://127.0.0.1:${port}`,
        shards: 1,
        session_start_limit: { total: 1000, remaining: 1000, reset_after: 14_400_000, max_concurrency: 4096 },
      };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
port = server.address().port;
const ready = dispatch({
  type: 'READY',
  data: JSON.stringify({
    v: 10,
    user,
    user_settings: {},
    guilds: guildIds.map((id) => ({ id, unavailable: true })),
    private_channels: [],
    relationships: [],
    presences: [],
    session_id: 'bench',
    session_type: 'normal',
    resume_gateway_url: `ws://127.0.0.1:${port}`,
    shard: [0, 1],
    application: { id: botId, flags: 565_248 },
    _trace: [],
  }),
});
const guilds = guildIds.map((_, number) =>
  dispatch({ type: 'GUILD_CREATE', data: JSON.stringify(createGuild(number)) }),
);
plainBytes = 0;
const slices = Array.from({ length: Number(slicesText) }, () =>
  Array.from({ length: eventsPerSlice }, (_, index) =>
    dispatch(index === eventsPerSlice - 1 ? endEvent() : nextEvent()),
  ),
);

const connected = new Set();
sockets.on('connection', (ws) => {
  const socket = ws._socket;
  connected.add(socket);
  ws.on('close', () => connected.delete(socket));
  ws.on('error', () => {});
  socket.write(hello);
  ws.on('message', (data) => {
    const { op } = JSON.parse(data.toString());
    if (op !== 2) return;
    send(socket, [ready, ...guilds]);
    process.send({ identified: connected.size });
  });
});

/** What is being written to each socket: compressed frames must keep their order. */
const writing = new WeakMap();
function send(socket, frames) {
  writing.set(
    socket,
    Promise.resolve(writing.get(socket)).then(() => write(socket, frames)),
  );
}

/** Writes frames in packets of about 64 KB, at the client's pace. */
async function write(socket, frames) {
  for (let at = 0; at < frames.length; ) {
    const parts = [];
    for (let bytes = 0; at < frames.length && bytes < 65_536; at++) {
      parts.push(frames[at]);
      bytes += frames[at].length;
    }
    if (!socket.write(Buffer.concat(parts))) await new Promise((resolve) => socket.once('drain', resolve));
    if (socket.destroyed) return;
  }
}

process.on('message', ({ slice }) => {
  for (const socket of connected) send(socket, slices[slice]);
});
process.on('disconnect', () => process.exit());
const wireBytes = slices.flat().reduce((sum, part) => sum + part.length, 0);
process.send({
  port,
  meanBytes: Math.round(plainBytes / (eventsPerSlice * slices.length)),
  meanWireBytes: Math.round(wireBytes / (eventsPerSlice * slices.length)),
});
