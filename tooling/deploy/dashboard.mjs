/**
 * Grafana dashboard of a cluster, written as data: `node tooling/deploy/dashboard.mjs` writes it to
 * `apps/bot/deploy/monitoring/dashboard.json`. A test compares the two, and its metrics with those that the code exports.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills this in.
const datasource = { type: 'prometheus', uid: '${datasource}' };
// The namespace is chosen at the top; every query keeps to it.
const here = 'namespace="$namespace"';

const rows = [
  [
    'Cluster',
    [
      stat('Guilds', `max(tinfoil_cluster_guilds{${here}})`),
      stat('Users', `max(tinfoil_cluster_users{${here}})`),
      stat('Coverage', `min(tinfoil_cluster_coverage_ratio{${here}})`, {
        unit: 'percentunit',
        steps: [
          [null, 'red'],
          [0.99, 'orange'],
          [1, 'green'],
        ],
      }),
      stat('Pods missing', `max(tinfoil_cluster_pods{${here},state="missing"})`, {
        steps: [
          [null, 'green'],
          [1, 'red'],
        ],
      }),
      stat('Identifies left', `min(tinfoil_session_start_remaining{${here}})`, {
        steps: [
          [null, 'red'],
          [100, 'orange'],
          [300, 'green'],
        ],
      }),
      stat('Waiting to identify', `max(tinfoil_identify_waiting{${here}})`),
    ],
  ],
  [
    'Shards',
    [
      graph('Shards by state', [[`max by (state) (tinfoil_cluster_shards{${here}})`, '{{state}}']], { stack: true }),
      graph('Shards that are down', [[`tinfoil_gateway_shard_up{${here}} == 0`, 'shard {{shard}}']]),
      graph(
        'Heartbeat latency',
        [
          [`quantile(0.5, tinfoil_gateway_heartbeat_latency_seconds{${here}})`, 'median'],
          [`quantile(0.99, tinfoil_gateway_heartbeat_latency_seconds{${here}})`, '99 %'],
          [`max(tinfoil_gateway_heartbeat_latency_seconds{${here}})`, 'highest'],
        ],
        { unit: 's' },
      ),
      graph(
        'Longest without an event',
        [[`topk(5, tinfoil_gateway_last_event_age_seconds{${here}})`, 'shard {{shard}}']],
        {
          unit: 's',
        },
      ),
      graph(
        'Events by type',
        [[`topk(10, sum by (type) (rate(tinfoil_gateway_events_total{${here}}[$__rate_interval])))`, '{{type}}']],
        {
          unit: 'ops',
          stack: true,
        },
      ),
      graph(
        'Busiest shards',
        [
          [
            `topk(5, sum by (shard) (rate(tinfoil_gateway_shard_events_total{${here}}[$__rate_interval])))`,
            'shard {{shard}}',
          ],
        ],
        {
          unit: 'ops',
        },
      ),
    ],
  ],
  [
    'Sessions',
    [
      graph('Identifies and resumes', [
        [
          `sum by (kind, outcome) (increase(tinfoil_gateway_connects_total{${here}}[$__rate_interval]))`,
          '{{kind}}: {{outcome}}',
        ],
      ]),
      graph('Close codes', [
        [`sum by (code) (increase(tinfoil_gateway_closes_total{${here}}[$__rate_interval]))`, '{{code}}'],
      ]),
      graph(
        'Wait for a permit to identify, 99 %',
        [
          [
            `histogram_quantile(0.99, sum by (le) (rate(tinfoil_identify_wait_seconds_bucket{${here}}[$__rate_interval])))`,
            '99 %',
          ],
        ],
        {
          unit: 's',
        },
      ),
      graph('Permits', [
        [`sum by (outcome) (increase(tinfoil_identify_permits_total{${here}}[$__rate_interval]))`, '{{outcome}}'],
      ]),
      graph('Sessions at the manager', [[`max(tinfoil_cluster_sessions{${here}})`, 'sessions']]),
      graph('Failures of the session store', [
        [`sum(increase(tinfoil_store_errors_total{${here}}[$__rate_interval]))`, 'failures'],
      ]),
    ],
  ],
  [
    'Interactions and calls',
    [
      graph(
        'Interactions by where they were handled',
        [[`sum by (where) (rate(tinfoil_interactions_total{${here}}[$__rate_interval]))`, '{{where}}']],
        {
          unit: 'ops',
          stack: true,
        },
      ),
      graph(
        'Calls to other pods',
        [[`sum by (outcome) (rate(tinfoil_rpc_requests_total{${here}}[$__rate_interval]))`, '{{outcome}}']],
        { unit: 'ops' },
      ),
      graph(
        'Time of calls',
        [
          [
            `histogram_quantile(0.5, sum by (le) (rate(tinfoil_rpc_duration_seconds_bucket{${here}}[$__rate_interval])))`,
            'median',
          ],
          [
            `histogram_quantile(0.99, sum by (le) (rate(tinfoil_rpc_duration_seconds_bucket{${here}}[$__rate_interval])))`,
            '99 %',
          ],
        ],
        { unit: 's' },
      ),
      graph('Refused: no valid signature', [
        [`sum by (reason) (increase(tinfoil_rpc_unauthorized_total{${here}}[$__rate_interval]))`, '{{reason}}'],
      ]),
    ],
  ],
  [
    'REST',
    [
      graph(
        'Answers by status',
        [[`sum by (status) (rate(tinfoil_rest_requests_total{${here}}[$__rate_interval]))`, '{{status}}']],
        {
          unit: 'ops',
          stack: true,
        },
      ),
      graph(
        'Busiest routes',
        [
          [
            `topk(10, sum by (method, route) (rate(tinfoil_rest_requests_total{${here}}[$__rate_interval])))`,
            '{{method}} {{route}}',
          ],
        ],
        {
          unit: 'ops',
        },
      ),
      graph(
        'Time of requests, 99 %',
        [
          [
            `histogram_quantile(0.99, sum by (le) (rate(tinfoil_rest_request_duration_seconds_bucket{${here}}[$__rate_interval])))`,
            '99 %',
          ],
        ],
        {
          unit: 's',
        },
      ),
      graph('Rate limited', [
        [`sum by (scope) (increase(tinfoil_rest_rate_limited_total{${here}}[$__rate_interval]))`, '{{scope}}'],
      ]),
      graph('Invalid requests in 10 minutes (banned at 10,000)', [
        [`sum(increase(tinfoil_rest_invalid_requests_total{${here}}[10m]))`, 'invalid'],
      ]),
      graph('Invalid requests by address (pods pause at 8,000)', [
        [`tinfoil_rest_invalid_requests{${here}}`, '{{egress}}'],
      ]),
      graph('Requests in 1.1 s that pods hold leases for', [[`tinfoil_rest_granted_tokens{${here}}`, 'leased']]),
    ],
  ],
  [
    'Processes',
    [
      graph('Memory', [[`process_resident_memory_bytes{${here}}`, '{{pod}}']], { unit: 'bytes' }),
      graph('CPU', [[`rate(process_cpu_seconds_total{${here}}[$__rate_interval])`, '{{pod}}']], {
        unit: 'percentunit',
      }),
      graph(
        'Event loop lag, 99 %',
        [
          [
            `histogram_quantile(0.99, sum by (le, pod) (rate(tinfoil_event_loop_lag_seconds_bucket{${here}}[$__rate_interval])))`,
            '{{pod}}',
          ],
        ],
        {
          unit: 's',
        },
      ),
      graph('Versions', [[`count by (version) (tinfoil_build_info{${here}})`, '{{version}}']], { stack: true }),
    ],
  ],
];

/** The dashboard as Grafana imports it. */
export function dashboard() {
  const panels = [];
  let y = 0;
  let id = 1;
  for (const [title, members] of rows) {
    panels.push({ id: id++, type: 'row', title, collapsed: false, gridPos: { x: 0, y: y++, w: 24, h: 1 }, panels: [] });
    let x = 0;
    for (const panel of members) {
      if (x + panel.w > 24) {
        x = 0;
        y += panel.h;
      }
      const { w, h, ...rest } = panel;
      panels.push({ id: id++, ...rest, gridPos: { x, y, w, h } });
      x += w;
    }
    y += members.at(-1).h;
  }
  return {
    title: 'Tinfoil cluster',
    uid: 'tinfoil-cluster',
    tags: ['tinfoil', 'discord'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, hide: 0 },
        {
          name: 'namespace',
          label: 'Namespace',
          type: 'query',
          datasource,
          query: { query: 'label_values(tinfoil_build_info, namespace)', refId: 'namespaces' },
          definition: 'label_values(tinfoil_build_info, namespace)',
          refresh: 2,
          sort: 1,
          current: {},
          hide: 0,
        },
      ],
    },
    annotations: { list: [] },
    panels,
  };
}

function stat(title, expr, { unit = 'short', steps = [[null, 'text']] } = {}) {
  return {
    type: 'stat',
    title,
    w: 4,
    h: 4,
    datasource,
    targets: [{ refId: 'A', datasource, expr, instant: true }],
    fieldConfig: {
      defaults: { unit, thresholds: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) } },
      overrides: [],
    },
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' },
  };
}

function graph(title, queries, { unit = 'short', stack = false } = {}) {
  return {
    type: 'timeseries',
    title,
    w: 8,
    h: 8,
    datasource,
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: { lineWidth: 1, fillOpacity: stack ? 30 : 5, stacking: { mode: stack ? 'normal' : 'none' } },
      },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(
    new URL('../../apps/bot/deploy/monitoring/dashboard.json', import.meta.url),
    `${JSON.stringify(dashboard(), null, 2)}\n`,
  );
