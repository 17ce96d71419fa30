/**
 * `changeset version`, and then the versions that stand in sources: what the REST client's User-Agent says of itself.
 *
 *   node tooling/release/versions.mjs
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../checks/repository.mjs';

/** Sources that state their package's version, each in one line of this form. */
const stated = [{ folder: 'packages/rest', source: 'src/options.ts' }];
const pattern = /^const version = '([^']+)';$/m;

/** Sources whose version is not that of their package. */
export function staleVersions() {
  return stated.flatMap(({ folder, source }) => {
    const path = join(root, folder, source);
    const { version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = readFileSync(path, 'utf8');
    const says = pattern.exec(text)?.[1];
    if (says === undefined) throw new Error(`${folder}/${source} must have a line like: const version = '1.2.3';`);
    return says === version ? [] : [{ path, text, version, says }];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  execFileSync('npx', ['changeset', 'version'], { cwd: root, stdio: 'inherit' });
  for (const { path, text, version } of staleVersions()) {
    writeFileSync(path, text.replace(pattern, `const version = '${version}';`));
    console.log(`${path}: ${version}`);
  }
}
