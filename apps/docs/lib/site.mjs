/** Builds the site with VitePress, and the API reference beside it with TypeDoc. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Application } from 'typedoc';
import { build } from 'vitepress';
import { docs, out, root } from './pages.mjs';

/** Writes `dist/site`. Resolves to 0; a failure throws. */
export async function buildSite() {
  await build(docs);
  return 0;
}

/** Writes `dist/site/api`, from the TSDoc of every package. Resolves to 0, or 1 when TypeDoc has errors. */
export async function buildReference() {
  const app = await Application.bootstrap({
    name: 'Tinfoil API',
    entryPointStrategy: 'resolve',
    entryPoints: modules().map(([, source]) => source),
    tsconfig: join(docs, 'code', 'tsconfig.reference.json'),
    out: join(out, 'site', 'api'),
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    skipErrorChecking: true,
    navigationLinks: { Guide: '/start/' },
    validation: { notExported: false, invalidLink: false, notDocumented: false },
    logLevel: 'Error',
  });
  const project = await app.convert();
  if (project === undefined) return 1;
  for (const module of project.children ?? []) {
    // TypeDoc calls a module by its path below `packages`, without `index.ts`.
    const [name] = modules().find(([, source]) => pathOf(source) === module.name) ?? [module.name];
    module.name = name;
  }
  await app.generateOutputs(project);
  return app.logger.hasErrors() ? 1 : 0;
}

/** Name by which each module is imported, and its source. Discord's enum values, not ours, are left out. */
function modules() {
  return readdirSync(join(root, 'packages')).flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
    return Object.entries(exports)
      .filter(([path]) => path !== './v10')
      .flatMap(([path, target]) => {
        const source = target['@tinfoil/source'];
        return source?.endsWith('.ts') ? [[name + path.slice(1), join(root, 'packages', folder, source)]] : [];
      });
  });
}

function pathOf(source) {
  return relative(join(root, 'packages'), source)
    .replace(/\.ts$/, '')
    .replace(/\/index$/, '');
}
