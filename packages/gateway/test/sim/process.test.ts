/** Whole programs, with the built package: what they print, how they end. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { quickTiming, startDiscord, until } from './bot.ts';

const folder = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program that has `discord` (restUrl, token) and `Gateway`; it must end by itself. */
async function run(discord: { restUrl: string; token: string }, program: string) {
  const { restUrl, token } = discord;
  const source = `import { Gateway } from '@tinfoil/gateway'; const discord = ${JSON.stringify({ restUrl, token })};
    const create = (options = {}) => new Gateway({ token: discord.token, baseUrl: discord.restUrl, intents: 1, ...options });
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { cwd: folder });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, ...output };
}

/** Prints the content of each message it handled, for as long as it lives. */
function handler(discord: { restUrl: string; token: string }, directory: string, timing: object) {
  const source = `import { createFileSessionStore, Gateway } from '@tinfoil/gateway';
    const sessionStore = createFileSessionStore({ directory: ${JSON.stringify(directory)} });
    const gateway = new Gateway({ token: '${discord.token}', baseUrl: '${discord.restUrl}', intents: 33281, sessionStore, timing: ${JSON.stringify(timing)} });
    gateway.on('MESSAGE_CREATE', async (message) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      await new Promise((resolve) => process.stdout.write(message.content + '\\n', resolve));
    });
    await gateway.connect();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { cwd: folder });
  const handled: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => handled.push(...text.trim().split('\n')));
  return { child, handled, ended: new Promise((resolve) => child.once('close', resolve)) };
}

describe.concurrent('a program', () => {
  it('that is killed over and over loses nothing: the next one resumes and gets what was not handled', async ({
    expect,
  }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const directory = await mkdtemp(join(tmpdir(), 'tinfoil-killed-'));
    const seen = new Set<string>();
    let number = 0;
    for (let life = 0; life < 4; life++) {
      const { child, handled, ended } = handler(discord, directory, quickTiming);
      // What is said before there is a session, nobody is owed.
      await discord.ledger.waitFor('ready');
      const say = setInterval(() => discord.createMessage(guild.channels[0]!.id, { content: String(number++) }), 5);
      const before = number;
      await until(() => handled.some((content) => Number(content) > before + 30), 'messages', 10_000);
      clearInterval(say);
      if (life === 3) await until(() => new Set([...seen, ...handled]).size === number, 'every message');
      child.kill('SIGKILL');
      await ended;
      for (const content of handled) seen.add(content);
    }
    await rm(directory, { recursive: true });
    expect([...seen].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: number }, (_, index) => index));
    expect(discord.ledger.count('identify')).toBe(1);
    expect(discord.ledger.count('resume')).toBe(3);
  });

  it('ends by itself after close(), whatever the gateway was doing', async ({ expect }) => {
    await using discord = await startDiscord();
    discord.faults.next({}, 1);
    discord.faults.next({ hello: 'missing' }, 1);
    const result = await run(
      discord,
      `for (let round = 0; round < 2; round++) {
         const gateway = create();
         const connecting = gateway.connect().catch((error) => console.log(error.code));
         if (round === 0) await connecting;
         else await new Promise((resolve) => gateway.on('shardStatus', ({ status }) => status === 'greeting' && resolve()));
         await gateway.close();
         console.log('closed');
       }
       const endedAt = performance.now();
       process.on('exit', () => console.log(performance.now() - endedAt < 1000));`,
    );
    expect(result).toEqual({ code: 0, stdout: 'closed\nTINFOIL_GATEWAY_CLOSED\nclosed\ntrue\n', stderr: '' });
  });

  it('that never connects opens nothing, does not even load ws, and ends', async ({ expect }) => {
    await using discord = await startDiscord();
    const result = await run(
      discord,
      `import { createRequire } from 'node:module';
       create();
       console.log(Object.keys(createRequire(import.meta.url).cache).some((path) => /[\\\\/]ws[\\\\/]/.test(path)));`,
    );
    expect(result).toEqual({ code: 0, stdout: 'false\n', stderr: '' });
    expect(discord.ledger.entries).toEqual([]);
  });

  it.for([4004, 4014])(
    'is not ended by fatal close %i, a failing listener, or rejections nobody awaits',
    async (code, { expect }) => {
      await using discord = await startDiscord();
      discord.faults.next({ identify: code });
      const result = await run(
        discord,
        `const gateway = create();
       gateway.on('fatal', () => { throw new Error('listener'); });
       gateway.on('shardStatus', async () => { throw new Error('listener'); });
       gateway.connect();
       gateway.waitFor('MESSAGE_CREATE', () => false, { timeoutMs: 10 });
       await new Promise((resolve) => gateway.on('fatal', resolve));
       gateway.send(0, { op: 3, d: null });
       gateway.restartShard(0, { mode: 'resume', signal: AbortSignal.abort() });
       await new Promise((resolve) => setTimeout(resolve, 50));
       gateway.close();
       console.log('alive');`,
      );
      expect(result).toEqual({ code: 0, stdout: 'alive\n', stderr: '' });
    },
  );
});
