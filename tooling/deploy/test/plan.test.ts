import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ManifestOptions, manifestsOf, planParts } from '../../../packages/tinfoil/src/plan-manifests.ts';
import { toYaml } from '../../../packages/tinfoil/src/plan-yaml.ts';
import { containerOf } from '../src/environment.ts';
import { deployFolder } from '../src/folders.ts';
import { type Manifest, resolveKustomization } from '../src/kustomize.ts';
import { validate } from '../src/models.ts';

const image = 'tinfoil-bot:dev';
const namespace = 'tinfoil';

describe('tinfoil plan and the kustomizations are the same', () => {
  it.each([
    ['one-per-pod', { totalShards: 10, shardsPerPod: 1, generation: 1, image, namespace }],
    ['sixteen-per-pod', { totalShards: 1008, shardsPerPod: 16, generation: 1, image, namespace }],
  ] satisfies [string, ManifestOptions][])('overlay %s', (overlay, options) => {
    const written = ['fleet', 'manager'].flatMap((part) =>
      resolveKustomization(join(deployFolder, 'overlays', overlay, part)),
    );
    for (const part of planParts)
      for (const planned of manifestsOf(part, options)) {
        const twin = written.find(
          ({ kind, metadata }) => kind === planned.kind && metadata.name === planned.metadata.name,
        );
        expect(comparable(planned as unknown as Manifest)).toEqual(comparable(twin as Manifest));
      }
  });
});

describe('manifests of any generation', () => {
  it('fit the schemas of Kubernetes and come back from YAML as they were', () => {
    const options = fc.record({
      totalShards: fc.integer({ min: 1, max: 20_000 }),
      shardsPerPod: fc.integer({ min: 1, max: 64 }),
      generation: fc.integer({ min: 0, max: 1_000 }),
      image: fc.constantFrom('bot', 'registry.example.com:5000/team/bot@sha256:0123456789abcdef'),
      namespace: fc.constantFrom(undefined, 'true', '123', 'a-b'),
    });
    fc.assert(
      fc.property(options, fc.constantFrom(...planParts), (given, part) => {
        for (const object of manifestsOf(part, given)) {
          expect(() => validate(object as unknown as Manifest)).not.toThrow();
          expect(parse(toYaml(object))).toEqual(JSON.parse(JSON.stringify(object)));
          // Kubernetes' tools read YAML 1.1, where more words are booleans and more digits numbers.
          expect(parse(toYaml(object), { version: '1.1' })).toEqual(JSON.parse(JSON.stringify(object)));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('toYaml', () => {
  it('gives back any data', () => {
    const anything = fc.object({
      maxDepth: 4,
      values: [
        fc.string(),
        fc.constantFrom('yes', 'No', 'null', '~', '1.5', '0x1f', '- a', 'a: b', 'a #b', '1:30', '=', '<<'),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ],
    });
    fc.assert(
      fc.property(anything, (data) => {
        expect(parse(toYaml(data))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 500 },
    );
  });
});

/** Environment by name: its order differs, which matters only for references. */
function comparable(object: Manifest): unknown {
  const copy = structuredClone(object);
  if (copy.spec.template === undefined) return copy;
  const container = containerOf(copy);
  container.env = Object.fromEntries(container.env.map((entry: { name: string }) => [entry.name, entry]));
  return copy;
}
