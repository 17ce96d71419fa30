/** Where things are, relative to this file, and what a whole run needs to know of the repository. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../..', import.meta.url));
export const deployFolder: string = join(root, 'apps/bot/deploy');

/** Every folder under `apps/bot/deploy` that is a kustomization of its own, relative to it; components are parts of others. */
export function kustomizations(): string[] {
  return readdirSync(deployFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => existsSync(join(deployFolder, path, 'kustomization.yaml')) && !/^(?:components\/|\.)/.test(path))
    .sort();
}

/** Pairs of fleet and manager. */
export const overlays = ['local', 'one-per-pod', 'sixteen-per-pod'] as const;
