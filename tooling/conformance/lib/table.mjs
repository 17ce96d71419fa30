/** Results as a Markdown table: a line per case, under its item; an item without a case says so. */

const marks = { pass: 'yes', fail: '**no**', none: '–', skip: 'not run' };

export function renderTable({ cases, clients, results, versions, items, closeCodes, rows, isWhole }) {
  const outcome = (client, test) =>
    results.get(`${client}/${test.item}/${test.name}`) ?? { result: 'skip', why: 'not run' };
  const head = (client) => `${client} ${versions[client] ?? ''}`.trim();
  const lines = [
    '# Conformance: the gateway protocol, case by case',
    '',
    'Each case was run against each client in its own process, against a scripted Discord on loopback (`node tooling/conformance/run.mjs`).',
    'yes: passed. **no**: failed. –: the library does not offer it. The reasons stand below the table. Cases come from the protocol; none is left out because a client fails it.',
    '',
    `Node ${process.version}.`,
    '',
    `| item | case | ${clients.map(head).join(' | ')} |`,
    `| --- | --- | ${clients.map(() => '---').join(' | ')} |`,
  ];
  const groups = [
    ...Object.keys(items).map((item) => [item, `${item} ${items[item]}`]),
    ...closeCodes.map((code) => [`close ${code}`, `close ${code}`]),
    ['close 1006', 'close 1006'],
    ['close none', 'no close frame'],
  ];
  const missing = [];
  for (const [item, title] of groups) {
    const own = cases.filter((test) => test.item === item);
    if (own.length === 0 && isWhole) {
      missing.push(title);
      lines.push(`| ${title} | missing | ${clients.map(() => '').join(' | ')} |`);
    }
    for (const test of own) {
      const name = test.row === undefined ? test.name : `${test.name} †`;
      lines.push(
        `| ${title} | ${name} | ${clients.map((client) => marks[outcome(client, test).result]).join(' | ')} |`,
      );
    }
  }
  for (const row of rows)
    if (isWhole && !cases.some((test) => test.row === row)) {
      missing.push(row);
      lines.push(`| † ${row} | missing | ${clients.map(() => '').join(' | ')} |`);
    }
  const count = (client, result) => cases.filter((test) => outcome(client, test).result === result).length;
  const sums = clients.map((client) => `${count(client, 'pass')} / ${cases.length - count(client, 'skip')}`);
  lines.push(`| | **passed** | ${sums.join(' | ')} |`);
  lines.push('', '† a failure that was seen in some client before this table existed.', '', '## Why not', '');
  for (const client of clients) {
    lines.push(`### ${head(client)}`, '');
    for (const test of cases) {
      const { result, why } = outcome(client, test);
      if (result !== 'pass')
        lines.push(`- ${test.item}: ${test.name}: ${result === 'none' ? 'not offered' : plain(why)}`);
    }
    lines.push('');
  }
  const summary = clients
    .map((client, index) => `${head(client)}: ${sums[index]} passed, ${count(client, 'none')} not offered`)
    .join('\n');
  return {
    markdown: `${lines.join('\n')}\n`,
    summary: missing.length > 0 ? `${summary}\nmissing: ${missing.join(', ')}` : summary,
    tinfoilFailures: clients.includes('tinfoil') ? count('tinfoil', 'fail') : 0,
  };
}

/** Text that stays one line of Markdown. */
function plain(why = '') {
  return why
    .replace(/\s+/g, ' ')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1')
    .replace(/[|<>]/g, ' ')
    .trim();
}
