/** Status page of the manager's ops listener: one read-only page and the same as JSON. No script, no writes, no secrets. */
import type { GlobalState, PodSample } from './global-state.ts';
import { type Route, sendJson, sendText } from './listener.ts';
import { podCount, shardsOfPod, type Topology } from './topology.ts';

/** What the page shows. */
export interface StatusView {
  readonly topology: Topology;
  readonly state: () => GlobalState;
  readonly samples: ReadonlyMap<number, PodSample>;
  readonly podName: (ordinal: number) => string;
}

/** Table of the page. */
export function statusPageRoutes(view: StatusView): readonly Route[] {
  return [
    { method: 'GET', path: '/', run: ({ response }) => sendText(response, 200, renderPage(view), 'text/html') },
    { method: 'GET', path: '/state.json', run: ({ response }) => sendJson(response, 200, view.state()) },
  ];
}

function renderPage(view: StatusView): string {
  const state = view.state();
  const totals: readonly (readonly [string, string])[] = [
    ['Guilds', flagged(state.guilds.value, state.coverage)],
    ['Users', flagged(state.users.value, state.coverage)],
    ['Shards ready', `${state.shards.ready} of ${state.shards.total}`],
    ['Pods ready', `${state.pods.ready} of ${state.pods.total}`],
    ['Coverage', `${(state.coverage * 100).toFixed(1)} %`],
    ['Missing', state.missing.join(', ') || 'none'],
    [
      'Identifies left',
      state.sessionStart === null ? 'not read yet' : `${state.sessionStart.remaining} of ${state.sessionStart.total}`,
    ],
    ...Object.entries(state.user).map(([name, kind]) => [name, JSON.stringify(kind.value)] as const),
  ];
  const rows = Array.from({ length: podCount(view.topology) }, (_, ordinal) => podRows(view, ordinal)).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Tinfoil cluster</title><style>body{font:15px system-ui;margin:2rem}table{border-collapse:collapse;margin:1rem 0}
td,th{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left}.away{color:#a00}</style>
<h1>Cluster</h1><table>${totals.map(([name, value]) => `<tr><th>${escapeHtml(name)}<td>${escapeHtml(value)}`).join('')}</table>
<table><tr><th>Pod<th>Shard<th>Status<th>Guilds<th>Users<th>Latency<th>Resumes<th>Identifies${rows}</table></html>\n`;
}

function podRows({ topology, samples, podName }: StatusView, ordinal: number): string {
  const sample = samples.get(ordinal);
  const away = sample?.fresh === true ? '' : ' class="away"';
  const pod = escapeHtml(podName(ordinal));
  if (sample === undefined)
    return shardsOfPod(topology, ordinal)
      .map((id) => `<tr${away}><td>${pod}<td>${id}<td colspan="6">no answer yet`)
      .join('');
  return sample.status.shards
    .map((shard) => {
      const latency = shard.latencyMs === null ? '–' : `${Math.round(shard.latencyMs)} ms`;
      const status = sample.fresh ? shard.status : `${shard.status}, not answering`;
      const cells = [status, shard.guilds, shard.users, latency, shard.resumes, shard.identifies];
      return `<tr${away}><td>${pod}<td>${shard.id}${cells.map((cell) => `<td>${escapeHtml(String(cell))}`).join('')}`;
    })
    .join('');
}

function flagged(value: number, coverage: number): string {
  return coverage < 1 ? `${value} (partly last known)` : String(value);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
