import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Balance } from '../../src/dev/balance.ts';

describe('Balance', () => {
  it('is even when every id came on both sides, in whichever order', () => {
    const ids = fc.uniqueArray(fc.string(), { maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.boolean()), (list, coins) => {
        const balance = new Balance();
        const later: (() => void)[] = [];
        for (const id of list) {
          const [first, second] = coins.next().value
            ? [() => balance.expect(id), () => balance.handle(id)]
            : [() => balance.handle(id), () => balance.expect(id)];
          first();
          later.push(second);
        }
        for (const act of later) act();
        expect(balance.counts).toEqual({
          expected: list.length,
          handled: list.length,
          duplicates: 0,
          missing: 0,
          unknown: 0,
        });
      }),
    );
  });

  it('counts what is missing, unknown and handled twice', () => {
    const balance = new Balance();
    for (const id of ['a', 'b', 'c']) balance.expect(id);
    for (const id of ['a', 'a', 'b', 'x', 'x']) balance.handle(id);
    expect(balance.counts).toEqual({ expected: 3, handled: 3, duplicates: 2, missing: 1, unknown: 1 });
  });

  it('excuses an id that was handled though its answer was cut off', () => {
    const balance = new Balance();
    balance.handle('cut');
    balance.excuse('cut');
    balance.excuse('never handled');
    expect(balance.counts).toMatchObject({ handled: 0, unknown: 0 });
  });
});
