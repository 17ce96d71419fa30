/**
 * Runs a script of a folder whose dependencies `npm test` does not install: installs them, builds the packages, then goes.
 *
 *   node tooling/setup/with.mjs tooling/runtimes run.mjs [arguments of the script]
 */
import { join } from 'node:path';
import { endWithAncestors, run } from './lifeline.mjs';
import { build, checkNode, installFolder, root } from './set-up.mjs';

checkNode();
endWithAncestors();
const [folder, script, ...args] = process.argv.slice(2);
if (folder === undefined || script === undefined) {
  console.error('with: name a folder and a script in it, such as tooling/runtimes run.mjs');
  process.exit(1);
}
await installFolder(folder);
await build('--filter=./packages/*', '--filter=./apps/*');
process.exit(await run(process.execPath, [join(root, folder, script), ...args], { cwd: join(root, folder) }));
