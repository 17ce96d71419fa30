/**
 * `.ci/run`: the README's test command, then the checks that are too long for it. Every step runs, also after one has failed; the
 * last line counts them.
 */

import { endWithAncestors, run } from './lifeline.mjs';
import { installServers } from './servers.mjs';
import { checkNode, pnpm, root } from './set-up.mjs';

checkNode();
endWithAncestors();

const node = (...args) => run(process.execPath, args, { cwd: root });
const npx = (...args) => pnpm(['exec', ...args]);

const long = (folder) => npx('vitest', 'run', '--root', folder, '--config', 'vitest.long.config.ts');
const heavy = (folder, ...args) => node('tooling/setup/with.mjs', folder, ...args);

/** Name and command of each step, in order; a cheap one that often fails comes early. */
const steps = [
  ['servers from the system', installServers],
  ['npm test', () => run('npm', ['test'], { cwd: root })],
  ['npm start -- --once', () => run('npm', ['start', '--', '--once', '--simulated'], { cwd: root })],
  ['format and lint', () => npx('biome', 'check', '--error-on-warnings', '.')],
  ['repository checks', () => node('tooling/checks/all.mjs')],
  ['unused code', () => npx('knip', '--no-config-hints', '--no-progress')],
  ['packed packages', () => node('tooling/checks/packed.mjs')],
  ['created projects', () => node('tooling/checks/created.mjs')],
  ['release, dry run', () => node('tooling/release/release.mjs', '--in-ci')],
  ['status page in a browser', () => heavy('tooling/browser', 'run.mjs')],
  ['interactions on every runtime', () => heavy('tooling/runtimes', 'run.mjs')],
  ['interactions under any bytes', () => long('packages/interactions')],
  ['gateway soak, 2 minutes', () => node('packages/gateway/test/long/soak.mjs', '--minutes', '2')],
  ['cluster scenarios', () => long('packages/cluster')],
  ['the image, without a container engine', () => node('tooling/deploy/run-image.mjs')],
  ["an operator's day on loopback", () => node('tooling/deploy/rehearsal/run.mjs')],
  ['documentation site', () => heavy('apps/docs', 'build.mjs')],
];

const wanted = process.argv.slice(2);
const results = [];
for (const [name, step] of steps) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  const code = await step().catch((error) => {
    console.error(error.message);
    return 1;
  });
  results.push({ name, ok: code === 0, seconds: Math.round((performance.now() - startedAt) / 1000) });
}

console.log('\n=== summary');
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${String(seconds).padStart(4)} s  ${name}`);
const failed = results.filter(({ ok }) => !ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && results.length > 0 ? 0 : 1);
