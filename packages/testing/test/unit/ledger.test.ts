import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger.ts';

const refused = { host: 'main', how: 503 } as const;

describe('Ledger', () => {
  it('waits for the n-th match, past ones included', async () => {
    const ledger = new Ledger({ limit: 100 });
    ledger.write('refused', refused);
    const second = ledger.waitFor('refused', undefined, { count: 2 });
    ledger.write('refused', { host: 'resume', how: 'reset' });
    expect(await second).toMatchObject({ host: 'resume', index: 1 });
    expect(await ledger.waitFor('refused')).toMatchObject({ host: 'main' });
  });

  it('waits from a mark', async () => {
    const ledger = new Ledger({ limit: 100 });
    ledger.write('refused', refused);
    const later = ledger.waitFor('refused', undefined, { from: ledger.mark() });
    ledger.write('refused', { host: 'resume', how: 'hang' });
    expect(await later).toMatchObject({ host: 'resume' });
  });

  it('rejects at the deadline and tells what there was, and on abort with its reason', async () => {
    const ledger = new Ledger({ limit: 100 });
    ledger.write('refused', refused);
    await expect(ledger.waitFor('identify', undefined, { timeoutMs: 5 })).rejects.toThrow(
      /no 'identify' entry within 5 ms; 0 matched, of 0 of that type. Last entries: refused/,
    );
    await expect(ledger.waitFor('identify', undefined, { signal: AbortSignal.abort('why') })).rejects.toBe('why');
  });

  it('keeps the newest entries, counts all, and only counts what it ignores', () => {
    const ledger = new Ledger({ limit: 8, ignore: ['tokenRevoked'] });
    for (let index = 0; index < 25; index++) ledger.write('refused', refused);
    ledger.write('tokenRevoked', { identifies: 1 });
    expect(ledger.entries.length).toBeLessThanOrEqual(10);
    expect(ledger.entries.at(-1)?.index).toBe(24);
    expect([ledger.count('refused'), ledger.count('tokenRevoked')]).toEqual([25, 1]);
    expect(ledger.filter('tokenRevoked')).toEqual([]);
  });
});
