/** `npm start`: sets up what the sample bot needs and runs it, in this process. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithAncestors } from './lifeline.mjs';
import { build, checkNode, install, root } from './set-up.mjs';

checkNode();
endWithAncestors();
await install('start');
await build('--filter=@tinfoil/bot...');
const program = join(root, 'apps', 'bot', 'dist', 'main.js');
process.argv[1] = program;
await import(pathToFileURL(program).href);
