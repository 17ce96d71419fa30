/**
 * One REST limit over real processes: eight pods that send all they may, and a manager that is killed, replaced, stopped and
 * gone. The Simulator counts: never more than 50 requests in any second, and it never has to refuse one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Simulator } from '@tinfoil/testing';
import { afterEach, expect, it } from 'vitest';

const pods = 8;
const children: ChildProcess[] = [];
const notes: string[] = [];

afterEach(async () => {
  const running = children.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(running.map((child) => kill(child)));
});

it('keeps 8 pods of unlimited demand at 50 in any second, whatever happens to the manager', {
  timeout: 90_000,
}, async () => {
  await using discord = await Simulator.start({ unknownRoutes: 'echo', globalLimit: false });
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const ports = await freePorts(pods + 1);
  const environment = (ordinal: number | undefined) => ({
    PATH: process.env.PATH,
    BOT_TOKEN: discord.token,
    TINFOIL_API_URL: discord.restUrl,
    TINFOIL_TOTAL_SHARDS: String(pods),
    TINFOIL_PEERS: ports
      .slice(0, pods)
      .map((port) => `http://127.0.0.1:${port}`)
      .join(','),
    TINFOIL_HOST: '127.0.0.1',
    TINFOIL_INTERNAL_PORT: String(ports[ordinal ?? pods]),
    TINFOIL_OPS_PORT: '0',
    TINFOIL_TIMING: '{"settleMs":0}',
    ...(ordinal !== undefined && {
      POD_NAME: `bot-${ordinal}`,
      TINFOIL_MANAGER_URL: `http://127.0.0.1:${ports[pods]}`,
    }),
  });
  const startManager = async () => {
    const manager = start('rest-manager.mjs', environment(undefined));
    await once(manager, 'message');
    return manager;
  };
  /** Lets so many more requests arrive. */
  const arrive = (count: number) =>
    discord.ledger.waitFor('request', ({ identity }) => identity === 'bot', {
      count: discord.ledger.filter('request', ({ identity }) => identity === 'bot').length + count,
      timeoutMs: 30_000,
    });
  const noted = (what: RegExp) => notes.filter((note) => what.test(note)).length;

  let manager = await startManager();
  const fleet = Array.from({ length: pods }, (_, ordinal) => start('rest-pod.mjs', environment(ordinal)));
  await arrive(80);
  const leasedFromMs = performance.now();
  await arrive(120);
  const perSecond = 120 / ((performance.now() - leasedFromMs) / 1_000);

  // A callback answers in its own time while sixty requests of the same pod wait for the limit.
  const answers = await answerInteractions(discord, fleet[0] as ChildProcess, 10);

  await kill(manager);
  manager = await startManager();
  await arrive(100);

  // Hung: its socket takes asks that it answers when it wakes, long after the pods have gone on without it.
  manager.kill('SIGSTOP');
  await until(() => noted(/grants no REST leases/) >= pods);
  await arrive(40);
  manager.kill('SIGCONT');
  await until(() => noted(/leased by the manager again/) >= pods);
  await arrive(60);

  await kill(manager);
  await until(() => noted(/grants no REST leases/) >= 2 * pods);
  await kill(fleet[3] as ChildProcess);
  start('rest-pod.mjs', environment(3));
  await arrive(60);

  // The Simulator runs in this process: what arrives while it stands still looks as if it came at once. 100 ms are the
  // margin for that; what the machine took beyond them is no second of Discord's.
  loop.disable();
  const windowMs = 1_000 - Math.max(0, loop.max / 1e6 - 100);
  const worst = discord.ledger.worstSecond({ identity: 'bot', windowMs });
  console.log(
    `most in ${windowMs.toFixed(0)} ms ${worst}, ${perSecond.toFixed(1)}/s under leases, callbacks at most ${Math.max(...answers).toFixed(0)} ms`,
  );
  expect(worst).toBeLessThanOrEqual(50);
  expect(noted(/failed|rateLimited/)).toBe(0);
  expect(perSecond).toBeGreaterThan(30);
  expect(Math.max(...answers)).toBeLessThan(1_000);
});

/** Interactions whose callbacks one pod posts. @returns how long each took, in milliseconds. */
async function answerInteractions(discord: Simulator, pod: ChildProcess, count: number): Promise<number[]> {
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id, token } = JSON.parse(Buffer.concat(chunks).toString()) as { id: string; token: string };
      const listen = (message: { answeredMs?: number }) => {
        if (message.answeredMs === undefined) return;
        pod.off('message', listen);
        answers.push(message.answeredMs);
        response.writeHead(202).end();
      };
      pod.on('message', listen);
      pod.send({ id, token });
    });
  }).listen(0, '127.0.0.1');
  const answers: number[] = [];
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let turn = 0; turn < count; turn += 1)
    await discord.interact(`http://127.0.0.1:${port}`, { data: { name: 'ping' } });
  server.closeAllConnections();
  server.close();
  expect(answers).toHaveLength(count);
  return answers;
}

function start(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', ({ note }: { note?: string }) => {
    if (note !== undefined) notes.push(note);
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function until(condition: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error(`not within 20 s; notes: ${notes.slice(-5).join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
