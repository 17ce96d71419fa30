import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDisplay, formatTable, type TableRow } from '../../src/dev/table.ts';

const row: TableRow = { name: 'bot-0', pid: 42, state: 'ready', messages: 7, interactions: 2, restarts: 1 };

describe('formatTable', () => {
  it('aligns the cells under their titles', () => {
    const [titles, cells] = formatTable([row]);
    expect(titles?.indexOf('messages')).toBe(cells?.indexOf('7'));
    expect(cells).toMatch(/^bot-0 +42 +ready +7 +2 +1$/);
  });
});

describe('createDisplay', () => {
  it('is a plain log, thinned out, where there is no terminal', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream;
    const display = createDisplay(stream, 60_000);
    display.log('started');
    display.update(['sent 1'], [row]);
    display.update(['sent 2'], [row]);
    const text = String(stream.read());
    expect(text).toBe('started\nsent 1 | bot-0 ready\n');
  });

  it('redraws in place in a terminal, below the lines that stay', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 }) as unknown as NodeJS.WriteStream;
    const display = createDisplay(stream);
    display.update(['sent 1'], [row]);
    display.log('bot-0 died');
    const text = String(stream.read());
    expect(text).toContain('\x1b[');
    expect(text.lastIndexOf('bot-0 died')).toBeLessThan(text.lastIndexOf('sent 1'));
  });
});
