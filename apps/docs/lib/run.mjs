/**
 * Runs the blocks marked `run`, as they stand, against a Simulator: a loader gives the packages that talk to Discord the
 * Simulator's address, and nothing else is changed.
 *
 * `run` alone must end by itself with exit code 0; `says=text` must print it; `answers=text` must post it to a channel in which
 * a member writes `!ping` over and over.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Simulator } from '@tinfoil/testing';
import ts from 'typescript';
import { docs, out } from './pages.mjs';

const deadlineMs = 20_000;

/** Runs them one after another; resolves to the number that failed. */
export async function runBlocks(blocks) {
  const folder = join(out, 'run');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let failed = 0;
  for (const block of blocks.filter(({ options }) => 'run' in options)) {
    const { outputText } = ts.transpileModule(block.code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const file = join(folder, `${block.name}.mjs`);
    writeFileSync(file, outputText);
    const problem = await runOne(file, block.options);
    if (problem !== undefined) failed += 1;
    console.log(
      `${problem === undefined ? 'ok  ' : 'FAIL'} ${block.name}${problem === undefined ? '' : `: ${problem}`}`,
    );
  }
  return failed;
}

async function runOne(file, wanted) {
  const discord = await Simulator.start({ identifyGapMs: 10 });
  try {
    return await runAgainst(discord, file, wanted);
  } finally {
    await discord.close();
  }
}

async function runAgainst(discord, file, { says, answers }) {
  const { channels } = discord.createGuild({ name: 'Kitchen', channels: 1, memberCount: 25 });
  const register = pathToFileURL(join(docs, 'run', 'register.mjs')).href;
  const child = spawn(process.execPath, ['--import', register, file], {
    env: {
      PATH: process.env.PATH,
      BOT_TOKEN: discord.token,
      DISCORD_PUBLIC_KEY: discord.publicKey,
      CHANNEL_ID: channels[0].id,
      TINFOIL_API_URL: discord.restUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const result = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`nothing after ${deadlineMs} ms: ${output}`), deadlineMs);
    const look = () => {
      if (says !== undefined && output.includes(says)) resolve(undefined);
      if (answers === undefined) return;
      discord.createMessage(channels[0].id, { content: '!ping' });
      if (
        discord
          .messages(channels[0].id)
          .some(({ content, author }) => author.id === discord.user.id && content === answers)
      )
        resolve(undefined);
    };
    const poll = setInterval(look, 200);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('close', (code) => {
      look();
      const ended = says === undefined && answers === undefined && code === 0;
      resolve(ended ? undefined : `ended with code ${code}: ${output}`);
    });
    child.once('close', () => clearInterval(poll));
    child.once('close', () => clearTimeout(timer));
  });
  try {
    return await result;
  } finally {
    child.kill('SIGKILL');
  }
}
