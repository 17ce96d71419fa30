/**
 * What the `dev` role shows while it runs: a table redrawn in place in a terminal, one line now and then elsewhere.
 */

/** One process of the run. */
export interface TableRow {
  readonly name: string;
  readonly pid: number | undefined;
  readonly state: string;
  readonly messages?: number;
  readonly interactions?: number;
  readonly restarts: number;
}

const columns: readonly {
  readonly title: string;
  readonly width: number;
  readonly value: (row: TableRow) => string;
}[] = [
  { title: 'process', width: 9, value: ({ name }) => name },
  { title: 'pid', width: 8, value: ({ pid }) => String(pid ?? '') },
  { title: 'state', width: 10, value: ({ state }) => state },
  { title: 'messages', width: 9, value: ({ messages }) => String(messages ?? '') },
  { title: 'commands', width: 9, value: ({ interactions }) => String(interactions ?? '') },
  { title: 'restarts', width: 8, value: ({ restarts }) => String(restarts) },
];

/** Rows as aligned text. */
export function formatTable(rows: readonly TableRow[]): string[] {
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(columns[index]?.width ?? 0))
      .join(' ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map((row) => line(columns.map(({ value }) => value(row))))];
}

/** Where the run is shown. */
export interface Display {
  /** Text that stays. */
  log(line: string): void;
  /** The current picture: redrawn in a terminal, thinned out elsewhere. */
  update(header: readonly string[], rows: readonly TableRow[]): void;
  /** Leaves the last picture standing. */
  end(): void;
}

/** Display on a stream: a live table when it is a terminal. */
export function createDisplay(stream: NodeJS.WriteStream, everyMs = 2000): Display {
  return stream.isTTY ? createTerminalDisplay(stream) : createPlainDisplay(stream, everyMs);
}

function createTerminalDisplay(stream: NodeJS.WriteStream): Display {
  let drawn: string[] = [];
  const clear = () => drawn.length > 0 && stream.write(`\x1b[${drawn.length}A\x1b[J`);
  const draw = () => stream.write(drawn.map((line) => `${line.slice(0, Math.max(20, stream.columns - 1))}\n`).join(''));
  return {
    log(line) {
      clear();
      stream.write(`${line}\n`);
      draw();
    },
    update(header, rows) {
      clear();
      drawn = ['', ...header, '', ...formatTable(rows)];
      draw();
    },
    end() {
      drawn = [];
    },
  };
}

function createPlainDisplay(stream: NodeJS.WriteStream, everyMs: number): Display {
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    log: (line) => void stream.write(`${line}\n`),
    update(header, rows) {
      if (performance.now() - lastAt < everyMs) return;
      lastAt = performance.now();
      const processes = rows.map(({ name, state }) => `${name} ${state}`).join(', ');
      stream.write(`${[...header, processes].join(' | ')}\n`);
    },
    end() {},
  };
}
