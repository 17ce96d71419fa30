/** Installs the browser and runs its tests: `node tooling/browser/run.mjs`. */
import { join } from 'node:path';
import { endWithAncestors } from '../setup/lifeline.mjs';
import { checkNode, must, pnpm, root } from '../setup/set-up.mjs';

checkNode();
endWithAncestors();
await must(
  pnpm([
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--loglevel=warn',
    '--filter',
    '@tinfoil/browser...',
  ]),
  'install',
);
await must(
  pnpm(['exec', 'vitest', 'run', '--config', join(root, 'tooling/browser/vitest.config.ts')]),
  'browser tests',
);
process.exit(0);
