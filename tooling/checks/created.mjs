/**
 * What `npm create tinfoil` writes, as a new user gets it: the program itself is packed and installed, each of its variants is
 * written into an empty directory, installed from packed tarballs, type-checked and tested against the Simulator.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pack, published } from './pack.mjs';

const work = mkdtempSync(join(tmpdir(), 'tinfoil-created-'));
const npmInstall = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
let failed = 0;

try {
  const packages = join(work, 'packages');
  mkdirSync(packages);
  const tarballs = published().map(({ folder }) => {
    const file = pack(folder, join(work, 'packed'));
    copyFileSync(file, join(packages, basename(file)));
    return file;
  });
  const program = join(work, 'program');
  mkdirSync(program);
  run('npm', [...npmInstall, tarballs.find((file) => basename(file).startsWith('create-'))], program);
  const create = join(program, 'node_modules', '.bin', 'create-tinfoil');

  for (const kind of ['gateway', 'http'])
    for (const deploy of ['process', 'kubernetes'])
      step(`${kind}, ${deploy}: installs, type-checks, passes its test`, () => {
        const project = join(work, `${kind}-${deploy}`);
        run(create, [project, '--kind', kind, '--deploy', deploy, '--packages', packages], work);
        run('npm', npmInstall, project);
        run('npm', ['run', 'typecheck'], project);
        const output = run('npm', ['test'], project);
        if (!/^# pass [1-9]|^ℹ pass [1-9]/m.test(output)) throw new Error(`no test ran:\n${output}`);
      });

  step('bad input is one line and writes nothing', () => {
    for (const args of [
      [],
      [join(work, 'gateway-process')],
      ['a', 'b'],
      ['bot', '--kind', 'carrier-pigeon'],
      ['bot', '--colour'],
      ['Big Bot'],
      ['bot', '--packages', join(work, 'nowhere')],
      [join(create, 'below-a-file')],
    ]) {
      const { status, stderr, stdout } = spawnSync(create, args, { cwd: work, encoding: 'utf8', input: '' });
      if (status !== 1 || stdout !== '' || stderr.trim().split('\n').length !== 1)
        throw new Error(`create-tinfoil ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
      process.stdout.write(`     ${stderr.replaceAll(work, '…')}`);
    }
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

function step(name, act) {
  const startedAt = performance.now();
  try {
    act();
    console.log(`ok   ${name} (${Math.round((performance.now() - startedAt) / 100) / 10} s)`);
  } catch (error) {
    failed += 1;
    console.log(
      `FAIL ${name}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.stdout === undefined ? error.stack : ''}`,
    );
  }
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 180_000 });
}
