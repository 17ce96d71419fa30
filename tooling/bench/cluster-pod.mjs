/**
 * One called process of the cluster benchmark, in the guise its first argument names. Ends with its parent.
 */
import { createServer } from 'node:http';
import { isMainThread } from 'node:worker_threads';

const [guise, ...rest] = process.argv.slice(2);
const answer = () => ({ guilds: 1000, users: 250_113, ready: true });

if (process.send !== undefined && isMainThread) {
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => {
    if (message === 'bench:cpu') process.send({ bench: 'cpu', ...process.cpuUsage(), rss: process.memoryUsage().rss });
  });
}

if (guise === 'tinfoil') {
  const { Cluster } = await import('@tinfoil/cluster');
  const [ordinal, urls, secret] = rest;
  const free = { host: '127.0.0.1', port: 0 };
  const list = urls.split(',');
  const cluster = new Cluster({
    totalShards: list.length,
    ordinal: Number(ordinal),
    peers: { urls: list },
    keys: { keys: [{ id: '1', secret }] },
    listen: { internal: { host: '127.0.0.1', port: Number(new URL(list[Number(ordinal)]).port) }, ops: free },
    handlers: {
      stats: answer,
      slow: () => new Promise((resolve) => setTimeout(resolve, 5_000, 'late')),
    },
  });
  await cluster.start();
  process.send({ bench: 'ready' });
} else if (guise === 'bare') {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      const body = JSON.stringify({ ok: true, value: answer() });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
  server.listen(Number(rest[0]), '127.0.0.1', () => process.send({ bench: 'ready' }));
} else if (guise === 'discordjs') {
  const { ShardClientUtil } = await import('discord.js');
  const client = {
    options: {},
    emit: () => true,
    on: () => client,
    _eval(code) {
      // biome-ignore lint/security/noGlobalEval: what the client of the peer does is what is measured.
      return eval(code);
    },
    stats: answer,
  };
  client.shard = ShardClientUtil.singleton(client, 'process');
  process.send({ _ready: true });
} else {
  const { ClusterClient } = await import('discord-hybrid-sharding');
  const client = {
    options: {},
    emit: () => true,
    on: () => client,
    _eval(code) {
      // biome-ignore lint/security/noGlobalEval: what the client of the peer does is what is measured.
      return eval(code);
    },
    stats: answer,
  };
  client.cluster = new ClusterClient(client);
  client.cluster.triggerReady();
}
