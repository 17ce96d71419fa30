/**
 * Compiles generated programs with the repository's own `tsc`, and gives back what it says.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Diagnostic
 * @property {number} line
 * @property {string} code
 * @property {string} message
 */

/**
 * Compiles one program. It stands inside the package, so that `@tinfoil/types` resolves to its source.
 *
 * @param {string} name
 * @param {string} source
 * @param {readonly string[]} [flags]
 * @returns {{ diagnostics: Diagnostic[], output: string }}
 */
export function compile(name, source, flags = []) {
  const directory = path.join(root, '.tinfoil', `${name}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  try {
    writeFileSync(path.join(directory, `${name}.gen.ts`), source);
    writeFileSync(
      path.join(directory, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../../tsconfig.base.json',
        compilerOptions: { noErrorTruncation: true, noUnusedLocals: false },
        files: [`${name}.gen.ts`],
      }),
    );
    const { stdout, stderr, error, status } = spawnSync(
      process.execPath,
      [tsc, '-p', directory, '--pretty', 'false', ...flags],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      },
    );
    if (error !== undefined) throw error;
    const diagnostics = parse(stdout);
    // Silence is a pass only from a compiler that ran.
    if (status !== 0 && diagnostics.length === 0) throw new Error(`tsc failed: ${(stdout + stderr).slice(0, 500)}`);
    return { diagnostics, output: stdout + stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} output
 * @returns {Diagnostic[]}
 */
function parse(output) {
  return [...output.matchAll(/^.*\((\d+),\d+\): error (TS\d+): (.*(?:\n {2}.*)*)/gm)].map(
    ([, line, code, message]) => ({
      line: Number(line),
      code: String(code),
      message: String(message),
    }),
  );
}
