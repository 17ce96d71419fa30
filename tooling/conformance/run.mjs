/**
 * Conformance table: the same black-box cases of the gateway's protocol, run against Tinfoil and other clients.
 *
 *     node run.mjs [--only tinfoil,eris] [--item 7,'close 4014'] [--jobs 3] [--no-write]
 *
 * Each client runs in its own process against a scripted Discord on loopback. Writes RESULTS.md. Needs `pnpm build` for Tinfoil.
 * With TINFOIL_NODE_ZSTD set to a Node that has zstd, the cases that need it run there.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cases, closeCodes, items, rows } from './lib/cases.mjs';
import { runCase } from './lib/harness.mjs';
import { renderTable } from './lib/table.mjs';

const clients = ['tinfoil', 'discordjs', 'discordeno', 'oceanic', 'eris'];
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    item: { type: 'string' },
    jobs: { type: 'string', default: '3' },
    'no-write': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const chosen = values.only?.split(',') ?? clients;
for (const name of chosen)
  if (!clients.includes(name)) {
    console.error(`conformance: --only must name some of ${clients.join(', ')}, got ${name}`);
    process.exit(2);
  }
const wanted = values.item?.split(',');
const selected = cases.filter(({ item }) => wanted === undefined || wanted.includes(item));
const zstdNode = process.env.TINFOIL_NODE_ZSTD;

const results = new Map();
const versions = {};
const turns = selected.flatMap((test) => chosen.map((client) => ({ test, client })));
const startedAt = Date.now();

async function worker() {
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
    const { test, client } = turn;
    const outcome =
      test.skip?.() !== undefined && zstdNode !== undefined ? elsewhere(test, client) : await runCase(test, client);
    if (outcome.version !== undefined && outcome.version !== '?') versions[client] = outcome.version;
    results.set(`${client}/${test.item}/${test.name}`, outcome);
    if (!values.json)
      console.log(
        `${outcome.result.padEnd(4)}  ${client.padEnd(10)}  ${test.item}: ${test.name}${outcome.why ? `: ${outcome.why}` : ''}`,
      );
  }
}

/** Runs one case under another Node, where this one lacks zstd. */
function elsewhere(test, client) {
  const script = fileURLToPath(import.meta.url);
  const run = spawnSync(zstdNode, [script, '--only', client, '--item', test.item, '--json', '--no-write'], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  try {
    return JSON.parse(run.stdout)[`${client}/${test.item}/${test.name}`];
  } catch {
    return { result: 'fail', why: `no result from ${zstdNode}: ${run.stderr.slice(0, 200)}` };
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, worker));

if (values.json) console.log(JSON.stringify(Object.fromEntries(results)));
else {
  const table = renderTable({
    cases: selected,
    clients: chosen,
    results,
    versions,
    items,
    closeCodes,
    rows,
    isWhole: wanted === undefined,
  });
  console.log(`\n${table.summary}\n${Math.round((Date.now() - startedAt) / 1000)} s`);
  const isComplete = wanted === undefined && values.only === undefined;
  if (isComplete && !values['no-write']) writeFileSync(new URL('./RESULTS.md', import.meta.url), table.markdown);
  process.exitCode = table.tinfoilFailures > 0 ? 1 : 0;
}
// Nothing is left to wait for; a socket of a killed client may take a while to notice.
process.exit();
