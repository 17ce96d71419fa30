/** The program as it is installed: `dist` must be built. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/tinfoil-simulator.js', import.meta.url));

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [bin], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  return { child, exited: once(child, 'exit').then(([code]) => code as number | null), errors: () => errors };
}

it('prints its address, serves the ledger without tokens, ends on SIGTERM', async () => {
  const { child, exited } = start({ BOT_TOKEN: 'Chosen.Token', TINFOIL_HOST: '127.0.0.1' });
  const [line] = await once(child.stdout, 'data');
  const url = String(line).trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const me = await fetch(`${url}/api/v10/users/@me`, { headers: { authorization: 'Bot Chosen.Token' } });
  expect(me.status).toBe(200);
  const ledger = await (await fetch(`${url}/ledger.json`)).text();
  expect(JSON.parse(ledger).counts).toMatchObject({ request: 1, response: 1 });
  expect(ledger).not.toContain('Chosen.Token');
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

it('has members who write and use commands, when told to', async () => {
  const { createServer } = await import('node:http');
  const bot = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ type: 4, data: { content: 'pong' } }));
  });
  await once(bot.listen(0, '127.0.0.1'), 'listening');
  const address = bot.address();
  const { child, exited } = start({
    TINFOIL_SIMULATED_SHARDS: '2',
    TINFOIL_SIMULATED_GUILDS: '3',
    TINFOIL_SIMULATED_MESSAGES: '50',
    TINFOIL_SIMULATED_INTERACTIONS: '50',
    TINFOIL_SIMULATED_INTERACTIONS_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/interactions`,
  });
  const url = String((await once(child.stdout, 'data'))[0]).trim();
  const read = async (path: string, headers = {}) =>
    (await (await fetch(`${url}${path}`, { headers })).json()) as Record<string, unknown>;
  const counts = async () => (await read('/ledger.json')).counts as Record<string, number>;
  await expect.poll(async () => (await counts()).interactionAnswered ?? 0, { timeout: 10_000 }).toBeGreaterThan(2);
  expect((await counts()).message).toBeGreaterThan(2);
  const headers = { authorization: 'Bot Simulated.Bot.Token' };
  expect((await read('/api/v10/gateway/bot', headers)).shards).toBe(2);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  bot.close();
  bot.closeAllConnections();
});

it.each([
  [
    { TINFOIL_SIMULATED_GUILDS: 'x' },
    'tinfoil-simulator: TINFOIL_SIMULATED_GUILDS must be a whole number of at least 0, got "x"\n',
  ],
  [{ TINFOIL_PORT: '99999' }, 'tinfoil-simulator: TINFOIL_PORT must be a port from 0 to 65535, got 99999\n'],
  [{ TINFOIL_PORT: 'x' }, 'tinfoil-simulator: TINFOIL_PORT must be a port from 0 to 65535, got "x"\n'],
  [{ TINFOIL_PUBLIC_URL: 'here' }, 'tinfoil-simulator: TINFOIL_PUBLIC_URL must be an http or https URL, got "here"\n'],
])('ends with one line and exit code 1 for %j', async (env, message) => {
  const { exited, errors } = start(env);
  expect(await exited).toBe(1);
  expect(errors()).toBe(message);
});
