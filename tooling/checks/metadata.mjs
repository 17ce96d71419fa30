/** Manifests: what every published package must say, and say the same. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, manifests, root } from './repository.mjs';

export function checkMetadata() {
  const problems = [];
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const projectUrl = /projectUrl = '([^']+)'/.exec(
    readFileSync(join(root, 'packages/types/src/project.ts'), 'utf8'),
  )[1];
  for (const { folder, manifest } of manifests()) {
    const say = (text) => problems.push(`${folder}/package.json: ${text}`);
    if (manifest.private !== true) {
      if (manifest.license !== rootManifest.license) say(`license must be ${rootManifest.license}`);
      if (manifest.engines?.node !== rootManifest.engines.node)
        say(`engines.node must be ${rootManifest.engines.node}, as in the root`);
      if (manifest.homepage !== projectUrl) say(`homepage must be ${projectUrl}`);
      if (manifest.repository?.directory !== folder) say(`repository.directory must be ${folder}`);
      if (!manifest.repository?.url?.includes(projectUrl.replace(/^https:/, '')))
        say(`repository.url must point to ${projectUrl}`);
      if (manifest.type !== 'module' || manifest.sideEffects !== false) say('must be a module without side effects');
      if (!existsSync(join(root, folder, 'README.md'))) say('has no README.md beside it');
      const { '@tinfoil/source': source, ...published } = manifest.exports?.['.'] ?? {};
      if (source !== './src/index.ts') say('exports["."] must name ./src/index.ts under @tinfoil/source');
      if (JSON.stringify(manifest.publishConfig?.exports?.['.']) !== JSON.stringify(published))
        say('publishConfig.exports must equal exports less @tinfoil/source');
    }
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      if ((name === 'tinfoil' || name.startsWith('@tinfoil/')) && range !== 'workspace:^')
        say(`${name} must be workspace:^, got ${range}`);
  }
  const spread = files().filter(
    (path) =>
      /\.(ts|mjs|js)$/.test(path) &&
      path.startsWith('packages/') &&
      !path.includes('/test/') &&
      path !== 'packages/types/src/project.ts',
  );
  for (const path of spread)
    if (readFileSync(join(root, path), 'utf8').includes(projectUrl))
      problems.push(`${path}: states the project's URL; import projectUrl from @tinfoil/types`);
  return problems;
}
