/** The program ends and starts again, in every way, under a stream of events: clients resume and miss nothing, Discord sees no IDENTIFY. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accessToken, allIntents, eventually, gatewayTiming, RawClient, temporaryDirectory } from '../support.ts';

const program = fileURLToPath(new URL('../../bin/tinfoil-gateway-proxy.js', import.meta.url));
const running = new Set<ChildProcess>();
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  directory.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts the program and waits until it says that it is ready. */
async function start(
  discord: Simulator,
  port: number,
  opsPort: number,
): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      BOT_TOKEN: discord.token,
      TINFOIL_API_URL: discord.restUrl,
      TINFOIL_PROXY_TOKENS: `tests=${accessToken}`,
      TINFOIL_PROXY_PORT: String(port),
      TINFOIL_PROXY_OPS_PORT: String(opsPort),
      TINFOIL_PROXY_INTENTS: String(allIntents),
      TINFOIL_STATE_DIR: directory.path,
      TINFOIL_PROXY_TIMING: JSON.stringify({ tickMs: 50, trailMs: 2_000 }),
      TINFOIL_PROXY_GATEWAY_TIMING: JSON.stringify(gatewayTiming),
    },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let text = '';
  child.stdout?.on('data', (data) => {
    text += data;
  });
  child.stderr?.on('data', (data) => {
    text += data;
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`ended: ${text}`);
    const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
    return answer?.ok === true;
  }, 10_000);
  return { child, output: () => text };
}

const received = (clients: readonly RawClient[]) =>
  clients.flatMap(({ dispatches }) => dispatches.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d.id));

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'clients resume over %s',
  async (signal) => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild({ name: 'Kitchen' });
    const [port, opsPort] = [await freePort(), await freePort()];
    let { child } = await start(discord, port, opsPort);
    const url = `ws://127.0.0.1:${port}/?v=10&encoding=json`;
    const connections = [new RawClient(url)];
    const ready = await connections[0]!.identify();
    const sent: string[] = [];
    const talk = setInterval(() => {
      for (let count = 0; count < 4; count++)
        sent.push(discord.createMessage(guild.channels[0]!.id, { content: 'x' }).id);
    }, 20);
    try {
      for (let round = 0; round < 2; round++) {
        const current = connections.at(-1)!;
        const before = sent.length;
        await current.until(() => received(connections).length >= before + 60);
        child.kill(signal);
        await once(child, 'exit');
        if (signal === 'SIGTERM') {
          expect(child.exitCode).toBe(0);
          expect(current.payloads.some(({ op }) => op === 7)).toBe(true);
        }
        await current.closed();
        ({ child } = await start(discord, port, opsPort));
        const next = new RawClient(url);
        await next.resume(ready.d.session_id, current.sequence);
        connections.push(next);
        await next.next(({ t, op }) => t === 'RESUMED' || op === 9);
        expect(next.payloads.filter(({ op }) => op === 9)).toEqual([]);
      }
    } finally {
      clearInterval(talk);
    }
    await connections.at(-1)!.until(() => received(connections).length >= sent.length);
    expect(received(connections)).toEqual(sent);
    const numbers = connections.flatMap(({ dispatches }) =>
      dispatches.filter(({ t }) => t !== 'RESUMED').map(({ s }) => s),
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(discord.ledger.filter('identify')).toHaveLength(1);
    // A client that comes anew finds the guild, which Discord has not sent again.
    const late = new RawClient(url);
    await late.identify();
    expect((await late.next(({ t }) => t === 'GUILD_CREATE')).d.name).toBe('Kitchen');
    late.socket.close(1000);
    connections.at(-1)!.socket.close(1000);
  },
  30_000,
);

it('identifies once, and says so, when the start state is gone', async () => {
  await using discord = await Simulator.start({ identifyGapMs: 0 });
  discord.createGuild({ name: 'Kitchen' });
  const [port, opsPort] = [await freePort(), await freePort()];
  const first = await start(discord, port, opsPort);
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  rmSync(join(directory.path, 'start-1-0.log'));
  const second = await start(discord, port, opsPort);
  await eventually(() => second.output().includes('shard 0 identifies: there is no start state'));
  const client = new RawClient(`ws://127.0.0.1:${port}/`);
  await client.identify();
  await client.next(({ t }) => t === 'GUILD_CREATE');
  expect(discord.ledger.filter('identify')).toHaveLength(2);
  client.socket.close(1000);
  second.child.kill('SIGTERM');
  await once(second.child, 'exit');
});

it.each([
  [{ BOT_TOKEN: '' }, 'BOT_TOKEN must be the bot token, got none'],
  [{ BOT_TOKEN: 'a.b.c' }, 'TINFOIL_PROXY_TOKENS must name at least one access token'],
  [{ BOT_TOKEN: 'a.b.c', TINFOIL_PROXY_TOKENS: 'short' }, 'entry 1 is neither'],
])('says in one line what is wrong with %j', async (env, line) => {
  const child = spawn(process.execPath, [program], { env });
  let text = '';
  child.stderr.on('data', (data) => {
    text += data;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(text).toContain(line);
  expect(text.trim().split('\n')).toHaveLength(1);
});
