/** Metrics of the process: memory and CPU under Prometheus' usual names, and how late the event loop runs. */
import type { Metrics } from './metrics.ts';

const everyMs = 500;

/** Begins to measure; the function returned ends it. */
export function watchProcess(metrics: Metrics): () => void {
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', [], (gauge) =>
    gauge.set(process.memoryUsage.rss()),
  );
  metrics.gauge('process_cpu_seconds_total', 'CPU time of the process.', [], (gauge) => {
    const { user, system } = process.cpuUsage();
    gauge.set((user + system) / 1e6);
  });
  const lag = metrics.histogram(
    'tinfoil_event_loop_lag_seconds',
    'How late a timer fires.',
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  );
  let dueAtMs = performance.now() + everyMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lag.observe(Math.max(0, nowMs - dueAtMs) / 1000);
    dueAtMs = nowMs + everyMs;
  }, everyMs).unref();
  return () => clearInterval(timer);
}
