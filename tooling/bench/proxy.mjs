/**
 * Benchmark of the gateway proxy: CPU per event and per consumer beside what parsing it costs, events per second, delay added to a
 * direct connection, memory with many shards.
 *
 *     node proxy.mjs [--events 60000] [--rounds 3] [--shards 100] [--only cpu,latency,memory]
 *
 * Discord, the proxy and the consumers are processes of their own; CPU time is that of the proxy's process alone. Prints a
 * table and writes RESULTS-proxy.md.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nextEvent } from './gateway-events.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '3' },
    shards: { type: 'string', default: '100' },
    only: { type: 'string', default: 'cpu,latency,memory' },
    'no-write': { type: 'boolean', default: false },
  },
});
const events = Number(values.events);
const rounds = Number(values.rounds);
const parts = values.only.split(',');
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const lines = [];
const say = (line) => {
  console.log(line);
  lines.push(line);
};

function run(file, args) {
  const child = fork(path(file), args.map(String), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const queue = [];
  const waiting = [];
  child.on('message', (message) => (waiting.length > 0 ? waiting.shift()(message) : queue.push(message)));
  const next = () =>
    queue.length > 0 ? Promise.resolve(queue.shift()) : new Promise((resolve) => waiting.push(resolve));
  return {
    next,
    ask(message) {
      child.send(message);
      return next();
    },
    send: (message) => child.send(message),
    end() {
      child.disconnect();
      return new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

async function withProxy(shards, guilds, work, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'tinfoil-proxy-bench-'));
  const upstream = run('./proxy-upstream.mjs', [shards, 4_000, guilds]);
  const { port } = await upstream.next();
  const proxy = run('./proxy-program.mjs', [port, shards, folder, ...more]);
  const { url } = await proxy.next();
  try {
    return await work({ upstream, proxy, url, port });
  } finally {
    await proxy.end();
    await upstream.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function started(url, shards, perShard, query = '') {
  const consumer = run('./proxy-consumer.mjs', [url, shards, perShard, query]);
  const message = await consumer.next();
  if (message.failed !== undefined) throw new Error(message.failed);
  return consumer;
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const percentile = (list, share) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

/** CPU of reading the same events with JSON.parse, in µs each. */
function parseCost() {
  const corpus = Array.from({ length: 4_000 }, nextEvent).map(({ type, data }, index) =>
    Buffer.from(`{"t":"${type}","s":${index},"op":0,"d":${data}}`),
  );
  const bytes = corpus.reduce((sum, { length }) => sum + length, 0) / corpus.length;
  const once = () => {
    const before = process.cpuUsage();
    for (let index = 0; index < 40_000; index++) JSON.parse(corpus[index % corpus.length].toString());
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 40_000;
  };
  once();
  return { us: median([once(), once(), once()]), bytes };
}

if (parts.includes('cpu')) {
  const parse = parseCost();
  say(
    `Events of ${Math.round(parse.bytes)} bytes on average; JSON.parse of one takes ${parse.us.toFixed(1)} µs of CPU.\n`,
  );
  say('| consumers | proxy CPU µs/event | µs per forwarded event | × JSON.parse | events/s per consumer |');
  say('| --- | --- | --- | --- | --- |');
  const base = [];
  for (const [label, consumers, compress] of [
    ['none', 0, ''],
    ['1', 1, ''],
    ['3', 3, ''],
    ['10', 10, ''],
    ['3, zlib-stream', 3, 'zlib-stream'],
  ]) {
    const costs = [];
    const rates = [];
    await withProxy(1, 5, async ({ upstream, proxy, url }) => {
      // The first consumer waits for the end where there is none to measure.
      const query = consumers === 0 ? '&events=BENCH_END' : compress && `&compress=${compress}`;
      const watcher = await started(url, 1, Math.max(1, consumers), query);
      for (let round = 0; round <= rounds; round++) {
        const before = await proxy.ask('usage');
        const from = performance.now();
        upstream.send({ burst: events });
        const done = await watcher.next();
        if (done.failed !== undefined) throw new Error(done.failed);
        const seconds = (performance.now() - from) / 1000;
        const after = await proxy.ask('usage');
        // The first round warms up.
        if (round === 0) continue;
        costs.push((after.cpuUs - before.cpuUs) / events);
        rates.push(events / seconds);
      }
      await watcher.end();
    });
    const cost = median(costs);
    if (consumers === 0) base.push(cost);
    const each = consumers === 0 ? Number.NaN : (cost - base[0]) / consumers;
    const total = consumers === 0 ? Number.NaN : cost / consumers;
    say(
      consumers === 0
        ? `| ${label} | ${cost.toFixed(1)} | - | ${(cost / parse.us).toFixed(2)} (receiving, buffering) | ${Math.round(median(rates))} |`
        : `| ${label} | ${cost.toFixed(1)} | ${each.toFixed(1)} more each, ${total.toFixed(1)} in all | ${(each / parse.us).toFixed(2)}, ${(total / parse.us).toFixed(2)} in all | ${Math.round(median(rates))} |`,
    );
  }
  say('');
}

if (parts.includes('latency')) {
  say('| 500 messages/s, median of the rounds | p50 ms | p99 ms | p99 of the best round |');
  say('| --- | --- | --- | --- |');
  await withProxy(1, 5, async ({ upstream, url, port }) => {
    const relay = run('./proxy-relay.mjs', [port]);
    const { port: relayPort } = await relay.next();
    const targets = [
      ['direct', `ws://127.0.0.1:${port}`],
      ['through a process that copies bytes', `ws://127.0.0.1:${relayPort}`],
      ['through the proxy', url],
    ];
    const found = new Map(targets.map(([label]) => [label, { p50: [], p99: [] }]));
    for (let round = 0; round < rounds; round++)
      for (const [label, target] of targets) {
        const watcher = await started(target, 1, 1);
        upstream.send({ paced: 1_500, perSecond: 500 });
        const { delays, failed } = await watcher.next();
        if (failed !== undefined) throw new Error(failed);
        // The first second warms up.
        const warm = delays.slice(500);
        found.get(label).p50.push(percentile(warm, 0.5));
        found.get(label).p99.push(percentile(warm, 0.99));
        await watcher.end();
      }
    for (const [label, { p50, p99 }] of found)
      say(`| ${label} | ${median(p50).toFixed(3)} | ${median(p99).toFixed(3)} | ${Math.min(...p99).toFixed(3)} |`);
    await relay.end();
  });
  say('');
}

if (parts.includes('memory')) {
  const shards = Number(values.shards);
  await withProxy(
    shards,
    5,
    async ({ upstream, proxy, url }) => {
      const idle = await proxy.ask('usage');
      const watcher = await started(url, shards, 3);
      const connected = await proxy.ask('usage');
      say(
        `${shards} shards: ${idle.rssMb.toFixed(0)} MB; with 3 consumers each: ${connected.rssMb.toFixed(0)} MB; after each ${Math.round(events / 20)} events per shard:`,
      );
      const memory = [];
      for (let round = 0; round < 8; round++) {
        upstream.send({ burst: Math.round(events / 20) });
        const done = await watcher.next();
        if (done.failed !== undefined) throw new Error(done.failed);
        memory.push((await proxy.ask('usage')).rssMb.toFixed(0));
      }
      say(`${memory.join(', ')} MB (replay buffers of 1 MiB per shard, full from the first round on)`);
      await watcher.end();
    },
    [2 ** 20],
  );
}

if (!values['no-write']) writeFileSync(path('./RESULTS-proxy.md'), `# Gateway proxy\n\n${lines.join('\n')}\n`);
