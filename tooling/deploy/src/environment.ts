/** The environment of a container: as its manifest gives it, and as our code reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterEnv, type Environment, managerEnv } from '@tinfoil/cluster';
import { parseConfig } from '../../../apps/bot/src/config.ts';
import { root } from './folders.ts';
import type { Manifest } from './kustomize.ts';

type Variable = {
  name: string;
  value?: string;
  valueFrom?: Record<string, { fieldPath?: string; name?: string; key?: string }>;
};

/** What Kubernetes would hand to the first container of pod `name`. Secret values stand in for themselves. */
export function environmentOf(workload: Manifest, name: string, namespace = 'tinfoil'): Record<string, string> {
  const labels: Record<string, string> = { 'apps.kubernetes.io/pod-index': '' }; // As before Kubernetes 1.28.
  const given: Record<string, string> = {};
  for (const { name: variable, value, valueFrom } of containerOf(workload).env as Variable[]) {
    const field = valueFrom?.fieldRef?.fieldPath;
    const secret = valueFrom?.secretKeyRef;
    if (field === 'metadata.name') given[variable] = name;
    else if (field === 'metadata.namespace') given[variable] = namespace;
    else if (field?.startsWith('metadata.labels')) given[variable] = labels[field.slice(17, -2)] ?? '';
    else if (secret !== undefined) given[variable] = secretValue(secret.key ?? '');
    // A reference to what is declared only later stays as it is, which is a mistake the tests should see.
    else given[variable] = (value ?? '').replace(/\$\((\w+)\)/g, (reference, used) => given[used] ?? reference);
  }
  return given;
}

/** First and only container. */
// biome-ignore lint/suspicious/noExplicitAny: paths of a container.
export function containerOf(workload: Manifest): any {
  const { containers } = workload.spec.template.spec;
  if (containers.length !== 1)
    throw new Error(`${workload.metadata.name}: expected one container, got ${containers.length}`);
  return containers[0];
}

/** Names that the program of a role reads. */
export function namesRead(role: 'shard' | 'manager' | 'simulator'): ReadonlySet<string> {
  const names = new Set<string>();
  const sample: Record<string, string> = {
    BOT_TOKEN: 'token',
    DISCORD_PUBLIC_KEY: 'd0'.repeat(32),
    TINFOIL_TOTAL_SHARDS: '1',
  };
  const env: Environment = new Proxy(sample, {
    get(target, name) {
      if (typeof name !== 'string') return undefined;
      names.add(name);
      return target[name];
    },
  });
  if (role === 'simulator') {
    // A program, not a function: what it takes from the environment is one line of it.
    const source = readFileSync(join(root, 'packages/testing/src/bin.ts'), 'utf8');
    for (const [name] of source.matchAll(/\b(TINFOIL_[A-Z_]+|BOT_TOKEN)\b/g)) names.add(name);
    return names;
  }
  parseConfig([role], env);
  if (role === 'shard') clusterEnv(env);
  else managerEnv(env);
  // For references within the manifest only.
  names.add('POD_NAMESPACE');
  return names;
}

function secretValue(key: string): string {
  return key === 'DISCORD_PUBLIC_KEY' ? 'd0'.repeat(32) : `secret ${key}`;
}
