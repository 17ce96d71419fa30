import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { deployFolder, kustomizations, root } from '../src/folders.ts';
import { type Manifest, resolveKustomization } from '../src/kustomize.ts';
import { asTypedSource, validate } from '../src/models.ts';

const folders = kustomizations();
const kubectl = hasKubectl();
const here = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that the compiler finds the models.
const scratch = mkdtempSync(join(here, 'node_modules', '.typed-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(folders)('%s', (folder) => {
  const objects = () => resolveKustomization(join(deployFolder, folder));

  it('fits the schemas of Kubernetes', () => {
    for (const object of objects())
      expect(() => validate(object), `${object.kind} ${object.metadata.name}`).not.toThrow();
  });

  it.skipIf(!kubectl)('resolves to what kubectl resolves it to', () => {
    expect(byName(objects())).toEqual(byName(kubectlResolves(join(deployFolder, folder))));
  });
});

it('has no field that Kubernetes does not know', { timeout: 60_000 }, () => {
  const objects = folders.flatMap((folder) => resolveKustomization(join(deployFolder, folder)));
  expect(compile(objects)).toBe('');
  const misspelt = structuredClone(objects.filter(({ kind }) => kind === 'StatefulSet').slice(0, 1));
  for (const { spec } of misspelt) spec.template.spec.topologySpreadConstraint = [];
  expect(compile(misspelt)).toContain('topologySpreadConstraint');
});

describe.each(['pod-index', 'ingress', 'mtls', 'simulated'])('component %s', (component) => {
  it.each(['fleet', 'manager'])('on the %s fits the schemas, and resolves to what kubectl resolves it to', (base) => {
    const folder = mkdtempSync(join(deployFolder, `.trial-`));
    try {
      const kustomization = [
        'apiVersion: kustomize.config.k8s.io/v1beta1',
        'kind: Kustomization',
        `resources: [../${base}]`,
        `components: [../components/${component}]`,
      ];
      writeFileSync(join(folder, 'kustomization.yaml'), kustomization.join('\n'));
      const objects = resolveKustomization(folder);
      for (const object of objects) expect(() => validate(object)).not.toThrow();
      if (kubectl) expect(byName(objects)).toEqual(byName(kubectlResolves(folder)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('rejects what does not fit', () => {
  const [service] = resolveKustomization(join(deployFolder, 'overlays/local/fleet')).filter(
    ({ kind }) => kind === 'Service',
  );
  if (service === undefined) throw new Error('no Service');
  expect(() => validate({ ...service, spec: { ports: 'internal' } })).toThrow();
});

/** What the compiler says of the objects as typed literals. */
function compile(objects: readonly Manifest[]): string {
  const file = join(scratch, 'objects.ts');
  writeFileSync(file, asTypedSource(objects));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, file], {
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout; // execFileSync's error carries what was printed.
  }
}

function kubectlResolves(folder: string): Manifest[] {
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

function hasKubectl(): boolean {
  const found = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'kubectl')));
  if (!found) console.log('kubectl is not at hand: kustomizations are resolved by our own resolver alone');
  return found;
}

function byName(objects: readonly Manifest[]): Record<string, Manifest> {
  // kubectl breaks long values of Secrets into lines.
  for (const { data } of objects.filter(({ kind }) => kind === 'Secret'))
    for (const [key, value] of Object.entries(data as Record<string, string>)) data[key] = value.replace(/\s/g, '');
  return Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}
