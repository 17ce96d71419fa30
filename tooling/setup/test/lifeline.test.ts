import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const lifeline = new URL('../lifeline.mjs', import.meta.url).href;
const script = `
import { endWithAncestors, run } from ${JSON.stringify(lifeline)};
endWithAncestors();
const program = 'console.log(process.pid); setInterval(() => {}, 1000)';
console.log(process.pid);
await run(process.execPath, ['-e', program]);
`;

let project: string;
let npm: ChildProcess;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tinfoil-lifeline-'));
  writeFileSync(join(project, 'main.mjs'), script);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, scripts: { start: 'node main.mjs' } }));
});

afterEach(() => {
  npm.kill('SIGKILL');
  rmSync(project, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('endWithAncestors', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends the script and its child within 3 s of npm getting %s',
    async (signal) => {
      npm = spawn('npm', ['start', '--silent'], { cwd: project, stdio: ['ignore', 'pipe', 'ignore'] });
      const pids = await firstLines(npm, 2);
      expect(pids.every(isAlive)).toBe(true);
      npm.kill(signal);
      await goneWithin(pids, 3000);
    },
  );

  it('ends the child when the script itself is told to end', async () => {
    npm = spawn(process.execPath, ['main.mjs'], { cwd: project, stdio: ['ignore', 'pipe', 'ignore'] });
    const pids = await firstLines(npm, 2);
    npm.kill('SIGTERM');
    await goneWithin(pids, 3000);
  });
});

/** The first lines are the pids of the script and of its child. */
function firstLines(child: ChildProcess, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const pids: number[] = [];
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it printed ${count} pids`)));
    if (child.stdout === null) return reject(new Error('no stdout'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      pids.push(Number(line));
      if (pids.length === count) resolve(pids);
    });
  });
}

async function goneWithin(pids: readonly number[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline)
      expect.fail(`still alive after ${timeoutMs} ms: ${pids.filter(isAlive).join(' ')}`);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
