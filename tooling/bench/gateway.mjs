/**
 * Gateway benchmark: CPU per event of Tinfoil and of its peers, as a ratio to the limit (the ws package, synchronous inflate,
 * JSON.parse) of the same round.
 *
 *     node gateway.mjs [--compression none,zlib-stream,zstd-stream] [--clients limit,tinfoil,…] [--rounds 7] [--events 100000] [--profile folder]
 *
 * Each client is a new process in each round, and rounds interleave the clients, so that noise meets all alike. Writes
 * RESULTS-gateway.md (or merges into it what was run). zstd-stream runs under the Node of TINFOIL_NODE_ZSTD, or this one.
 */
import { fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as zlib from 'node:zlib';

const { values } = parseArgs({
  options: {
    compression: { type: 'string', default: 'none,zlib-stream,zstd-stream' },
    clients: { type: 'string', default: 'limit,tinfoil,tinfoil 1%' },
    rounds: { type: 'string', default: '7' },
    events: { type: 'string', default: '100000' },
    profile: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const rounds = Number(values.rounds);
const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const names = values.clients.split(',');
const stateFile = path('./results-gateway.json');

function run(file, args, execPath) {
  const child = fork(path(file), args, { execPath, execArgv: profile, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = [];
  const queue = [];
  child.on('message', (message) => (waiting.length > 0 ? waiting.shift().resolve(message) : queue.push(message)));
  const gone = new Promise((resolve) => child.on('exit', resolve));
  gone.then(() => {
    for (const { reject } of waiting) reject(new Error('process ended'));
  });
  return {
    child,
    gone,
    next: (withinMs = 60_000) =>
      queue.length > 0
        ? Promise.resolve(queue.shift())
        : new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`nothing within ${withinMs / 1000} s`)), withinMs);
            waiting.push({
              resolve: (message) => {
                clearTimeout(timer);
                resolve(message);
              },
              reject: (error) => {
                clearTimeout(timer);
                reject(error);
              },
            });
          }),
  };
}

async function measure(name, compression, server, port, execPath) {
  const client = run('./gateway-client.mjs', [name, compression, String(port)], execPath);
  try {
    const started = await client.next();
    if (started.failed !== undefined) throw new Error(started.failed);
    const { version } = started;
    await server.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    let result;
    // The first slice warms the client up.
    for (const slice of [0, 1]) {
      client.child.send({ begin: true });
      server.child.send({ slice });
      result = await client.next();
    }
    return { ...result, version };
  } finally {
    // It exits when the channel closes, and then writes its profile, if one was asked for.
    if (client.child.connected) client.child.disconnect();
    await Promise.race([client.gone, new Promise((resolve) => setTimeout(resolve, 2000))]);
    client.child.kill('SIGKILL');
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : { rows: {}, facts: {} };

for (const compression of values.compression.split(',')) {
  const execPath =
    compression === 'zstd-stream' ? (process.env.TINFOIL_NODE_ZSTD ?? process.execPath) : process.execPath;
  if (compression === 'zstd-stream' && execPath === process.execPath && !('createZstdCompress' in zlib)) {
    console.log('zstd-stream: not run, this Node has no zstd and TINFOIL_NODE_ZSTD is not set');
    continue;
  }
  const server = run('./gateway-server.mjs', [compression, values.events, '2', '100'], execPath);
  const { port, meanBytes, meanWireBytes } = await server.next(120_000);
  state.facts[compression] = { meanBytes, meanWireBytes };
  console.log(`${compression}: ${values.events} events a slice, ${meanBytes} bytes each, ${meanWireBytes} on the wire`);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round++) {
      const turn = round % names.length;
      const order = [...names.slice(turn), ...names.slice(0, turn)];
      const results = {};
      for (const name of order)
        try {
          results[name] = await measure(name, compression, server, port, execPath);
        } catch (error) {
          results[name] = { failed: error.message };
        }
      for (const name of names) {
        const { limit, [name]: result } = results;
        if (result.failed !== undefined) samples[name].push(result);
        else samples[name].push({ ...result, ratio: result.cpuUs / limit.cpuUs, speed: limit.wallMs / result.wallMs });
      }
      const line = names.map(
        (name) => `${name} ${samples[name].at(-1).ratio?.toFixed(2) ?? samples[name].at(-1).failed}`,
      );
      console.log(`  round ${round + 1}: ${line.join(' · ')}`);
    }
  } finally {
    server.child.kill('SIGKILL');
  }
  for (const name of names) {
    const good = samples[name].filter(({ ratio }) => ratio !== undefined);
    const row = {
      compression,
      name,
      rounds: good.length,
      events: Number(values.events),
      node: execPath === process.execPath ? process.version : '24',
      failed: samples[name].find(({ failed }) => failed)?.failed,
    };
    if (good.length > 0) {
      const ratios = good.map(({ ratio }) => ratio);
      Object.assign(row, {
        version: good[0].version,
        ratio: median(ratios),
        least: Math.min(...ratios),
        most: Math.max(...ratios),
        speed: median(good.map(({ speed }) => speed)),
        cpuUs: median(good.map(({ cpuUs }) => cpuUs / Number(values.events))),
        eventsPerSecond: Math.round(median(good.map(({ wallMs }) => (Number(values.events) / wallMs) * 1000))),
        rssMb: Math.round(median(good.map(({ rssMb }) => rssMb))),
      });
    }
    state.rows[`${compression}/${name}`] = row;
  }
}

const figure = (value, digits = 2) => (value === undefined ? '' : value.toFixed(digits));
const order = ['none', 'zlib-stream', 'zstd-stream'];
const table = Object.values(state.rows)
  .sort((a, b) => order.indexOf(a.compression) - order.indexOf(b.compression) || (a.ratio ?? 99) - (b.ratio ?? 99))
  .map(
    (row) =>
      `| ${row.compression} | ${row.name} ${row.version ?? ''} | ${row.ratio === undefined ? `fails: ${row.failed}` : `**${figure(row.ratio)}**`} | ${figure(row.least)}–${figure(row.most)} | ${row.rounds} × ${row.events} | ${figure(row.speed)} | ${figure(row.cpuUs, 1)} | ${row.eventsPerSecond ?? ''} | ${row.rssMb ?? ''} |`,
  );
const markdown = [
  '# Gateway: what an event costs',
  '',
  'CPU time per event, as a ratio to the limit of the same round: the `ws` package, a synchronous inflate and `JSON.parse`, nothing else. Medians over rounds, with the least and the most;',
  'each client in a new process per round, rounds interleaved, one slice to warm up and one measured. Ratios can be trusted, absolute figures belong to the machine. `node tooling/bench/gateway.mjs` repeats it.',
  '',
  `Node ${process.version}${process.env.TINFOIL_NODE_ZSTD ? '; zstd-stream on Node 24' : ''}. ${Object.entries(
    state.facts,
  )
    .map(([name, fact]) => `${name}: ${fact.meanBytes} bytes an event, ${fact.meanWireBytes} on the wire`)
    .join('; ')}.`,
  'The bot is in 100 guilds of 50 channels and 50 members, and every event is of one of them, so that clients that keep a cache have something to keep.',
  'Each row was measured against the limit in the same rounds. Not there: seyfert, whose gateway speaks TLS only; zlib-stream of discord.js and eris, which needs a native addon.',
  '`tinfoil` parses everything (a `dispatch` listener); `tinfoil 1%` has a listener for 1 % of the events; `raw` hands out the bytes of all beside it.',
  '',
  '| compression | client | CPU × limit | least–most | rounds × events | events/s × limit | CPU µs/event | events/s | RSS MB |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ...table,
  '',
].join('\n');
console.log(markdown);
if (!values['no-write']) {
  writeFileSync(stateFile, JSON.stringify(state, undefined, 1));
  writeFileSync(path('./RESULTS-gateway.md'), markdown);
}
process.exit();
