/**
 * Metrics of REST from its diagnostics channels, so that neither package knows the other. Channels belong to the process: what
 * several clients of one process do is counted together.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Metrics } from './metrics.ts';

/** Begins to count; the function returned ends it. */
export function watchRest(metrics: Metrics): () => void {
  const requests = metrics.counter('tinfoil_rest_requests_total', 'Answers from Discord, each attempt counted.', [
    'method',
    'route',
    'status',
  ]);
  // No route label: routes times buckets would be thousands of series.
  const duration = metrics.histogram(
    'tinfoil_rest_request_duration_seconds',
    'Time from sending to the whole answer.',
    [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  const invalid = metrics.counter(
    'tinfoil_rest_invalid_requests_total',
    'Answers that count towards the ban of an IP address: 10,000 in 10 minutes.',
    ['status'],
  );
  const limited = metrics.counter('tinfoil_rest_rate_limited_total', 'Answers of 429.', ['scope']);

  const onResponse = (message: unknown) => {
    const { method, route, status, durationMs } = message as Record<string, unknown>;
    if (typeof method !== 'string' || typeof route !== 'string' || typeof status !== 'number') return;
    requests.inc({ method, route, status });
    if (typeof durationMs === 'number') duration.observe(durationMs / 1000);
    if (status === 401 || status === 403) invalid.inc({ status });
  };
  const onRateLimited = (message: unknown) => {
    const { scope } = message as Record<string, unknown>;
    if (typeof scope !== 'string') return;
    limited.inc({ scope });
    if (scope !== 'shared') invalid.inc({ status: 429 });
  };
  subscribe('tinfoil:rest:response', onResponse);
  subscribe('tinfoil:rest:rate-limited', onRateLimited);
  return () => {
    unsubscribe('tinfoil:rest:response', onResponse);
    unsubscribe('tinfoil:rest:rate-limited', onRateLimited);
  };
}
