/** Builds the site with VitePress, and the API reference beside it with TypeDoc. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
    entryPoints: entryPoints(),
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
  await app.generateOutputs(project);
  return app.logger.hasErrors() ? 1 : 0;
}

function entryPoints() {
  return readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'src', 'index.ts'));
}
