/** `npm test`: sets up what the tests need, checks the types, runs every test. Arguments go to vitest. */
import { endWithAncestors } from './lifeline.mjs';
import { build, checkNode, install, light, must, pnpm } from './set-up.mjs';

checkNode();
endWithAncestors();
await install('test');
await build('--filter=./packages/*', '--filter=./apps/*');
await must(
  pnpm(['exec', 'turbo', 'run', 'typecheck', '--output-logs=errors-only', '--log-order=grouped', ...light]),
  'typecheck',
);
await must(pnpm(['exec', 'vitest', 'run', ...process.argv.slice(2)]), 'vitest');
process.exit(0);
