/** Packs the published packages as `pnpm publish` would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifests, root } from './repository.mjs';

/** One published package. */
export function published() {
  return manifests().filter(({ manifest }) => manifest.private !== true);
}

/** Packs a package (its folder from the root) into a directory of its own below `target`. Gives the tarball's path. */
export function pack(folder, target) {
  const own = join(target, folder.split('/')[1]);
  mkdirSync(own, { recursive: true });
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  execFileSync('npx', ['--yes', pnpm, 'pack', '--pack-destination', own], {
    cwd: join(root, folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
  });
  return join(own, readdirSync(own)[0]);
}
