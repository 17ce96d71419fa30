/** Metrics of a pod: its shards, the calls it makes and answers, interactions, the manager's absence. */
import type { GatewayPart } from './gateway-part.ts';
import type { Metrics } from './metrics.ts';
import { isUp } from './status.ts';

/** What happens in a pod, counted. */
export interface PodMetrics {
  rpcCalled(name: string, outcome: string, durationMs: number): void;
  rpcServed(name: string, outcome: string): void;
  unauthorized(why: string): void;
  interaction(where: string): void;
  managerUp(up: boolean): void;
  storeError(): void;
}

/** Counts nothing: for the time before the listeners are open. */
export const noMetrics: PodMetrics = {
  rpcCalled: () => undefined,
  rpcServed: () => undefined,
  unauthorized: () => undefined,
  interaction: () => undefined,
  managerUp: () => undefined,
  storeError: () => undefined,
};

/** Registers the metrics of a pod. @param names - Names of its handlers: others are counted as `other`, since strangers choose them. */
export function createPodMetrics(
  metrics: Metrics,
  gateway: () => GatewayPart | undefined,
  names: readonly string[],
): PodMetrics {
  const shards = () => gateway()?.shards ?? [];
  metrics.gauge('tinfoil_gateway_shard_up', '1 while the session of the shard is up.', ['shard'], (gauge) => {
    for (const shard of shards()) gauge.set({ shard: shard.id }, isUp(shard) ? 1 : 0);
  });
  metrics.gauge('tinfoil_gateway_heartbeat_latency_seconds', 'Time from heartbeat to ACK.', ['shard'], (gauge) => {
    for (const shard of shards())
      if (typeof shard.latencyMs === 'number') gauge.set({ shard: shard.id }, shard.latencyMs / 1000);
  });
  metrics.gauge('tinfoil_gateway_last_event_age_seconds', 'Time since the last event.', ['shard'], (gauge) => {
    for (const shard of shards())
      if (typeof shard.lastEventAgeMs === 'number') gauge.set({ shard: shard.id }, shard.lastEventAgeMs / 1000);
  });
  metrics.gauge('tinfoil_gateway_sessions', 'Sessions begun by this process.', ['kind'], (gauge) => {
    gauge.set(
      { kind: 'identify' },
      shards().reduce((sum, shard) => sum + shard.identifies, 0),
    );
    gauge.set(
      { kind: 'resume' },
      shards().reduce((sum, shard) => sum + shard.resumes, 0),
    );
  });
  metrics.gauge('tinfoil_gateway_guilds', 'Guilds of the shards of this pod.', [], (gauge) =>
    gauge.set(shards().reduce((sum, shard) => sum + shard.guilds, 0)),
  );
  metrics.gauge('tinfoil_gateway_users', 'Sum of the member counts of those guilds.', [], (gauge) =>
    gauge.set(shards().reduce((sum, shard) => sum + shard.users, 0)),
  );
  const called = metrics.tally('tinfoil_rpc_requests_total', 'Calls made to other pods.', ['name', 'outcome']);
  const duration = metrics.histogram(
    'tinfoil_rpc_duration_seconds',
    'Time of calls to other pods.',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  );
  const served = metrics.tally('tinfoil_rpc_served_total', 'Calls answered for other pods.', ['name', 'outcome']);
  const refused = metrics.counter('tinfoil_rpc_unauthorized_total', 'Internal requests without a valid signature.', [
    'reason',
  ]);
  const handled = metrics.counter('tinfoil_interactions_total', 'Interactions by where they were handled.', ['where']);
  const manager = metrics.gauge('tinfoil_manager_up', '1 while the manager answers.');
  const store = metrics.counter('tinfoil_store_errors_total', 'Failed reads and writes of the far session store.');
  const known = new Set(names);
  const label = (name: string) => (known.has(name) ? name : 'other');
  return {
    rpcCalled(name, outcome, durationMs) {
      called(label(name), outcome);
      duration.observe(durationMs / 1000);
    },
    rpcServed: (name, outcome) => served(label(name), outcome),
    unauthorized: (reason) => refused.inc({ reason }),
    interaction: (where) => handled.inc({ where }),
    managerUp: (up) => manager.set(up ? 1 : 0),
    storeError: () => store.inc(),
  };
}
