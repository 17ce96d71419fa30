/**
 * Signed slash commands of 1 KB over real HTTP, and verifications per second of each backend.
 *
 * `bare` is `node:http` with a cached key and synchronous `crypto.verify`: every other server is stated against it, in requests
 * per second and in CPU of its process. Rounds alternate over all servers, so that load on the machine meets all alike; the
 * ratios are medians of rounds. A share of the requests is forged, and each must be answered 401.
 *
 * Run: node tooling/bench/interactions.mjs [--seconds 2] [--rounds 5] [--connections 32] [--only bare,tinfoil] [--json]
 */
import { fork } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import nacl from 'tweetnacl';
import { Pool } from 'undici';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    only: { type: 'string', default: 'bare,bare-pool,bare-unverified,tinfoil,discord-interactions,slash-create' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);
const connections = Number(flags.connections);
const forgedEvery = 50;

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const requests = Array.from({ length: 1000 }, (_, index) => createRequest(index));
const serverFile = fileURLToPath(new URL('interactions-server.mjs', import.meta.url));

const results = { backends: await measureBackends(), servers: {} };
const servers = [];
for (const name of flags.only.split(',')) servers.push(await startServer(name));
for (const server of servers) await load(server, 0.5);
for (let round = 0; round < rounds; round += 1)
  for (const server of servers) {
    const before = await server.usage();
    const { count, latencies } = await load(server, seconds);
    const after = await server.usage();
    latencies.sort((one, other) => one - other);
    results.servers[server.name] ??= [];
    results.servers[server.name].push({
      perSecond: count / seconds,
      cpuUs: (after.cpuUs - before.cpuUs) / count,
      p50: latencies[Math.floor(latencies.length * 0.5)],
      p99: latencies[Math.floor(latencies.length * 0.99)],
      rssMb: after.rss / 2 ** 20,
    });
  }
for (const server of servers) await server.close();
report();

function createRequest(index) {
  const user = { id: '80351110224678912', username: `nelly${index}`, discriminator: '0', avatar: null };
  const interaction = {
    id: String(1100000000000000000n + BigInt(index)),
    application_id: '1000000000000000001',
    type: 2,
    token: 'x'.repeat(200),
    version: 1,
    data: { id: '1', type: 1, name: 'ping' },
    guild_id: '197038439483310086',
    guild: { id: '197038439483310086', locale: 'en-US', features: [] },
    channel_id: '197038439483310087',
    channel: { id: '197038439483310087', type: 0 },
    member: {
      user,
      roles: ['197038439483310088'],
      permissions: '2248473465835073',
      flags: 0,
      joined_at: '2020-01-01T00:00:00Z',
    },
    locale: 'en-US',
    app_permissions: '2248473465835073',
    entitlements: [],
    authorizing_integration_owners: { 0: '197038439483310086' },
    attachment_size_limit: 10_485_760,
    context: 0,
    padding: '',
  };
  interaction.padding = 'x'.repeat(Math.max(0, 1024 - JSON.stringify(interaction).length));
  const body = Buffer.from(JSON.stringify(interaction));
  const timestamp = String(1_790_000_000 + index);
  const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), privateKey);
  const isForged = index % forgedEvery === 0;
  if (isForged) signature[40] ^= 1;
  return {
    isForged,
    options: {
      path: '/',
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature-ed25519': signature.toString('hex'),
        'x-signature-timestamp': timestamp,
      },
    },
  };
}

async function startServer(name) {
  const child = fork(serverFile, [name, rawKey.toString('hex')]);
  const next = () => new Promise((resolve) => child.once('message', resolve));
  const { port } = await next();
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  return {
    name,
    pool,
    async usage() {
      const answer = next();
      child.send('usage');
      return answer;
    },
    async close() {
      await pool.close();
      child.disconnect();
    },
  };
}

/** Keeps every connection busy for so long; a wrong answer ends the benchmark. */
async function load({ name, pool }, forSeconds) {
  const latencies = [];
  const endAt = performance.now() + forSeconds * 1000;
  let turn = 0;
  const worker = async () => {
    while (performance.now() < endAt) {
      const { isForged, options } = requests[turn++ % requests.length];
      const startedAt = performance.now();
      const { statusCode, body } = await pool.request(options);
      const text = await body.text();
      if (name !== 'bare-unverified' && (statusCode !== (isForged ? 401 : 200) || text.includes('pong') === isForged))
        throw new Error(
          `${name} answered ${statusCode} ${text.slice(0, 100)} to a ${isForged ? 'forged' : 'good'} request`,
        );
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return { count: latencies.length, latencies };
}

/** Verifications per second in this process, by the package's own backends where it has one. */
async function measureBackends() {
  const folder = new URL('../../packages/interactions/dist/', import.meta.url);
  const node = (await import(new URL('ed25519-node.js', folder))).createBackend(rawKey);
  const web = (await import(new URL('ed25519-web.js', folder))).createBackend(new Uint8Array(rawKey));
  const { isStrictSignature } = await import(new URL('ed25519-check.js', folder));
  const key = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }));
  const message = new Uint8Array(1034).fill(7);
  const signature = new Uint8Array(sign(null, message, privateKey));
  const methods = {
    'crypto.verify, cached key': [() => verify(null, message, key, signature), 1],
    'node backend, one at a time': [() => node(signature, message), 1],
    'node backend, 8 at once': [() => node(signature, message), 8],
    'web backend, one at a time': [() => web(signature, message), 1],
    'web backend, 8 at once': [() => web(signature, message), 8],
    'tweetnacl backend': [() => nacl.sign.detached.verify(message, signature, rawKey), 1],
    'strict check alone': [() => isStrictSignature(signature), 1],
  };
  const rates = {};
  for (let round = 0; round < rounds; round += 1)
    for (const [name, [call, flight]] of Object.entries(methods)) {
      const endAt = performance.now() + 300;
      let count = 0;
      const worker = async () => {
        while (performance.now() < endAt) {
          if (!(await call())) throw new Error(`${name} refused a good signature`);
          count += 1;
        }
      };
      await Promise.all(Array.from({ length: flight }, worker));
      rates[name] ??= [];
      rates[name].push(count / 0.3);
    }
  return rates;
}

function report() {
  if (flags.json) return console.log(JSON.stringify(results));
  console.log(`Node ${process.version}, ${rounds} rounds, ${connections} connections\n`);
  console.log('| backend | verifications/s | x crypto.verify |\n| --- | --- | --- |');
  const [reference] = Object.values(results.backends);
  for (const [name, rates] of Object.entries(results.backends))
    console.log(`| ${name} | ${Math.round(median(rates))} | ${median(ratios(rates, reference)).toFixed(2)} |`);
  console.log(
    '\n| server | req/s | x bare | CPU us/req | x bare | p50 ms | p99 ms | RSS MB |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  const bare = results.servers.bare ?? Object.values(results.servers)[0];
  for (const [name, slices] of Object.entries(results.servers)) {
    const of = (field) => slices.map((slice) => slice[field]);
    const against = (field) =>
      median(
        ratios(
          of(field),
          bare.map((slice) => slice[field]),
        ),
      ).toFixed(2);
    const cells = [
      Math.round(median(of('perSecond'))),
      against('perSecond'),
      Math.round(median(of('cpuUs'))),
      against('cpuUs'),
    ];
    const rest = [median(of('p50')).toFixed(2), median(of('p99')).toFixed(2), Math.round(median(of('rssMb')))];
    console.log(`| ${name} | ${[...cells, ...rest].join(' | ')} |`);
  }
}

function ratios(values, references) {
  return values.map((value, index) => value / references[index]);
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
