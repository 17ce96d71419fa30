/**
 * Memory of a process with @tinfoil/gateway alone: after READY with 2,500 guilds of 60 KB, with 1,000 idle shards, and over an
 * hour's worth of events.
 *
 *     node gateway-memory.mjs
 *
 * Writes RESULTS-gateway-memory.md. Figures are of processes of their own; RSS is as the system tells it, heap after a collection.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'client') await client(process.argv[3], Number(process.argv[4]));
else await main();

async function client(port, shardCount) {
  const { Gateway } = await import('@tinfoil/gateway');
  const ids = Array.from({ length: shardCount }, (_, id) => id);
  const gateway = new Gateway({
    token: 'MTE0MzI3NzYxNzIzNDIzMTMyNw.Gbench.bench',
    intents: 53_608_447,
    baseUrl: `http://127.0.0.1:${port}/api/v10`,
    shards: { ids, total: shardCount },
    compression: 'zlib-stream',
    maxConcurrentResumes: 64,
  });
  const start = process.memoryUsage.rss();
  let ended = 0;
  gateway.on('INTERACTION_CREATE', ({ id }) => {
    if (id === '1' && ++ended % shardCount === 0) process.send({ ended: true });
  });
  gateway.on('error', ({ cause }) => console.error(String(cause)));
  process.on('message', () => {
    const rssMb = mb(process.memoryUsage.rss());
    const maxRssMb = process.resourceUsage().maxRSS / 1024;
    globalThis.gc();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send({
      rssMb,
      maxRssMb,
      rssAfterGcMb: mb(rss),
      heapMb: mb(heapUsed),
      externalMb: mb(external),
      startMb: mb(start),
      totals: gateway.totals,
    });
  });
  process.on('disconnect', () => process.exit());
  await gateway.connect();
  process.send({ connected: true });
}

function mb(bytes) {
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}

async function main() {
  const lines = [];
  const note = (line) => {
    console.log(line);
    lines.push(line);
  };
  await withClient({ guilds: 2500, shards: 1, events: 1000, slices: 1 }, async ({ slice, figures }) => {
    await slice();
    const result = await figures();
    note(
      `| READY with 2,500 guilds (${result.totals.guilds} known, ${result.totals.users} members) | ${row(result)} |`,
    );
  });
  await withClient({ guilds: 0, shards: 1000, events: 200, slices: 1 }, async ({ slice, figures }) => {
    const idle = await figures();
    note(
      `| 1,000 idle shards: ${(((idle.rssAfterGcMb - idle.startMb) * 1024) / 1000).toFixed(0)} KB each over the start | ${row(idle)} |`,
    );
    await slice();
    note(`| the same after 200 events to each | ${row(await figures())} |`);
  });
  // An hour at 100 events a second.
  await withClient({ guilds: 100, shards: 1, events: 60_000, slices: 6 }, async ({ slice, figures }) => {
    await slice();
    note(`| after 60,000 events | ${row(await figures())} |`);
    for (let turn = 0; turn < 5; turn++) await slice();
    note(`| after 360,000 events, an hour at 100/s | ${row(await figures())} |`);
  });
  const markdown = [
    '# Gateway: memory',
    '',
    `Node ${process.version}, zlib-stream, a process with \`@tinfoil/gateway\` alone. \`node tooling/bench/gateway-memory.mjs\` repeats it.`,
    '',
    '| what | RSS MB | highest RSS MB | RSS after gc MB | heap after gc MB | outside the heap MB |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
  writeFileSync(new URL('./RESULTS-gateway-memory.md', import.meta.url), markdown);
  process.exit();
}

function row({ rssMb, maxRssMb, rssAfterGcMb, heapMb, externalMb }) {
  return [rssMb, maxRssMb.toFixed(0), rssAfterGcMb, heapMb, externalMb].join(' | ');
}

async function withClient({ guilds, shards, events, slices }, use) {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url));
  const options = { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
  const server = fork(path('./gateway-server.mjs'), ['zlib-stream', String(events), String(slices), String(guilds)], {
    ...options,
    execArgv: ['--max-old-space-size=1500'],
  });
  const port = await new Promise((resolve) => server.once('message', (message) => resolve(message.port)));
  const child = fork(path('./gateway-memory.mjs'), ['client', String(port), String(shards)], {
    ...options,
    execArgv: ['--expose-gc'],
  });
  const next = (key) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${key} within 100 s`)), 100_000);
      const take = (message) => {
        if (message[key] === undefined) return;
        clearTimeout(timer);
        child.off('message', take);
        resolve(message);
      };
      child.on('message', take);
    });
  let turn = 0;
  try {
    await next('connected');
    await use({
      slice: () => {
        const ended = next('ended');
        server.send({ slice: turn++ });
        return ended;
      },
      figures: () => {
        const answer = next('rssMb');
        child.send({});
        return answer;
      },
    });
  } finally {
    child.kill('SIGKILL');
    server.kill('SIGKILL');
  }
}
