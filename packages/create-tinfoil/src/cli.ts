/** The `create-tinfoil` program. It owns the process: arguments, standard streams, exit code. */
import { relative } from 'node:path';
import { ask, withDefaults } from './ask.ts';
import { createProject } from './create.ts';
import { ProjectError } from './errors.ts';
import { parseFlags, usage } from './flags.ts';

async function main(args: readonly string[]): Promise<void> {
  const flags = parseFlags(args);
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  const answers = process.stdin.isTTY ? await ask(flags, process.stdin, process.stdout) : withDefaults(flags);
  const files = await createProject({ ...answers, packages: flags.packages });
  const steps = ['npm install', 'npm test'];
  const where = relative(process.cwd(), answers.directory);
  if (where !== '') steps.unshift(`cd ${where}`);
  process.stdout.write(
    `Wrote ${files.length} files. Next:\n\n${steps.map((step) => `  ${step}\n`).join('')}\nThe README there goes on.\n`,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof ProjectError;
  process.stderr.write(`create-tinfoil: ${expected ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
