// Script of the status page: draws what `/events` sends. It builds elements and sets texts, never markup from data.
(() => {
  const byId = (id) => document.getElementById(id);
  const states = {
    ready: { sign: '', word: 'ready' },
    resuming: { sign: '\u21bb', word: 'resuming' },
    connecting: { sign: '\u2026', word: 'connecting' },
    fatal: { sign: '\u2715', word: 'closed for good' },
    missing: { sign: '?', word: 'pod not answering' },
  };
  const number = new Intl.NumberFormat('en');
  // Up to so many shards, each has room for words.
  const few = 48;
  const many = 300;
  let snapshot;
  let clockAheadMs = 0;
  let heardAtMs = performance.now();
  let selected = 0;
  let wasHere = false;

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const now = () => Date.now() + clockAheadMs;
  const span = (ms) => {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 120) return `${s} s`;
    if (s < 7200) return `${Math.floor(s / 60)} min`;
    return s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
  };
  const bytes = (count) =>
    count >= 1e9 ? `${(count / 1e9).toFixed(2)} GB` : `${number.format(Math.round(count / 1e6))} MB`;
  const setText = (node, text) => {
    // An unchanged text must not be read out again.
    if (node.textContent !== text) node.textContent = text;
  };

  const shardAt = (id) => {
    const [kind, status, guilds, users, latencyMs, eventAgeMs, resumes, identifies, closeCode] = snapshot.shards[id];
    return { id, kind, status, guilds, users, latencyMs, eventAgeMs, resumes, identifies, closeCode };
  };
  const podOf = (id) => snapshot.pods[Math.floor(id / snapshot.topology.shardsPerPod)];

  function drawTotals() {
    const { state } = snapshot;
    const part = state.coverage < 1;
    const covered = (value) => [
      part
        ? `${(value.coverage * 100).toFixed(1)} % of shards; ${number.format(value.stale)} of it last known`
        : 'every shard counted',
      `as of ${span(now() - value.asOf)} ago`,
    ];
    const start = state.sessionStart;
    const rows = [
      ['Guilds', number.format(state.guilds.value), covered(state.guilds), part],
      ['Users', number.format(state.users.value), covered(state.users), part],
      [
        'Shards ready',
        `${number.format(state.shards.ready)} of ${number.format(state.shards.total)}`,
        [`${state.shards.connecting} not up, ${state.shards.down} out of reach`],
        state.shards.ready < state.shards.total,
      ],
      [
        'Pods ready',
        `${number.format(state.pods.ready)} of ${number.format(state.pods.total)}`,
        [`${state.pods.draining} draining, ${state.pods.missing} not answering`],
        state.pods.ready < state.pods.total,
      ],
      state.latencyMs === null
        ? ['Latency', '\u2013', ['no heartbeat answered yet'], false]
        : [
            'Latency, median',
            `${Math.round(state.latencyMs.p50)} ms`,
            [`99 % under ${Math.round(state.latencyMs.p99)} ms, highest ${Math.round(state.latencyMs.max)} ms`],
            false,
          ],
      start === null
        ? ['Identifies left', '\u2013', ['not read from Discord yet'], false]
        : [
            'Identifies left',
            `${number.format(start.remaining)} of ${number.format(start.total)}`,
            [`full again in ${span(start.resetAt - now())}`, `${start.maxConcurrency} at a time`],
            start.remaining < start.total / 10,
            start,
          ],
      ['Memory', bytes(state.rss.total), [`largest pod ${bytes(state.rss.max)}`], false],
      ...Object.entries(state.user).map(([name, { value, reduce }]) => [
        name,
        typeof value === 'number'
          ? number.format(value)
          : Array.isArray(value)
            ? `${value.length} entries`
            : String(value),
        [`${reduce} over all pods`],
        false,
      ]),
    ];
    const list = byId('totals');
    list.replaceChildren(
      ...rows.map(([name, value, notes, bad, budget]) => {
        const box = element('div');
        const figure = element('dd', value);
        for (const note of notes) figure.append(element('small', note, bad ? 'bad' : ''));
        if (budget !== undefined) {
          const meter = element('meter');
          Object.assign(meter, { min: 0, max: budget.total, low: budget.total / 10, value: budget.remaining });
          meter.setAttribute('aria-label', 'Identifies left');
          figure.append(meter);
        }
        box.append(element('dt', name), figure);
        return box;
      }),
    );
  }

  function drawMissing() {
    const { missing } = snapshot.state;
    const line = byId('missing');
    line.className = missing.length > 0 ? 'bad' : '';
    const text =
      missing.length === 0
        ? 'Every pod answers.'
        : `${missing.slice(0, 40).join(', ')}${missing.length > 40 ? ` and ${missing.length - 40} more` : ''}`;
    if (line.dataset.text === text) return;
    line.dataset.text = text;
    if (missing.length === 0) line.replaceChildren(text);
    else line.replaceChildren(element('strong', `${missing.length} not answering: `), text);
  }

  function drawShards() {
    const grid = byId('shards');
    const { shards } = snapshot;
    const roomy = shards.length <= few;
    grid.className = roomy ? 'few' : shards.length > many ? 'many' : '';
    const counts = {};
    if (grid.childElementCount !== shards.length)
      grid.replaceChildren(
        ...shards.map((_, id) => {
          const cell = element('span');
          cell.id = `shard-${id}`;
          cell.setAttribute('role', 'option');
          return cell;
        }),
      );
    shards.forEach(([kind], id) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
      const cell = grid.children[id];
      const key = roomy ? `${kind} ${shardAt(id).latencyMs}` : kind;
      if (cell.dataset.key === key) return;
      cell.dataset.key = key;
      cell.className = kind;
      cell.title = `Shard ${id}: ${states[kind].word}`;
      cell.setAttribute('aria-label', cell.title);
      if (!roomy) cell.textContent = states[kind].sign;
      else cell.replaceChildren(element('b', `${states[kind].sign} ${id}`.trim()), element('small', states[kind].word));
    });
    const entries = Object.entries(states).map(([kind, { sign, word }]) => {
      const item = element('li');
      const mark = element('i', sign, kind);
      mark.setAttribute('aria-hidden', 'true');
      item.append(mark, `${word} ${number.format(counts[kind] ?? 0)}`);
      return item;
    });
    byId('legend').replaceChildren(...entries);
    byId('next').disabled = !shards.some(([kind]) => kind !== 'ready');
    select(Math.min(selected, shards.length - 1), false);
  }

  function select(id, scroll = true) {
    const grid = byId('shards');
    grid.children[selected]?.removeAttribute('aria-selected');
    selected = id;
    const cell = grid.children[id];
    if (!cell) return;
    cell.setAttribute('aria-selected', 'true');
    grid.setAttribute('aria-activedescendant', cell.id);
    if (scroll) cell.scrollIntoView({ block: 'nearest' });
    describe(shardAt(id));
  }

  function describe(shard) {
    const pod = podOf(shard.id);
    const facts = [`Shard ${shard.id} in ${pod.name}: ${states[shard.kind].word}`];
    if (shard.status !== null && shard.status !== shard.kind) facts[0] += ` (${shard.status})`;
    if (shard.guilds !== null) facts.push(`${number.format(shard.guilds)} guilds, ${number.format(shard.users)} users`);
    if (shard.latencyMs !== null) facts.push(`latency ${Math.round(shard.latencyMs)} ms`);
    if (shard.eventAgeMs !== null) facts.push(`last event ${span(shard.eventAgeMs)} before the last word`);
    if (shard.resumes !== null)
      facts.push(`${shard.identifies} × identified and ${shard.resumes} × resumed since its pod started`);
    if (shard.closeCode !== null) facts.push(`last close code ${shard.closeCode}`);
    if (pod.atMs !== null) facts.push(`last word ${span(now() - pod.atMs)} ago`);
    setText(byId('detail'), facts.join('; '));
  }

  function drawPods() {
    const { pods, topology } = snapshot;
    setText(byId('pods').querySelector('summary'), `Pods (${number.format(pods.length)})`);
    if (!byId('pods').open) return;
    const rows = pods.map((pod, ordinal) => {
      const row = element('tr');
      const first = ordinal * topology.shardsPerPod;
      const last = Math.min(first + topology.shardsPerPod, topology.totalShards) - 1;
      const cells = [
        pod.name,
        pod.state,
        first === last ? `${first}` : `${first}\u2013${last}`,
        pod.rss === null ? '\u2013' : bytes(pod.rss),
        pod.loopP99Ms === null ? '\u2013' : `${pod.loopP99Ms.toFixed(1)} ms`,
        pod.version ?? '\u2013',
        pod.startedAtMs === null ? '\u2013' : span(now() - pod.startedAtMs),
        pod.atMs === null ? 'never' : `${span(now() - pod.atMs)} ago`,
      ];
      row.append(
        ...cells.map((text, index) => element('td', text, index === 1 && pod.state === 'not answering' ? 'bad' : '')),
      );
      return row;
    });
    byId('pods')
      .querySelector('tbody')
      .replaceChildren(...rows);
  }

  function draw() {
    const { topology, pods } = snapshot;
    setText(
      byId('layout'),
      `generation ${topology.generation}, ${number.format(topology.totalShards)} shards in ${number.format(pods.length)} pods`,
    );
    drawMissing();
    drawTotals();
    drawShards();
    drawPods();
  }

  function drawLive() {
    const silentMs = performance.now() - heardAtMs;
    const late = silentMs > 20_000;
    const line = byId('live');
    line.className = late ? 'late' : '';
    setText(line, late ? `no word from the manager for ${span(silentMs)}` : wasHere ? 'live' : 'connecting');
  }

  function listen() {
    const source = new EventSource('events');
    source.addEventListener('snapshot', (event) => {
      snapshot = JSON.parse(event.data);
      clockAheadMs = snapshot.nowMs - Date.now();
      heardAtMs = performance.now();
      wasHere = true;
      draw();
      drawLive();
    });
    source.addEventListener('alive', () => {
      heardAtMs = performance.now();
    });
    source.addEventListener('error', () => {
      // The browser tries again by itself, unless it was refused.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
  }

  function columns() {
    const grid = byId('shards');
    return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  }

  byId('shards').addEventListener('keydown', (event) => {
    if (!snapshot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'n') nextProblem();
    const last = snapshot.shards.length - 1;
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns(),
      ArrowDown: columns(),
      PageUp: -10 * columns(),
      PageDown: 10 * columns(),
      Home: -last,
      End: last,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    select(Math.max(0, Math.min(last, selected + step)));
  });
  byId('shards').addEventListener('click', (event) => {
    const cell = event.target.closest('[role=option]');
    if (cell) select([...byId('shards').children].indexOf(cell), false);
  });

  function nextProblem() {
    if (!snapshot) return;
    const { shards } = snapshot;
    for (let step = 1; step <= shards.length; step++) {
      const id = (selected + step) % shards.length;
      if (shards[id][0] !== 'ready') {
        select(id);
        return;
      }
    }
  }
  byId('next').addEventListener('click', nextProblem);
  byId('find').addEventListener('input', (event) => {
    const text = event.target.value.trim();
    if (!snapshot || !/^\d{1,20}$/.test(text)) return;
    const total = snapshot.topology.totalShards;
    // Snowflakes have 17 digits or more, far above any number of shards.
    if (text.length >= 17) select(Number((BigInt(text) >> 22n) % BigInt(total)));
    else if (Number(text) < total) select(Number(text));
    else setText(byId('detail'), `There is no shard ${text}.`);
  });
  byId('pods').addEventListener('toggle', () => snapshot && drawPods());

  setInterval(() => {
    drawLive();
    // Ages grow between two words of the manager.
    if (snapshot && !document.hidden) drawTotals();
  }, 1000);
  listen();
})();
