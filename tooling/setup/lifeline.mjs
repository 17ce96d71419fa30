/**
 * Children that end with us, and we that end with npm.
 *
 * Ending `npm` by a signal leaves its script alive, so the script watches its ancestors itself: the parent and, where that is
 * the shell npm started, npm. Children run in process groups of their own, which are killed whole.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const groups = new Set();
const windows = process.platform === 'win32';
let ended = false;

/** Runs a command to its end with our standard streams; resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    // npx and its like are scripts on Windows, which only a shell can start.
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: !windows,
      shell: windows,
      ...options,
    });
    groups.add(child);
    child.on('error', (error) => {
      groups.delete(child);
      reject(error);
    });
    child.on('exit', (code, signal) => {
      groups.delete(child);
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
}

/** Ends this process and all it started as soon as npm, or whoever stands in for it, is gone. */
export function endWithAncestors() {
  const watched = ancestors();
  const timer = setInterval(() => {
    if (process.ppid !== watched[0] || !watched.every(isAlive)) endAll(143);
  }, 500);
  timer.unref();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])
    process.once(signal, () => endAll(code));
  return () => clearInterval(timer);
}

function endAll(code) {
  if (ended) return;
  ended = true;
  for (const child of groups) {
    try {
      if (windows) child.kill();
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
  process.exit(code);
}

function ancestors() {
  const parent = process.ppid;
  const found = [parent];
  const stat = readStat(parent);
  if (stat !== undefined && /^(ba|da|z|k)?sh$/.test(stat.name) && stat.parent > 1) found.push(stat.parent);
  return found;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return readStat(pid)?.state !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Linux only; elsewhere the parent alone is watched. */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(text);
    return { name, state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
