/**
 * Resolves this repository's kustomizations without kubectl: the few features they use, and an error for any other, so that
 * nothing is passed over in silence. Where kubectl is at hand, the tests compare the two.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** A Kubernetes object as plain data. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: tests read paths of many kinds of object.
  [field: string]: any;
}

type Patch = { path?: string; patch?: string; target?: { kind?: string; name?: string } };
interface Kustomization {
  kind: 'Kustomization' | 'Component';
  namespace?: string;
  resources?: string[];
  components?: string[];
  images?: { name: string; newName?: string; newTag?: string }[];
  replicas?: { name: string; count: number }[];
  patches?: Patch[];
  secretGenerator?: { name: string; literals: string[] }[];
  generatorOptions?: { disableNameSuffixHash?: boolean };
}

const known = [
  'apiVersion',
  'kind',
  'namespace',
  'resources',
  'components',
  'images',
  'replicas',
  'patches',
  'secretGenerator',
  'generatorOptions',
];

/** All objects of a folder with a `kustomization.yaml`; a component's are those `given` to it, with its changes. */
export function resolveKustomization(folder: string, given: Manifest[] = []): Manifest[] {
  return extend(folder, given);
}

function extend(folder: string, given: Manifest[]): Manifest[] {
  const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const unknown = Object.keys(kustomization).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${folder}: ${unknown} is not supported here`);
  let objects = [...given];
  for (const resource of kustomization.resources ?? []) objects.push(...load(join(folder, resource)));
  for (const secret of kustomization.secretGenerator ?? []) objects.push(toSecret(folder, kustomization, secret));
  for (const component of kustomization.components ?? []) objects = extend(join(folder, component), objects);
  for (const patch of kustomization.patches ?? []) applyPatch(folder, patch, objects);
  for (const object of objects) transform(kustomization, object);
  return objects;
}

function load(path: string): Manifest[] {
  if (statSync(path).isDirectory()) return extend(path, []);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
    return document.toJS() as Manifest;
  });
}

function toSecret(
  folder: string,
  { generatorOptions }: Kustomization,
  { name, literals }: { name: string; literals: string[] },
): Manifest {
  if (generatorOptions?.disableNameSuffixHash !== true) throw new Error(`${folder}: name suffixes are not supported`);
  const entries = literals.map((literal) => {
    const [key = '', ...value] = literal.split('=');
    return [key, Buffer.from(value.join('=')).toString('base64')];
  });
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', data: Object.fromEntries(entries) };
}

function transform({ namespace, images = [], replicas = [] }: Kustomization, object: Manifest): void {
  if (namespace !== undefined && object.kind !== 'Namespace') object.metadata.namespace = namespace;
  for (const { name, count } of replicas)
    if (object.metadata.name === name && object.spec?.replicas !== undefined) object.spec.replicas = count;
  for (const container of object.spec?.template?.spec?.containers ?? [])
    for (const { name, newName = name, newTag } of images)
      if (container.image.split(':')[0] === name)
        container.image = newTag === undefined ? newName : `${newName}:${newTag}`;
}

function applyPatch(folder: string, { path, patch, target }: Patch, objects: Manifest[]): void {
  const body = parse(path === undefined ? (patch ?? '') : readFileSync(join(folder, path), 'utf8'));
  const wanted = target ?? { kind: body.kind, name: body.metadata.name };
  // With a target, the patch's own name means nothing.
  if (target !== undefined && !Array.isArray(body)) delete body.metadata.name;
  const matches = (pattern: string | undefined, value: string) =>
    pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value);
  const found = objects.filter(
    ({ kind, metadata }) => matches(wanted.kind, kind) && matches(wanted.name, metadata.name),
  );
  if (found.length === 0 && target === undefined) throw new Error(`${folder}: a patch matches nothing`);
  for (const object of found)
    if (Array.isArray(body)) for (const operation of body) addAt(object, operation);
    else mergeInto(object, body);
}

function addAt(object: Manifest, { op, path, value }: { op: string; path: string; value: unknown }): void {
  const steps = path.slice(1).split('/');
  if (op !== 'add' || steps.pop() !== '-') throw new Error(`patch ${op} ${path} is not supported`);
  // biome-ignore lint/suspicious/noExplicitAny: walks data of unknown shape.
  (steps.reduce((at: any, step) => at[step], object) as unknown[]).push(structuredClone(value));
}

/** Strategic merge: objects by field; lists of named things by name, what the patch names first. */
function mergeInto(base: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    const old = base[key];
    if (isNamedList(old) && isNamedList(value)) {
      const rest = old.filter(({ name }) => !value.some((item) => item.name === name));
      const merged = value.map((item) => {
        const before = old.find(({ name }) => name === item.name);
        if (before !== undefined) mergeInto(before, item);
        return before ?? item;
      });
      base[key] = [...merged, ...rest];
    } else if (isRecord(old) && isRecord(value)) mergeInto(old, value);
    else base[key] = value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is ({ name: string } & Record<string, unknown>)[] {
  return Array.isArray(value) && value.every((item) => isRecord(item) && typeof item.name === 'string');
}
