/**
 * Calls between processes: a broadcast to eight and calls to one of them, one at a time and sixteen in flight.
 *
 * `bare` is one keep-alive undici POST per call, without authentication or streaming; every other system is stated against it. Each system gets its
 * own arguments with every call, since discord.js joins equal evals. Rounds alternate, so that load on the machine meets all alike.
 * Before, every process is called by itself until its code is compiled: sharing POSTs, one system's would see a tenth of another's requests.
 *
 * Run: node tooling/bench/cluster.mjs [--seconds 2] [--rounds 5] [--warm 8000] [--only tinfoil,bare]
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster } from '@tinfoil/cluster';
import { Pool } from 'undici';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    warm: { type: 'string', default: '8000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'bare,tinfoil,discordjs,hybrid' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);
const podFile = fileURLToPath(new URL('cluster-pod.mjs', import.meta.url));
const pods = 8;
const secret = 'a secret of the benchmark, at least 32 long';
const children = [];

const makers = { bare: startBare, tinfoil: startTinfoil, discordjs: startDiscordJs, hybrid: startHybrid };
const systems = {};
for (const name of flags.only.split(',')) systems[name] = await makers[name]();

const cases = [
  ['broadcast', 1],
  ['broadcast', 16],
  ['call', 1],
  ['call', 16],
];
const results = {};
for (const system of Object.values(systems)) {
  for (let pod = 0; pod < pods; pod++) await run((n) => system.each(pod, n), 1, 30, Number(flags.warm));
  await run(system.broadcast, 16, 1);
}
for (const [kind, flight] of cases) {
  for (const system of Object.values(systems)) if (system[kind]) await run(system[kind], flight, 0.5);
  for (let round = 0; round < rounds; round++)
    for (const [name, system] of Object.entries(systems)) {
      if (!system[kind]) continue;
      const before = await cpu(system.children());
      const measured = await run(system[kind], flight, seconds);
      const after = await cpu(system.children());
      results[`${kind}/${flight}`] ??= {};
      const ofCase = results[`${kind}/${flight}`];
      ofCase[name] ??= [];
      ofCase[name].push({ ...measured, cpuUs: (after.us - before.us) / measured.count, rss: after.rss });
    }
}
report();
for (const system of Object.values(systems)) await system.close();
for (const child of children) child.kill();

/** Calls `work` with `flight` at a time, for so long or so often. */
async function run(work, flight, forSeconds, calls = Number.POSITIVE_INFINITY) {
  const latencies = [];
  const startedAt = performance.now();
  const endsAt = startedAt + forSeconds * 1000;
  let n = 0;
  await Promise.all(
    Array.from({ length: flight }, async () => {
      while (performance.now() < endsAt && n < calls) {
        const from = performance.now();
        await work(n++);
        latencies.push(performance.now() - from);
      }
    }),
  );
  const perSecond = (latencies.length * 1000) / (performance.now() - startedAt);
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { count: latencies.length, perSecond, p50: at(0.5), p99: at(0.99) };
}

function report() {
  const table = [];
  for (const [name, systemsOf] of Object.entries(results)) {
    const bare = systemsOf.bare?.map(({ perSecond }) => perSecond);
    for (const [system, list] of Object.entries(systemsOf)) {
      const ratios = list.map(({ perSecond }, round) => (bare ? perSecond / bare[round] : Number.NaN));
      table.push({
        case: name,
        system,
        'calls/s': Math.round(median(list.map((one) => one.perSecond))),
        '× bare': Number(median(ratios).toFixed(2)),
        'CPU µs/call': Math.round(median(list.map((one) => one.cpuUs))),
        'p50 ms': Number(median(list.map((one) => one.p50)).toFixed(3)),
        'p99 ms': Number(median(list.map((one) => one.p99)).toFixed(2)),
        'RSS/child MB': Math.round(median(list.map((one) => one.rss)) / 1e6),
      });
    }
  }
  if (flags.json) console.log(JSON.stringify(table));
  else console.table(table);
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}

/** CPU of this process and the children, in microseconds, and the children's mean resident set. */
async function cpu(processes) {
  const own = process.cpuUsage();
  const theirs = await Promise.all(
    processes.map(
      (child) =>
        new Promise((resolve) => {
          const listen = (message) => {
            if (message?.bench !== 'cpu') return;
            child.off('message', listen);
            resolve(message);
          };
          child.on('message', listen);
          child.send('bench:cpu');
        }),
    ),
  );
  const us = [own, ...theirs].reduce((sum, { user, system }) => sum + user + system, 0);
  return { us, rss: theirs.reduce((sum, { rss }) => sum + rss, 0) / theirs.length };
}

function start(...args) {
  const child = fork(podFile, args.map(String), { stdio: 'inherit' });
  children.push(child);
  return new Promise((resolve) => child.on('message', (message) => message?.bench === 'ready' && resolve(child)));
}

async function ports(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const found = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

async function startBare() {
  const list = await ports(pods);
  const processes = await Promise.all(list.map((port) => start('bare', port)));
  const pools = list.map((port) => new Pool(`http://127.0.0.1:${port}`, { connections: 64, pipelining: 1 }));
  const post = async (pool, n) => {
    const { body } = await pool.request({
      method: 'POST',
      path: '/rpc',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'stats', args: { n } }),
    });
    return body.json();
  };
  return {
    children: () => processes,
    broadcast: (n) => Promise.all(pools.map((pool) => post(pool, n))),
    call: (n) => post(pools[0], n),
    each: (pod, n) => post(pools[pod], n),
    close: () => Promise.all(pools.map((pool) => pool.destroy())),
  };
}

async function startTinfoil() {
  const list = (await ports(pods + 1)).map((port) => `http://127.0.0.1:${port}`);
  const processes = await Promise.all(
    list.slice(0, pods).map((_, ordinal) => start('tinfoil', ordinal, list.join(','), secret)),
  );
  const free = { host: '127.0.0.1', port: 0 };
  // The caller is a pod itself: a broadcast is to eight others and, without leaving the process, to it.
  const cluster = new Cluster({
    totalShards: list.length,
    ordinal: pods,
    peers: { urls: list },
    keys: { keys: [{ id: '1', secret }] },
    timing: { settleMs: 0 },
    listen: { internal: free, ops: free },
    handlers: { stats: () => ({ guilds: 1000, users: 250_113, ready: true }), slow: () => 'late' },
  });
  await cluster.start();
  return {
    cluster,
    children: () => processes,
    broadcast: async (n) => (await cluster.rpc.broadcast('stats', { n })).valuesOrThrow(),
    call: (n) => cluster.rpc.shard(0).call('stats', { n }),
    each: (pod, n) => cluster.rpc.shard(pod).call('stats', { n }),
    close: () => cluster.drain(),
  };
}

async function startDiscordJs() {
  const { ShardingManager } = await import('discord.js');
  const manager = new ShardingManager(podFile, {
    totalShards: pods,
    shardArgs: ['discordjs'],
    token: undefined,
    respawn: false,
  });
  await manager.spawn({ amount: pods, delay: 0 });
  const processes = [...manager.shards.values()].map((shard) => shard.process);
  children.push(...processes);
  return {
    children: () => processes,
    broadcast: (n) => manager.broadcastEval((client, context) => client.stats(context), { context: { n } }),
    call: (n) => manager.broadcastEval((client, context) => client.stats(context), { context: { n }, shard: 0 }),
    each: (shard, n) => manager.broadcastEval((client, context) => client.stats(context), { context: { n }, shard }),
    close: () => undefined,
  };
}

async function startHybrid() {
  const { ClusterManager } = await import('discord-hybrid-sharding');
  const manager = new ClusterManager(podFile, {
    totalShards: pods,
    shardsPerClusters: 1,
    mode: 'process',
    queue: { auto: true },
    shardArgs: ['hybrid'],
    respawn: false,
    token: 'x',
    spawnOptions: { delay: 0, timeout: -1 },
  });
  await manager.spawn({ delay: 0, timeout: -1 });
  // Spawned is not ready: what is sent before would be lost.
  const clusters = [...manager.clusters.values()];
  while (!clusters.every((cluster) => cluster.ready)) await new Promise((resolve) => setTimeout(resolve, 50));
  const processes = clusters.map((cluster) => cluster.thread.process);
  children.push(...processes);
  return {
    children: () => processes,
    broadcast: (n) => manager.broadcastEval((client, context) => client.stats(context), { context: { n } }),
    call: (n) => manager.broadcastEval((client, context) => client.stats(context), { context: { n }, cluster: 0 }),
    each: (cluster, n) =>
      manager.broadcastEval((client, context) => client.stats(context), { context: { n }, cluster }),
    close: () => undefined,
  };
}
