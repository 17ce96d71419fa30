/** The `tinfoil` program. It owns the process: arguments, environment, standard streams, exit code. */
import { runCutover } from './cutover-command.ts';
import { runPlan } from './plan-command.ts';

const usage = `tinfoil <command>

  plan      manifests of a fleet's next generation (tinfoil plan --help)
  cutover   lets a generation in standby take over (tinfoil cutover --help)
`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'plan')
    return runPlan({
      args,
      env: process.env,
      write: (text) => void process.stdout.write(text),
      note: (text) => void process.stderr.write(text),
    });
  if (command === 'cutover')
    return runCutover({ args, env: process.env, note: (text) => void process.stderr.write(text) });
  if (command === '--help' || command === '-h' || command === undefined) {
    process.stdout.write(usage);
    return command === undefined ? 1 : 0;
  }
  process.stderr.write(`tinfoil: unknown command ${JSON.stringify(command)}; there are plan and cutover\n`);
  return 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
