/**
 * Discord for the proxy's benchmark, a process of its own: `node proxy-upstream.mjs <shards> <events>`. Uncompressed, so that what is
 * measured is the proxy. Over IPC: `{ burst }` sends that many events to every shard as fast as they are taken;
 * `{ paced, perSecond }` sends messages with the time in their nonce.
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { createGuild, guildIdAt, nextEvent } from './gateway-events.mjs';

const [, , shardsText, eventsText, guildsText = '5'] = process.argv;
const shards = Number(shardsText);
const guildCount = Number(guildsText);
const botId = '1143277617234231327';
const corpus = Array.from({ length: Number(eventsText) }, nextEvent);
let port;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      url: `ws://127.0.0.1:${port}`,
      shards,
      session_start_limit: { total: 5000, remaining: 5000, reset_after: 14_400_000, max_concurrency: 4096 },
    }),
  );
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const sessions = new Set();

sockets.on('connection', (ws) => {
  const session = { ws, socket: ws._socket, sequence: 0 };
  ws.on('error', () => {});
  ws.on('close', () => sessions.delete(session));
  ws.send('{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}');
  ws.on('message', (data) => {
    const { op, d } = JSON.parse(data.toString());
    if (op === 1) ws.send('{"t":null,"s":null,"op":11,"d":null}');
    if (op !== 2) return;
    sessions.add(session);
    dispatch(session, 'READY', JSON.stringify(readyOf(d.shard)));
    for (let number = 0; number < guildCount; number++)
      dispatch(session, 'GUILD_CREATE', JSON.stringify(createGuild(number)));
  });
});

function readyOf(shard) {
  return {
    v: 10,
    user: { id: botId, username: 'bench', discriminator: '0', avatar: null, bot: true },
    guilds: Array.from({ length: guildCount }, (_, number) => ({ id: guildIdAt(number), unavailable: true })),
    session_id: `bench-${shard}`,
    resume_gateway_url: `ws://127.0.0.1:${port}`,
    shard,
    application: { id: botId, flags: 0 },
  };
}

function dispatch(session, type, data) {
  session.sequence += 1;
  session.ws.send(`{"t":"${type}","s":${session.sequence},"op":0,"d":${data}}`);
}

async function burst(session, count) {
  for (let index = 0; index < count; ) {
    session.socket.cork();
    for (let batch = 0; batch < 64 && index < count; batch++, index++) {
      const { type, data } = corpus[index % corpus.length];
      dispatch(session, type, data);
    }
    session.socket.uncork();
    if (session.socket.writableLength > 262_144) await new Promise((resolve) => session.socket.once('drain', resolve));
    else await new Promise(setImmediate);
  }
  dispatch(session, 'BENCH_END', '{}');
}

/** A message of about 1 KB with the time at which it was sent. */
function paced(session) {
  const nonce = process.hrtime.bigint();
  const content = 'x'.repeat(600);
  dispatch(
    session,
    'MESSAGE_CREATE',
    `{"nonce":"${nonce}","id":"1","guild_id":"${guildIdAt(0)}","content":"${content}"}`,
  );
}

process.on('message', async (message) => {
  if (message.burst !== undefined) await Promise.all([...sessions].map((session) => burst(session, message.burst)));
  if (message.paced === undefined) return;
  const every = 1000 / message.perSecond;
  const start = performance.now();
  for (let sent = 0; sent < message.paced; ) {
    while (sent < message.paced && performance.now() - start >= sent * every) {
      for (const session of sessions) paced(session);
      sent += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const session of sessions) dispatch(session, 'BENCH_END', '{}');
});
process.on('disconnect', () => process.exit());
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
port = server.address().port;
process.send({ port });
