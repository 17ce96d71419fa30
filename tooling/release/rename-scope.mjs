/**
 * Renames the npm scope, the meta-package `npm create` and the project's URL everywhere in one go:
 *
 *   node tooling/release/rename-scope.mjs --scope @other [--meta other] [--url https://github.com/other/other] [--write]
 *
 * Without `--write` it only says what it would change. Afterwards run `npx pnpm install` and commit the lock file with the rest.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const url = /projectUrl = '([^']+)'/.exec(readFileSync(join(root, 'packages/types/src/project.ts'), 'utf8'))[1];

/** Text with the new names. The meta-package is renamed only where it stands as a module or a dependency, not where it is the product's name. */
export function renameIn(text, { scope, meta, newUrl }) {
  let renamed = text;
  if (scope !== undefined) renamed = renamed.replaceAll(/@tinfoil(?=\/)/g, scope);
  if (meta !== undefined)
    renamed = renamed
      .replaceAll(/(from |import\(|import )(['"])tinfoil\2/g, `$1$2${meta}$2`)
      .replaceAll(/"tinfoil"(?=: "workspace:)/g, `"${meta}"`)
      .replaceAll(/("name": )"tinfoil"/g, `$1"${meta}"`)
      .replaceAll(/^'tinfoil'(?=: (?:major|minor|patch)$)/gm, `'${meta}'`)
      // npm finds `npm create x` as create-x, and `npm create @x/y` as @x/create-y. The folder keeps its name.
      .replaceAll(
        /(?<!packages\/)(?<![\w-])create-tinfoil(?![\w-]*\.(?:md|txt))(?=[^/\w.-]|$|-\d|\.[^\w])/gm,
        meta.replace(/([^/]+)$/, 'create-$1'),
      )
      .replaceAll('npm create tinfoil', `npm create ${meta}`);
  if (newUrl !== undefined) renamed = renamed.replaceAll(url, newUrl);
  return renamed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();

function main() {
  const { values } = parseArgs({
    options: {
      scope: { type: 'string' },
      meta: { type: 'string' },
      url: { type: 'string' },
      write: { type: 'boolean' },
    },
  });
  if (values.scope !== undefined && !/^@[a-z0-9][a-z0-9._-]*$/.test(values.scope))
    fail(`--scope must look like @name, got ${values.scope}`);
  if (values.meta !== undefined && !/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(values.meta))
    fail(`--meta must be a package name, got ${values.meta}`);
  if (values.url !== undefined && !URL.canParse(values.url)) fail(`--url must be a URL, got ${values.url}`);
  if (values.scope === undefined && values.meta === undefined && values.url === undefined)
    fail('give --scope, --meta or --url');
  const names = { scope: values.scope, meta: values.meta, newUrl: values.url?.replace(/\/+$/, '') };
  let changed = 0;
  for (const path of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean)) {
    if (path === 'pnpm-lock.yaml' || /\.(png|ico|woff2?)$/.test(path) || path.startsWith('tooling/release/')) continue;
    const before = readFileSync(join(root, path), 'utf8');
    const after = renameIn(before, names);
    if (after === before) continue;
    changed += 1;
    console.log(path);
    if (values.write) writeFileSync(join(root, path), after);
  }
  console.log(`${changed} files ${values.write ? 'changed' : 'would change (add --write)'}`);
}

function fail(line) {
  console.error(`rename-scope: ${line}`);
  process.exit(1);
}
