/**
 * The documentation site, built and checked: `node tooling/setup/with.mjs apps/docs build.mjs` in the repository's root.
 *
 * `--quick`: the pages' code and the error codes alone. `--no-browser`: everything but the browser. The site is in `dist/site`.
 */
import { join } from 'node:path';
import { blocksOf, compileBlocks } from './lib/code.mjs';
import { checkErrors } from './lib/errors.mjs';
import { checkLinks } from './lib/links.mjs';
import { gatherPages, out } from './lib/pages.mjs';
import { runBlocks } from './lib/run.mjs';

const flags = new Set(process.argv.slice(2));
const pages = gatherPages();
const blocks = blocksOf(pages);
const site = join(out, 'site');

const steps = [
  [`${blocks.length} blocks of TypeScript compile`, () => compileBlocks(blocks)],
  ['runnable blocks against the Simulator', () => runBlocks(blocks)],
  ['every error code has its line', () => checkErrors(pages)],
];
if (!flags.has('--quick')) {
  const { buildReference, buildSite } = await import('./lib/site.mjs');
  steps.push(['the site', buildSite], ['API reference', buildReference], ['links and anchors', () => checkLinks(site)]);
  if (!flags.has('--no-browser')) {
    const { readInBrowser } = await import('./lib/browser.mjs');
    steps.push(['search, and both widths, in a browser', () => readInBrowser(site)]);
  }
}

let failed = 0;
for (const [name, step] of steps) {
  console.log(`\n--- ${name}`);
  if ((await step()) !== 0) failed += 1;
}
console.log(
  failed === 0 ? '\ndocumentation: all passed' : `\ndocumentation: ${failed} of ${steps.length} steps failed`,
);
process.exit(failed === 0 ? 0 : 1);
