/**
 * Metrics of the proxy. What is counted per event is a plain number of the feeds, read when somebody asks; no label has more
 * values than there are shards, and none carries a token or an address.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Feed } from './feed.ts';

/** What the gauges read. */
export interface MetricsSource {
  readonly feeds: () => Iterable<Feed>;
  readonly clients: () => number;
  readonly upstream: () => { readonly identifies: number; readonly resumes: number };
}

/** Counters that the proxy moves. */
export interface ProxyMetrics {
  readonly identifies: Counter<'outcome'>;
  readonly resumes: Counter<'outcome'>;
  readonly replayed: Counter;
  readonly closes: Counter<'code'>;
  readonly slowClients: Counter;
  readonly commands: Counter<'op'>;
  readonly requests: Counter<'status'>;
  readonly errors: Counter;
  readonly sinkDropped: Counter<'sink'>;
  readonly sinkPending: Gauge<'sink'>;
  render(): Promise<{ readonly text: string; readonly type: string }>;
}

/** Registry with everything on it. */
export function createMetrics(source: MetricsSource): ProxyMetrics {
  const registry = new Registry();
  const registers = [registry];
  const sum = (read: (feed: Feed) => number) => {
    let total = 0;
    for (const feed of source.feeds()) total += read(feed);
    return total;
  };
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `tinfoil_proxy_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('clients', 'Connected clients', source.clients);
  gauge('sessions', 'Sessions of clients, also those without a connection', () => sum((feed) => feed.sessions.size));
  gauge('shards_up', 'Shards that are READY or RESUMED', () => sum((feed) => (feed.up ? 1 : 0)));
  gauge('shards', 'Shards of this process', () => sum(() => 1));
  gauge('buffer_bytes', 'Bytes in the replay buffers', () => sum((feed) => feed.ring.bytes));
  gauge('buffer_events', 'Events in the replay buffers', () => sum((feed) => feed.ring.end - feed.ring.first));
  gauge('state_bytes', 'Bytes of start state on disk', () => sum((feed) => feed.state.size));
  gauge('events_total', 'Events from Discord', () => sum((feed) => feed.counters.events));
  gauge('forwarded_total', 'Events handed to live clients', () => sum((feed) => feed.counters.forwarded));
  gauge('expired_sessions_total', 'Sessions of clients that nobody resumed in time', () =>
    sum((feed) => feed.counters.expired),
  );
  gauge('lost_sessions_total', 'Sessions that Discord ended', () => sum((feed) => feed.counters.lostSessions));
  gauge('upstream_identifies_total', 'IDENTIFYs sent to Discord', () => source.upstream().identifies);
  gauge('upstream_resumes_total', 'Sessions resumed at Discord', () => source.upstream().resumes);
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name: `tinfoil_proxy_${name}`, help, labelNames, registers });
  return {
    identifies: counter('identifies_total', 'IDENTIFYs of clients', 'outcome'),
    resumes: counter('resumes_total', 'RESUMEs of clients', 'outcome'),
    replayed: counter('replayed_total', 'Events replayed to clients'),
    closes: counter('closes_total', 'Connections that the proxy closed', 'code'),
    slowClients: counter('slow_clients_total', 'Clients cut off because they read too slowly'),
    commands: counter('commands_total', 'Commands of clients handed to Discord', 'op'),
    requests: counter('rest_responses_total', 'Answers to REST requests', 'status'),
    errors: counter('errors_total', 'Failures that were reported'),
    sinkDropped: counter('sink_dropped_total', 'Events that a sink dropped', 'sink'),
    sinkPending: new Gauge({
      name: 'tinfoil_proxy_sink_pending_bytes',
      help: 'Bytes that wait in a sink',
      labelNames: ['sink'],
      registers,
    }),
    async render() {
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };
}
