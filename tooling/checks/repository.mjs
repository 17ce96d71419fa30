/** What the checks read: the files that git knows, and the manifests among them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

let known;

/** Paths of all files, relative to the root: tracked ones and new ones that are not ignored. */
export function files() {
  known ??= execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));
  return known;
}

/** TypeScript files below a folder. */
export function sources(folder) {
  return files().filter((path) => path.startsWith(`${folder}/`) && /\.[cm]?tsx?$/.test(path));
}

/**
 * Every workspace package.
 *
 * @returns {{ folder: string, manifest: { name: string, private?: boolean, exports?: Record<string, unknown>, [field: string]: any } }[]}
 */
export function manifests() {
  return files()
    .filter((path) => /^(packages|apps|tooling)\/[^/]+\/package\.json$/.test(path))
    .map((path) => ({ folder: dirname(path), manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) }));
}
