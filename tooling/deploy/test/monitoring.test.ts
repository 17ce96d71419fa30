import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, ClusterManager } from '@tinfoil/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboard } from '../dashboard.mjs';
import { deployFolder } from '../src/folders.ts';

const folder = join(deployFolder, 'monitoring');
const alerts = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')) as {
  groups: {
    rules: {
      alert: string;
      expr: string;
      for?: string;
      labels: { severity: string };
      annotations: Record<string, string>;
    }[];
  }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);
const queries = dashboard().panels.flatMap((panel: { title: string; targets?: { expr: string }[] }) =>
  (panel.targets ?? []).map(({ expr }) => [panel.title, expr] as const),
);
/** Names of the series that pods and manager export. */
let exported: Set<string>;

beforeAll(async () => {
  const free = { host: '127.0.0.1', port: 0 };
  await using cluster = new Cluster({ totalShards: 1, timing: { settleMs: 0 }, listen: { internal: free, ops: free } });
  await cluster.start({
    gateway: {
      shards: [],
      on: () => undefined,
      restartShard: () => undefined,
      close: async () => undefined,
      idle: async () => undefined,
    },
  });
  await using manager = new ClusterManager({ totalShards: 1, listen: { internal: free, ops: free } });
  await manager.start();
  exported = new Set();
  for (const url of [cluster.addresses?.ops.url, manager.addresses?.ops.url]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) exported.add(name + suffix);
  }
});

describe('the dashboard', () => {
  it('is the file that is imported', () => {
    expect(JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(dashboard())),
    );
  });

  it('asks for metrics that exist, and for each of ours at least once', () => {
    const asked = new Set(queries.flatMap(([, expr]) => metricsOf(expr)));
    expect([...asked].filter((name) => !exported.has(name))).toEqual([]);
    const shown = new Set([...asked].map(family));
    const left = [...exported].map(family).filter((name) => name.startsWith('tinfoil_') && !shown.has(name));
    // Told by other panels already, in other words.
    expect([...new Set(left)].sort()).toEqual([
      'tinfoil_gateway_guilds',
      'tinfoil_gateway_sessions',
      'tinfoil_gateway_users',
      'tinfoil_manager_up',
      'tinfoil_rpc_served_total',
    ]);
  });

  it('keeps to its namespace in every query, with brackets that close', () => {
    for (const [title, expr] of queries) {
      for (const name of metricsOf(expr)) expect(expr, title).toContain(`${name}{namespace="$namespace"`);
      expect(isBalanced(expr), title).toBe(true);
    }
  });

  it('has panels that do not overlap', () => {
    const taken = new Set<string>();
    for (const { gridPos } of dashboard().panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          expect(x).toBeLessThan(24);
          taken.add(`${x},${y}`);
        }
  });
});

describe('the alert rules', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s watches metrics that exist, and says what to do',
    (_, rule) => {
      const asked = metricsOf(rule.expr);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => !exported.has(name))).toEqual([]);
      expect(isBalanced(rule.expr)).toBe(true);
      expect(rule.for ?? '0s').toMatch(/^\d+[sm]$/);
      expect(['warning', 'critical']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toBeTruthy();
      expect(rule.annotations.action).toBeTruthy();
    },
  );

  it('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

/** Names of metrics in a query; ours and the process's. */
function metricsOf(expr: string): string[] {
  return expr.match(/\b(?:tinfoil|process)_\w+/g) ?? [];
}

function family(name: string): string {
  return name.replace(/_(?:bucket|sum|count)$/, '');
}

function isBalanced(expr: string): boolean {
  const open: string[] = [];
  for (const sign of expr.replace(/"[^"]*"/g, '')) {
    if ('([{'.includes(sign)) open.push(sign);
    else if (')]}'.includes(sign) && open.pop() !== '([{'[')]}'.indexOf(sign)]) return false;
  }
  return open.length === 0;
}
