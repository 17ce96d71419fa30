/** Kubernetes' own types of the objects we use: a validator, and the type whose fields are all there are. */
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Secret, Service } from 'kubernetes-models/v1';
import type { Manifest } from './kustomize.ts';

const models = {
  ConfigMap,
  Deployment,
  Ingress,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
};

const modules: Record<keyof typeof models, string> = {
  ConfigMap: 'v1',
  Deployment: 'apps/v1',
  Ingress: 'networking.k8s.io/v1',
  Namespace: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  Secret: 'v1',
  Service: 'v1',
  StatefulSet: 'apps/v1',
};

/** @throws Error when the object does not fit the schema of its kind, or is of a kind that is not expected. */
export function validate(object: Manifest): void {
  const kind = kindOf(object);
  const model = new (models[kind] as new (data: unknown) => { validate(): void })(object);
  model.validate();
  if (object.apiVersion !== models[kind].apiVersion)
    throw new Error(`${kind} must be of ${models[kind].apiVersion}, got ${object.apiVersion}`);
}

/**
 * A TypeScript source that states each object as a literal of its type. Schemas let unknown fields pass; the compiler does not,
 * and neither does an API server with strict validation.
 */
export function asTypedSource(objects: readonly Manifest[]): string {
  const lines = Object.entries(modules).map(
    ([kind, module]) => `import type { I${kind} } from 'kubernetes-models/${module}/${kind}';`,
  );
  objects.forEach((object, index) => {
    lines.push(`export const object${index}: I${kindOf(object)} = ${JSON.stringify(object, null, 2)};`);
  });
  return `${lines.join('\n')}\n`;
}

function kindOf({ kind }: Manifest): keyof typeof models {
  if (!Object.hasOwn(models, kind)) throw new Error(`kind ${kind} is not expected`);
  return kind as keyof typeof models; // Checked on the line before.
}
