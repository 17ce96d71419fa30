/**
 * Metrics of the gateway's work: events, sessions begun and ended, waits for permits. They listen to the gateway as anybody
 * may; a holder of shards without events has none of them.
 *
 * Events are counted by type and, apart, by shard: type times shard would be a hundred thousand series.
 */
import type { GatewayPart } from './gateway-part.ts';
import type { Metrics } from './metrics.ts';

/** Begins to count. @param nowMs - Monotonic. */
export function watchGateway(
  metrics: Metrics,
  gateway: GatewayPart | undefined,
  nowMs: () => number = () => performance.now(),
): void {
  const events = metrics.counter('tinfoil_gateway_events_total', 'Events received, by type.', ['type']);
  const shardEvents = metrics.counter('tinfoil_gateway_shard_events_total', 'Events received, by shard.', ['shard']);
  const connects = metrics.counter('tinfoil_gateway_connects_total', 'IDENTIFYs and RESUMEs by what came of them.', [
    'kind',
    'outcome',
  ]);
  const closes = metrics.counter('tinfoil_gateway_closes_total', 'Connections that ended, by close code.', ['code']);
  const waits = metrics.histogram(
    'tinfoil_identify_wait_seconds',
    'Time a shard waited for its permit to identify.',
    [0.1, 1, 5, 10, 30, 60, 300, 900, 3600],
  );
  if (gateway?.on === undefined) return;
  gateway.on('raw', ({ type, shardId }) => {
    events.inc({ type });
    shardEvents.inc({ shard: shardId });
  });
  const queues = new Map<number, { readonly queuedAtMs: number; readonly leftAtMs?: number }>();
  gateway.on('shardStatus', ({ shardId, status, previous }) => {
    if (status === 'queued') queues.set(shardId, { queuedAtMs: nowMs() });
    const queue = queues.get(shardId);
    if (status === 'connecting' && previous === 'queued' && queue !== undefined)
      queues.set(shardId, { ...queue, leftAtMs: nowMs() });
    // Turns to resume are waited for too; only now is it known what the wait was for.
    if (status === 'identifying' && queue?.leftAtMs !== undefined)
      waits.observe((queue.leftAtMs - queue.queuedAtMs) / 1000);
    const kind = previous === 'identifying' ? 'identify' : previous === 'resuming' ? 'resume' : undefined;
    if (kind !== undefined) connects.inc({ kind, outcome: status === 'ready' ? 'ready' : 'failed' });
    if (isOpen(previous) && !isOpen(status)) {
      const code = gateway.shards.find(({ id }) => id === shardId)?.lastCloseCode;
      closes.inc({ code: code ?? 'none' });
    }
  });
}

function isOpen(status: string): boolean {
  return status === 'greeting' || status === 'identifying' || status === 'resuming' || status === 'ready';
}
