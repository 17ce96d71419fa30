import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, customId, matchPattern } from '../../src/custom-id.ts';

const match = (pattern: string, id: string) => matchPattern(compilePattern(pattern), id.split('/'));

describe('custom_id patterns', () => {
  it.each([
    ['vote/:choice', 'vote/yes', { choice: 'yes' }],
    ['vote/:choice', 'vote/yes/no', undefined],
    ['vote/:choice', 'poll/yes', undefined],
    ['vote/:choice', 'vote/', { choice: '' }],
    ['a', 'a', {}],
    [':a/:b', 'x%2Fy/100%25', { a: 'x/y', b: '100%' }],
    [':a', '%zz', { a: '%zz' }],
  ])('%s against %s', (pattern, id, params) => {
    expect(match(pattern, id)).toEqual(params);
  });

  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        fc.pre(a.length + b.length < 30);
        const id = customId('x/:a/:b', { a, b });
        expect({ ...match('x/:a/:b', id) }).toEqual({ a, b });
      }),
    );
  });

  it('tries fixed text before parameters', () => {
    const sorted = [':x/b', 'a/:y', 'a/b', ':x/:y'].sort((one, other) =>
      compilePattern(one).rank < compilePattern(other).rank ? -1 : 1,
    );
    expect(sorted).toEqual(['a/b', 'a/:y', ':x/b', ':x/:y']);
  });

  it('names what is wrong with a pattern or an id', () => {
    expect(() => compilePattern('')).toThrow('custom_id pattern must have 1 to 100 characters, got 0');
    expect(() => compilePattern('a/:x/:x')).toThrow('distinct names, got :x');
    expect(() => compilePattern('a/:')).toThrow('distinct names, got :');
    expect(() => customId('vote/:choice', {} as never)).toThrow('parameter :choice must be a string, got undefined');
    expect(() => customId('vote/:choice', { choice: 'x'.repeat(100) })).toThrow('1 to 100 characters, got 105');
  });

  it('is not fooled by a parameter named like a prototype field', () => {
    expect(Object.keys(match(':__proto__/:toString', 'a/b') ?? {})).toEqual(['__proto__', 'toString']);
  });
});
