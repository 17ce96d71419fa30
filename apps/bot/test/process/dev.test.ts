import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, type Program, startProgram } from './program.ts';

let program: Program;
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'tinfoil-dev-test-'));
});

afterEach(async () => {
  program.child.kill('SIGKILL');
  await program.ended;
  // A killed program cannot remove what it made.
  rmSync(temporary, { recursive: true, force: true });
});

const start = (...args: string[]) => startProgram(['dev', ...args], { TMPDIR: temporary });

const timeoutMs = 60_000;

describe('role dev', () => {
  it('handles all that the Simulator sent, also when a pod is killed, without another IDENTIFY', {
    timeout: timeoutMs,
  }, async () => {
    program = start('--once');
    const [, pid] = await program.match(/bot-1 is process (\d+)/);
    await program.match(/sent [1-9]\d* messages/);
    process.kill(Number(pid), 'SIGKILL');
    await program.match(/bot-1 died \(SIGKILL\); starting it again/);
    expect(await program.ended, program.output()).toBe(0);
    expect(program.output()).toMatch(/gateway +3 identifies, [1-9]\d* resumes, 1 pods died/);
    expect(program.output()).toContain('everything sent was handled');
  });

  it('leaves no process behind when it is killed', { timeout: timeoutMs }, async () => {
    program = start();
    const pids = await Promise.all(
      ['manager', 'bot-0', 'bot-1', 'bot-2'].map(async (name) =>
        Number((await program.match(new RegExp(`${name} is process (\\d+)`)))[1]),
      ),
    );
    await program.match(/bot-2\] shard 2 ready/);
    program.child.kill('SIGKILL');
    const deadline = performance.now() + 3000;
    while (pids.some(isAlive) && performance.now() < deadline) await sleep(20);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends with its balance on SIGINT', { timeout: timeoutMs }, async () => {
    program = start();
    await program.match(/sent [1-9]\d* messages, [1-9]/);
    program.child.kill('SIGINT');
    expect(await program.ended, program.output()).toBe(0);
    expect(program.output()).toContain('everything sent was handled');
  });
});
