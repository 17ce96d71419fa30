/** TypeScript of the pages: every block becomes a file, and all of them are compiled as a reader's project would be. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../tooling/setup/lifeline.mjs';
import { docs, out, root } from './pages.mjs';

/** Blocks of all pages: `name` of the file (page and number), `code`, and `options` from the fence (`ts run answers=pong`). */
export function blocksOf(pages) {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/^```ts(?: (.*))?\n([\s\S]*?)^```$/gm)].map((match, index) => ({
      name: `${path.replace(/\.md$/, '').replaceAll('/', '-')}-${index + 1}`,
      code: match[2],
      options: Object.fromEntries(
        (match[1] ?? '')
          .split(' ')
          .filter(Boolean)
          .map((word) => {
            const [key, ...value] = word.split('=');
            return [key, value.join('=')];
          }),
      ),
    })),
  );
}

/** Compiles the blocks with the workspace's compiler, against the packages' sources. Resolves to the exit code. */
export async function compileBlocks(blocks) {
  const folder = join(out, 'code');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // An empty export makes each block a module of its own; without it they would share their names.
  for (const { name, code } of blocks) writeFileSync(join(folder, `${name}.ts`), `${code}\nexport {};\n`);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.base.json',
      compilerOptions: {
        isolatedDeclarations: false,
        declaration: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      include: ['*.ts', '../../code/*.d.ts'],
    }),
  );
  return run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder, '--pretty', 'false'], { cwd: docs });
}
