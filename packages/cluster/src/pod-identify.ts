/** The identify limiter of a pod, out of the cluster's options: manager and calendar over what the pod remembers of Discord's limit. */
import { type IdentifyLimiter, systemClock } from '@tinfoil/types';
import { createClusterIdentifyLimiter } from './identify.ts';
import { createIdentifyLimits } from './limits.ts';
import type { ClusterTiming, ReadGatewayBot } from './options.ts';
import type { PeerClient } from './peer-client.ts';
import type { Topology } from './topology.ts';

/** Options of {@link createPodIdentifyLimiter}. */
export interface PodIdentifyOptions {
  readonly manager: PeerClient | undefined;
  readonly pod: string;
  readonly ordinal: number;
  readonly pods: number;
  readonly topology: Topology;
  readonly timing: ClusterTiming;
  readonly stateDirectory: string | undefined;
  readonly getGatewayBot: ReadGatewayBot | undefined;
  readonly onNote: (note: string) => void;
  readonly mayFallBack: () => boolean;
}

/** Limiter for one pod. */
export function createPodIdentifyLimiter(options: PodIdentifyOptions): IdentifyLimiter {
  const { manager, pod, ordinal, pods, topology, timing, onNote, mayFallBack } = options;
  return createClusterIdentifyLimiter({
    manager,
    pod,
    ordinal,
    pods,
    generation: topology.generation,
    limits: createIdentifyLimits({
      directory: options.stateDirectory,
      getGatewayBot: options.getGatewayBot,
      totalShards: topology.totalShards,
      jitterMs: timing.discoverJitterMs,
      clock: systemClock,
      random: Math.random,
    }),
    calendar: { slotMs: timing.calendarSlotMs, windowMs: timing.calendarWindowMs },
    fallbackAfterMs: timing.fallbackAfterMs,
    longPollMs: timing.longPollMs,
    clock: systemClock,
    random: Math.random,
    onNote,
    mayFallBack,
  });
}
