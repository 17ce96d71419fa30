/**
 * One sweep of many pods by the manager: time, CPU and memory of the manager, for 60 to 1,000 pods of 16 shards.
 *
 * The pods are a farm: one process with a listener each, which answers a status of real size and checks no signature. So the manager's side is
 * real, the pods' side is not, and both share this machine.
 *
 * Run: node tooling/bench/cluster-sweep.mjs [--pods 60,250,1000] [--rounds 5]
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const self = fileURLToPath(import.meta.url);
const [role, ...rest] = process.argv.slice(2);

if (role === 'farm') {
  process.on('disconnect', () => process.exit());
  const count = Number(rest[0]);
  const ports = await Promise.all(
    Array.from(
      { length: count },
      (_, ordinal) =>
        new Promise((resolve) => {
          const body = JSON.stringify(status(ordinal, count));
          const server = createServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
            response.end(body);
          }).listen(0, '127.0.0.1', () => resolve(server.address().port));
        }),
    ),
  );
  process.send(ports);
} else if (role === 'manager') {
  process.on('disconnect', () => process.exit());
  process.once('message', async ({ ports, rounds }) => {
    const { ClusterManager } = await import('@tinfoil/cluster');
    const free = { host: '127.0.0.1', port: 0 };
    const manager = new ClusterManager({
      totalShards: ports.length * 16,
      shardsPerPod: 16,
      peers: { urls: ports.map((port) => `http://127.0.0.1:${port}`) },
      keys: { keys: [{ id: '1', secret: 'a secret of the benchmark, at least 32 long' }] },
      timing: { pollEveryMs: 3_600_000 },
      listen: { internal: free, ops: free },
    });
    await manager.start();
    const sweeps = [];
    for (let round = 0; round <= rounds; round++) {
      const cpu = process.cpuUsage();
      const from = performance.now();
      await manager.poll();
      const state = manager.globalState();
      const { user, system } = process.cpuUsage(cpu);
      sweeps.push({
        ms: performance.now() - from,
        cpuMs: (user + system) / 1000,
        coverage: state.coverage,
        guilds: state.guilds.value,
      });
    }
    process.send({ sweeps, rss: process.memoryUsage().rss });
  });
} else {
  const { values } = parseArgs({
    options: { pods: { type: 'string', default: '60,250,1000' }, rounds: { type: 'string', default: '5' } },
  });
  const table = [];
  for (const pods of values.pods.split(',').map(Number)) {
    const farm = fork(self, ['farm', String(pods)]);
    const ports = await new Promise((resolve) => farm.once('message', resolve));
    const manager = fork(self, ['manager']);
    manager.send({ ports, rounds: Number(values.rounds) });
    const { sweeps, rss } = await new Promise((resolve) => manager.once('message', resolve));
    const [cold, ...warm] = sweeps;
    const median = (key) => warm.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(warm.length / 2)];
    table.push({
      pods,
      'cold s': Number((cold.ms / 1000).toFixed(2)),
      'warm s': Number((median('ms') / 1000).toFixed(2)),
      'CPU ms/sweep': Math.round(median('cpuMs')),
      'CPU µs/pod': Math.round((median('cpuMs') * 1000) / pods),
      'RSS MB': Math.round(rss / 1e6),
      coverage: warm.at(-1).coverage,
    });
    manager.kill();
    farm.kill();
  }
  console.table(table);
}

function status(ordinal, pods) {
  return {
    v: 1,
    pod: `bot-${ordinal}`,
    ordinal,
    generation: 1,
    epoch: 'e',
    totalShards: pods * 16,
    shardsPerPod: 16,
    startedAtMs: 1_790_000_000_000,
    draining: false,
    ready: true,
    version: '1.4.0',
    egressGroup: 'default',
    shards: Array.from({ length: 16 }, (_, index) => ({
      id: ordinal * 16 + index,
      status: 'ready',
      guilds: 1001,
      unavailable: 0,
      users: 250_113,
      latencyMs: 41.5,
      lastEventAgeMs: 12,
      resumes: 3,
      identifies: 1,
      lastCloseCode: 4000,
    })),
    process: { rss: 210_000_000, heapUsed: 120_000_000, loopP99Ms: 3.1 },
    state: { players: { reduce: 'sum', value: 3 } },
  };
}
