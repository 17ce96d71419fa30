/** Metrics of the manager: the cluster as a whole, permits, mirrored sessions. */
import type { GlobalState } from './global-state.ts';
import type { Metrics } from './metrics.ts';

/** What is counted as it happens. */
export interface ManagerMetrics {
  readonly unauthorized: (why: string) => void;
  readonly permit: (outcome: string) => void;
}

/** Registers them over what the manager knows. */
export function createManagerMetrics(
  metrics: Metrics,
  view: { readonly state: () => GlobalState; readonly waiting: () => number; readonly sessions: () => number },
): ManagerMetrics {
  const sum = (name: string, help: string, read: (state: GlobalState) => number) =>
    metrics.gauge(name, help, [], (gauge) => gauge.set(read(view.state())));
  sum('tinfoil_cluster_guilds', 'Guilds of the bot.', (state) => state.guilds.value);
  sum('tinfoil_cluster_users', 'Sum of the member counts of all guilds.', (state) => state.users.value);
  sum(
    'tinfoil_cluster_coverage_ratio',
    'Share of shards whose pods answered the last poll.',
    (state) => state.coverage,
  );
  metrics.gauge('tinfoil_cluster_pods', 'Pods by state.', ['state'], (gauge) => {
    const { pods } = view.state();
    for (const state of ['ready', 'draining', 'missing'] as const) gauge.set({ state }, pods[state]);
  });
  metrics.gauge('tinfoil_cluster_shards', 'Shards by state.', ['state'], (gauge) => {
    const { shards } = view.state();
    for (const state of ['ready', 'connecting', 'down'] as const) gauge.set({ state }, shards[state]);
  });
  metrics.gauge('tinfoil_session_start_remaining', 'Identifies left of the day, as last read.', [], (gauge) => {
    const start = view.state().sessionStart;
    if (start !== null) gauge.set(start.remaining);
  });
  metrics.gauge('tinfoil_identify_waiting', 'Shards that wait for a permit.', [], (gauge) => gauge.set(view.waiting()));
  metrics.gauge('tinfoil_cluster_sessions', 'Sessions in the mirror.', [], (gauge) => gauge.set(view.sessions()));
  const refused = metrics.counter('tinfoil_rpc_unauthorized_total', 'Internal requests without a valid signature.', [
    'reason',
  ]);
  const permits = metrics.counter('tinfoil_identify_permits_total', 'Answers to asks for a permit.', ['outcome']);
  return { unauthorized: (reason) => refused.inc({ reason }), permit: (outcome) => permits.inc({ outcome }) };
}
