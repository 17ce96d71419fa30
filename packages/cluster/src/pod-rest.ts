/** REST limiter of a pod, by its options: one given, leases from the manager, static shares, or none for a pod that is alone. */
import { randomUUID } from 'node:crypto';
import { type GlobalLimiter, systemClock } from '@tinfoil/types';
import type { ClusterOptions, ResolvedCommon } from './options.ts';
import type { PodLinks } from './pod-links.ts';
import { restRules } from './rest-lease.ts';
import { LeasedRestLimiter } from './rest-limiter.ts';

/** The limiter and its life. */
export interface PodRest {
  /** `undefined` for a pod that is alone: the limit of its own REST client is the bot's. */
  readonly limiter: GlobalLimiter | undefined;
  /** What the pod may send now; `undefined` where another limiter decides. */
  readonly allowance: (() => { readonly tokens: number; readonly source: string }) | undefined;
  start(): void;
  close(): void;
}

/** Limiter of the pod. */
export function createPodRest(
  options: Pick<ClusterOptions, 'restLimiter' | 'egressGroup'>,
  common: ResolvedCommon,
  pod: { readonly name: string; readonly ordinal: number; readonly links: PodLinks },
  onNote: (note: string) => void,
): PodRest {
  const { pods, timing, topology, restLimit } = common;
  const { manager } = pod.links;
  const idle = { start: () => undefined, close: () => undefined, allowance: undefined };
  if (options.restLimiter !== undefined) return { ...idle, limiter: options.restLimiter };
  if (pods === 1 && manager === undefined) return { ...idle, limiter: undefined };
  const limiter = new LeasedRestLimiter({
    manager,
    rules: restRules({ limit: restLimit, ttlMs: timing.restLeaseMs, pods }),
    pod: pod.name,
    ordinal: pod.ordinal,
    generation: topology.generation,
    epoch: randomUUID(),
    egress: options.egressGroup ?? 'default',
    clock: systemClock,
    // This clock is at 0 when the process begins.
    startedAtMs: 0,
    wallMs: Date.now,
    onNote,
  });
  return {
    limiter,
    allowance: () => limiter.allowance,
    start: () => limiter.start(),
    close: () => limiter.close(),
  };
}
