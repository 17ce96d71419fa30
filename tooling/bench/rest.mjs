/**
 * REST beside the peers, in one run: each client in a process of its own, rounds interleaved so that load on the machine meets
 * all alike, medians with their spread. Trust the ratios; absolute figures are of the machine.
 *
 * - `cpu`: cost of a request against a bare `undici.Pool.request` + JSON, with a server that limits nothing.
 * - `latency`: 20 requests of one bucket, and 20 messages to one channel, with 100 ms to the server and 40 remaining.
 * - `limits`: against the Simulator with enforced limits and 50 ms, in multiples of the least time possible; all clients at once,
 *   because all of them wait. `narrow`: messages to one channel, 5 per 2 s. `spread`: messages over 50 channels, 50 per second in
 *   all, the server's second beginning at another phase each round. `wide`: 200 requests to one bucket of 50 per second.
 * - `faults`: what the peers are known to do when a server fails: how often they send, and whether the call settles within 8 s.
 * - `memory`: requests over many channels, heap after forced collections.
 *
 * Build first (`npm run build`). Run: node tooling/bench/rest.mjs [--quick] [--only cpu,latency,limits,faults,memory]
 *   [--clients raw-undici,tinfoil,…] [--rounds 5] [--seconds 1] [--requests 1000000] [--json]
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Simulator } from '@tinfoil/testing';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'cpu,latency,limits,faults,memory' },
    clients: { type: 'string', default: 'raw-undici,tinfoil,discordjs,discordeno,oceanic,eris,seyfert' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    requests: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const quick = flags.quick;
const names = flags.clients.split(',');
const rounds = Number(flags.rounds ?? (quick ? 2 : 5));
const seconds = Number(flags.seconds ?? (quick ? 0.4 : 1));
const memoryRequests = Number(flags.requests ?? (quick ? 100_000 : 1_000_000));
const token = 'Simulated.Bot.Token';
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const results = {};

for (const part of flags.only.split(',')) {
  if (part === 'cpu') results.cpu = await measureCpu();
  else if (part === 'latency') results.latency = await measureLatency();
  else if (part === 'limits') results.limits = await measureLimits();
  else if (part === 'faults') results.faults = await measureFaults();
  else if (part === 'memory') results.memory = await measureMemory();
  else throw new TypeError(`--only takes cpu, latency, limits, faults and memory, got ${part}`);
}
if (flags.json) console.log(JSON.stringify(results));

async function measureCpu() {
  const server = await startProcess('rest-server.mjs', []);
  const origin = `http://127.0.0.1:${server.hello.port}`;
  const clients = await Promise.all(names.map((name) => startClient(name, origin, { unlimited: true })));
  const cases = [
    { name: 'GET, 1 in flight', call: 'me', inFlight: 1 },
    { name: 'GET, 64 in flight', call: 'me', inFlight: 64 },
    { name: 'POST, 1 in flight', call: 'send', inFlight: 1 },
    { name: 'POST, 64 in flight', call: 'send', inFlight: 64 },
  ];
  const slices = {};
  for (const client of clients)
    for (const { call, inFlight } of cases) await client.run({ task: 'slice', call, inFlight, seconds: 0.4 });
  for (let round = 0; round < rounds; round += 1)
    for (const { name, call, inFlight } of cases)
      for (const client of clients)
        note(slices, name, client.name, await client.run({ task: 'slice', call, inFlight, seconds }));
  for (const client of clients) client.stop();
  server.stop();
  for (const { name } of cases) {
    const [first] = clients;
    table(
      `CPU per request: ${name} (x ${first.name}; medians of ${rounds} rounds, least to most)`,
      ['client', 'version', 'CPU', 'spread', 'requests/s', 'CPU us', 'p50 ms', 'p99 ms', 'RSS MB'],
      clients.map((client) => {
        const own = slices[name][client.name];
        const base = slices[name][first.name];
        const cpu = own.map((slice, round) => slice.cpuUs / base[round].cpuUs);
        return [
          client.name,
          client.hello.version,
          fixed(median(cpu)),
          `${fixed(Math.min(...cpu))}-${fixed(Math.max(...cpu))}`,
          fixed(median(own.map((slice, round) => slice.perSecond / base[round].perSecond))),
          fixed(median(own.map((slice) => slice.cpuUs)), 1),
          fixed(median(own.map((slice) => slice.p50)), 1),
          fixed(median(own.map((slice) => slice.p99)), 1),
          fixed(median(own.map((slice) => slice.rssMb)), 0),
        ];
      }),
    );
  }
  return slices;
}

async function measureLatency() {
  const rows = [];
  for (const name of names)
    for (const call of ['list', 'send']) {
      const wallsMs = [];
      let ordered = true;
      let version;
      for (let round = 0; round < Math.min(rounds, 3); round += 1) {
        const bucket = { limit: 40, windowMs: 5000 };
        const buckets = {
          'GET /channels/{channel_id}/messages': bucket,
          'POST /channels/{channel_id}/messages': bucket,
        };
        const discord = await Simulator.start({ token, latencyMs: 100, globalLimit: false, buckets });
        const channel = discord.createGuild().channels[0].id;
        const client = await startClient(name, new URL(discord.restUrl).origin);
        version = client.hello.version;
        // The connection is open and the bucket known, as in a bot that runs; the peers are no faster for it.
        await client.run({ task: 'burst', call, channels: [channel], each: 1 });
        const from = discord.ledger.mark();
        const { wallMs } = await client.run({ task: 'burst', call, channels: [channel], each: 20 });
        wallsMs.push(wallMs);
        ordered &&= call === 'list' || outOfOrder(discord, from) === 0;
        client.stop();
        await discord.close();
      }
      rows.push([
        name,
        version,
        call === 'list' ? '20 GETs of one bucket' : '20 messages to one channel',
        fixed(median(wallsMs) / 1000),
        call === 'list' ? '' : ordered ? 'yes' : 'no',
      ]);
    }
  table('100 ms to the server, 40 remaining', ['client', 'version', 'what', 'seconds', 'in order'], rows);
  return rows;
}

async function measureLimits() {
  const narrowEach = quick ? 25 : 100;
  const spreadEach = quick ? 6 : 20;
  const messages = 'POST /channels/{channel_id}/messages';
  const cases = [
    {
      name: `narrow: ${narrowEach} messages to one channel, 5 per 2 s`,
      call: 'send',
      channels: 1,
      each: narrowEach,
      leastMs: (Math.ceil(narrowEach / 5) - 1) * 2000,
      options: { globalLimit: 50, buckets: { [messages]: { limit: 5, windowMs: 2000 } } },
    },
    {
      name: `spread: ${spreadEach * 50} messages over 50 channels, 50 per second`,
      call: 'send',
      channels: 50,
      each: spreadEach,
      leastMs: (spreadEach - 1) * 1000,
      options: { globalLimit: 50, buckets: { [messages]: { limit: 5, windowMs: 2000 } } },
    },
    {
      name: 'wide: 200 requests to one bucket of 50 per second',
      call: 'list',
      channels: 1,
      each: 200,
      leastMs: 3000,
      options: {
        globalLimit: false,
        buckets: { 'GET /channels/{channel_id}/messages': { limit: 50, windowMs: 1000 } },
      },
    },
  ];
  const all = {};
  for (const { name, call, channels, each, leastMs, options } of cases) {
    const times = quick ? 1 : Math.min(rounds, leastMs > 30_000 ? 2 : 4);
    for (let round = 0; round < times; round += 1) {
      const phaseMs = Math.round((round * 1000) / times);
      const { globalLimit } = options;
      const limit = globalLimit === false ? false : { limit: globalLimit, windowMs: 1000, phaseMs };
      await Promise.all(
        names.map(async (client) => {
          const outcome = await burstAt(client, { ...options, globalLimit: limit }, { call, channels, each, leastMs });
          note(all, name, client, outcome);
        }),
      );
    }
    const found = all[name];
    table(
      `${name}; 50 ms to the server (x the least time; medians of ${times}, least to most)`,
      ['client', 'version', 'time', 'spread', '429', 'of them global', 'out of order', 'failed'],
      names.map((client) => {
        const own = found[client];
        const of = (field) => median(own.map((outcome) => outcome[field]));
        const ratios = own.map((outcome) => outcome.wallMs / leastMs);
        return [
          client,
          own[0].version,
          fixed(median(ratios)),
          `${fixed(Math.min(...ratios))}-${fixed(Math.max(...ratios))}`,
          of('refused'),
          of('refusedGlobally'),
          call === 'send' ? of('outOfOrder') : '',
          of('failed'),
        ];
      }),
    );
  }
  return all;
}

async function burstAt(name, options, { call, channels, each, leastMs }) {
  const discord = await Simulator.start({ token, latencyMs: 50, ...options });
  const ids = discord
    .createGuild({ channels })
    .channels.slice(0, channels)
    .map(({ id }) => id);
  const client = await startClient(name, new URL(discord.restUrl).origin, { unlimited: options.globalLimit === false });
  // Modules are loaded and a connection is open, as in a bot that runs; then the limits are fresh again.
  await client.run({ task: 'burst', call: 'me', channels: [''], each: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const limitMs = Math.max(20_000, leastMs * 6);
  const outcome = await Promise.race([
    client.run({ task: 'burst', call, channels: ids, each }),
    new Promise((resolve) => setTimeout(resolve, limitMs, { wallMs: limitMs, failed: Number.NaN }).unref()),
  ]);
  client.stop();
  await discord.close();
  const refused = discord.ledger.filter('response', (entry) => entry.status === 429);
  return {
    ...outcome,
    version: client.hello.version,
    refused: refused.length,
    refusedGlobally: refused.filter((entry) => entry.scope === 'global').length,
    outOfOrder: call === 'send' ? outOfOrder(discord, 0) : 0,
  };
}

async function measureFaults() {
  const waitMs = quick ? 3000 : 8000;
  const bad = { type: 'status', status: 502, times: Number.POSITIVE_INFINITY };
  const cases = {
    '502 on GET': ['me', bad],
    '502 on POST message': ['send', bad],
    '504 on POST message': ['send', { ...bad, status: 504, processed: true }],
    'socket closed on GET': ['me', { type: 'reset', times: Number.POSITIVE_INFINITY }],
    'webhook 401': [
      'webhook',
      { type: 'status', status: 401, body: { message: 'Invalid Webhook Token', code: 50_027 }, times: 99 },
    ],
  };
  const rows = await Promise.all(
    names.map(async (name) => {
      const cells = [];
      let version;
      for (const [call, fault] of Object.values(cases)) {
        const discord = await Simulator.start({ token, globalLimit: false });
        const channel = discord.createGuild().channels[0].id;
        const client = await startClient(name, new URL(discord.restUrl).origin);
        version = client.hello.version;
        discord.faults.rest('*', fault);
        const args = { me: [], send: [channel, 'x'], webhook: ['10000', 'token'] }[call];
        const { settled, ms, unhandled } = await client.run({ task: 'outcome', call, args, waitMs });
        const tries = discord.ledger.count('request');
        discord.faults.clear();
        const next = await client.run({ task: 'outcome', call: 'me', args: [], waitMs: 2000 });
        const messages = discord.messages(channel).length;
        cells.push(
          [
            `${tries} sent, ${settled}${settled === 'never settles' ? '' : ` after ${fixed(ms / 1000, 1)} s`}`,
            ...(messages > 1 ? [`${messages} messages`] : []),
            ...(unhandled > 0 ? ['unhandled rejection'] : []),
            ...(next.settled === 'resolves' ? [] : [`next request ${next.settled}`]),
          ].join('; '),
        );
        client.stop();
        await discord.close();
      }
      return [name, version, ...cells];
    }),
  );
  table(
    'Faults: what is sent, what becomes of the call, and of the next request',
    ['client', 'version', ...Object.keys(cases)],
    rows,
  );
  return rows;
}

/** Messages that took effect after one that was called later, in the same channel. */
function outOfOrder(discord, from) {
  const bodies = new Map();
  const last = new Map();
  let count = 0;
  for (const entry of discord.ledger.entries.slice(from)) {
    if (entry.type === 'request' && entry.method === 'POST') bodies.set(entry.requestId, entry);
    if (entry.type !== 'response' || !entry.processed || !bodies.has(entry.requestId)) continue;
    const { path, body } = bodies.get(entry.requestId);
    const number = Number(body.content);
    if (number < (last.get(path) ?? -1)) count += 1;
    else last.set(path, number);
  }
  return count;
}

async function measureMemory() {
  const server = await startProcess('rest-server.mjs', []);
  const origin = `http://127.0.0.1:${server.hello.port}`;
  const client = await startClient('tinfoil', origin, { unlimited: true, execArgv: ['--expose-gc'] });
  const channels = memoryRequests / 10;
  const samples = await client.run({ task: 'memory', requests: memoryRequests, channels, samples: 10 });
  client.stop();
  server.stop();
  table(
    `Memory of tinfoil: ${memoryRequests} requests over ${channels} channels, after collections`,
    ['requests', 'heap MB', 'RSS MB'],
    samples.map((sample) => [sample.requests, fixed(sample.heapMb, 1), fixed(sample.rssMb, 0)]),
  );
  const [half, end] = [samples[4], samples[9]];
  const growthMb = end.heapMb - half.heapMb;
  if (!flags.json)
    console.log(
      `growth of the heap over the second half: ${fixed(growthMb, 1)} MB, ${fixed((growthMb / half.heapMb) * 100, 1)} %`,
    );
  return samples;
}

function startClient(name, origin, { unlimited = false, execArgv = [] } = {}) {
  return startProcess('rest-client.mjs', [name, origin, token, unlimited ? 'unlimited' : ''], name, execArgv);
}

async function startProcess(script, args, name = script, execArgv = []) {
  const child = fork(file(script), args, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const next = () =>
    new Promise((resolve, reject) => {
      const end = (code) => reject(new Error(`${name} ended with ${code}`));
      child.once('exit', end);
      child.once('message', (message) => {
        child.off('exit', end);
        resolve(message);
      });
    });
  const hello = await next();
  return {
    name,
    hello,
    async run(task) {
      const answer = next();
      child.send(task);
      const { result, error } = await answer;
      if (error !== undefined) throw new Error(`${name}: ${error}`);
      return result;
    },
    stop: () => child.connected && child.disconnect(),
  };
}

/** Adds a value to the list at `table[row][column]`. */
function note(table, row, column, value) {
  table[row] ??= {};
  table[row][column] ??= [];
  table[row][column].push(value);
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function fixed(value, digits = 2) {
  return value.toFixed(digits);
}

function table(title, head, rows) {
  if (flags.json) return;
  console.log(`\n${title} · Node ${process.version}, ${cpus().length} cores\n`);
  console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}
