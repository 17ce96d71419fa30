/** A program of two lines ends by itself. Runs the built package in a real process, as users do. */
import { spawn } from 'node:child_process';
import { Simulator } from '@tinfoil/testing';
import { expect, it } from 'vitest';

interface Run {
  readonly output: string;
  readonly code: number | null;
  /** From the last line of output to the end of the process. */
  readonly lingeredMs: number;
}

async function run(program: string, env: Readonly<Record<string, string>>): Promise<Run> {
  const built = new URL('../../dist/index.js', import.meta.url).href;
  const source = `import { Rest } from ${JSON.stringify(built)};\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { env: { ...process.env, ...env } });
  let output = '';
  let spokeAtMs = performance.now();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      spokeAtMs = performance.now();
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output: output.trim(), code, lingeredMs: performance.now() - spokeAtMs };
}

it('ends within a second of its last line, without close()', async () => {
  await using discord = await Simulator.start();
  const { output, code, lingeredMs } = await run(
    `const rest = new Rest({ token: process.env.TOKEN, baseUrl: process.env.URL });
     const [me] = await Promise.all([rest.api.users.me.get(), rest.api.gateway.bot.get(), rest.api.users.me.get()]);
     console.log(me.username);`,
    { TOKEN: discord.token, URL: discord.restUrl },
  );
  expect({ output, code }).toEqual({ output: discord.user.username, code: 0 });
  expect(lingeredMs).toBeLessThan(1000);
});

it('waits for a request that waits for a rate limit', async () => {
  await using discord = await Simulator.start();
  discord.faults.rest('GET /users/@me', { type: 'rateLimit', scope: 'user', retryAfterMs: 300 });
  discord.faults.rest('GET /users/@me', { type: 'status', status: 502 });
  const { output } = await run(
    `const rest = new Rest({ token: process.env.TOKEN, baseUrl: process.env.URL });
     console.log((await rest.api.users.me.get()).username);`,
    { TOKEN: discord.token, URL: discord.restUrl },
  );
  expect(output).toBe(discord.user.username);
});

it('loads undici with the first request and not before', async () => {
  const { output } = await run(
    `import { createRequire } from 'node:module';
     const loaded = () => Object.keys(createRequire(process.env.HERE).cache).some((file) => file.includes('undici'));
     const rest = new Rest({ token: 'x', baseUrl: 'http://127.0.0.1:9/api', retries: 0 });
     const before = loaded();
     await rest.api.users.me.get().catch((error) => console.log(before, loaded(), error.code));`,
    { HERE: import.meta.url },
  );
  expect(output).toBe('false true TINFOIL_REST_CONNECTION');
});
