import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHandledLedger, openHandledReader } from '../../src/handled.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tinfoil-handled-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('the record of what was handled', () => {
  it('is read while it is written, line by line, each once', () => {
    const path = join(directory, 'record');
    const reader = openHandledReader(path);
    const ledger = openHandledLedger(path);
    const seen: string[] = [];
    const read = () => reader.read((kind, id) => seen.push(`${kind} ${id}`));
    read();
    ledger.append('message', '1');
    ledger.append('interaction', '2');
    read();
    read();
    appendFileSync(path, 'message 3');
    read();
    expect(seen).toEqual(['message 1', 'interaction 2']);
    appendFileSync(path, '4\n');
    read();
    expect(seen).toEqual(['message 1', 'interaction 2', 'message 34']);
    ledger.close();
    reader.close();
  });

  it('goes on where a killed process left it', () => {
    const path = join(directory, 'record');
    openHandledLedger(path).append('message', '1');
    openHandledLedger(path).append('message', '2');
    const seen: string[] = [];
    openHandledReader(path).read((_, id) => seen.push(id));
    expect(seen).toEqual(['1', '2']);
  });
});
