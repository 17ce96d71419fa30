/** One client in a process of its own, told by messages what to do. Arguments: name, origin, token, `unlimited`. */
import { createClient } from './rest-clients.mjs';

const [name, origin, token, unlimited] = process.argv.slice(2);
const client = await createClient(name, { origin, token, unlimited: unlimited === 'unlimited' });
let unhandled = 0;
for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, () => {
    unhandled += 1;
  });

const tasks = {
  /** Keeps `inFlight` requests open for so long; CPU is that of this process. */
  async slice({ call, inFlight, seconds }) {
    const latencies = [];
    const endAt = performance.now() + seconds * 1000;
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    const worker = async (_, index) => {
      const channelId = String(1_000_000_000_000_000_000n + BigInt(index));
      while (performance.now() < endAt) {
        const sentAt = performance.now();
        await (call === 'me' ? client.me() : client[call](channelId, 'a message of some length, as people write them'));
        latencies.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    const wallMs = performance.now() - startedAt;
    const used = process.cpuUsage(cpu);
    latencies.sort((a, b) => a - b);
    return {
      perSecond: (latencies.length / wallMs) * 1000,
      cpuUs: (used.user + used.system) / latencies.length,
      p50: latencies[Math.floor(latencies.length / 2)],
      p99: latencies[Math.floor(latencies.length * 0.99)],
      rssMb: process.memoryUsage.rss() / 2 ** 20,
    };
  },
  /** Everything at once: `each` calls per channel. */
  async burst({ call, channels, each }) {
    const startedAt = performance.now();
    const calls = [];
    for (let index = 0; index < each; index += 1)
      for (const channelId of channels)
        calls.push(call === 'me' ? client.me() : client[call](channelId, String(index)));
    const settled = await Promise.allSettled(calls);
    return {
      wallMs: performance.now() - startedAt,
      failed: settled.filter((result) => result.status === 'rejected').length,
    };
  },
  /** One call, and what has become of it after so long. */
  async outcome({ call, args, waitMs }) {
    const startedAt = performance.now();
    const late = new Promise((resolve) => setTimeout(resolve, waitMs, 'never settles'));
    const settled = await Promise.race([
      client[call](...args).then(
        () => 'resolves',
        () => 'rejects',
      ),
      late,
    ]);
    // A rejection that nobody catches shows a turn later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { settled, ms: performance.now() - startedAt - 50, unhandled };
  },
  /** Many requests over many channels, 64 open; the heap is measured after collections, on the way. */
  async memory({ requests, channels, samples }) {
    let next = 0;
    const found = [];
    for (let sample = 1; sample <= samples; sample += 1) {
      const until = Math.floor((requests * sample) / samples);
      const worker = async () => {
        while (next < until) {
          const channelId = String(1_000_000_000_000_000_000n + BigInt(next++ % channels));
          await client.list(channelId);
        }
      };
      await Promise.all(Array.from({ length: 64 }, worker));
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
      globalThis.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      found.push({ requests: next, heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 });
    }
    return found;
  },
};

process.on('message', async ({ task, ...options }) => {
  try {
    process.send({ result: await tasks[task](options) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true, version: client.version });
