/** Runs the browser tests: `node tooling/setup/with.mjs tooling/browser run.mjs`, which installs the browser first. */
import { join } from 'node:path';
import { must, pnpm, root } from '../setup/set-up.mjs';

await must(
  pnpm(['exec', 'vitest', 'run', '--config', join(root, 'tooling/browser/vitest.config.ts')]),
  'browser tests',
);
