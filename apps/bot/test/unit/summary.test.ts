import { describe, expect, it } from 'vitest';
import { type RunFacts, summarize } from '../../src/dev/summary.ts';

const even = { expected: 3, handled: 3, duplicates: 0, missing: 0, unknown: 0 };
const balanced: RunFacts = {
  messages: even,
  interactions: even,
  cut: 0,
  deaths: 0,
  identifies: 3,
  resumes: 0,
  shards: 3,
};

describe('summarize', () => {
  it('balances when everything sent was handled once', () => {
    expect(summarize(balanced)).toMatchObject({ balanced: true });
  });

  it.each([
    ['a message that was never handled', { messages: { ...even, missing: 1 } }, '1 messages were never handled'],
    ['a message that was never sent', { messages: { ...even, unknown: 1 } }, '1 handled messages were never sent'],
    [
      'an interaction without a record',
      { interactions: { ...even, missing: 1 } },
      '1 answered interactions were never handled',
    ],
    [
      'an interaction without an answer',
      { interactions: { ...even, unknown: 1 } },
      '1 handled interactions were never answered',
    ],
    [
      'an interaction that ran twice',
      { deaths: 1, interactions: { ...even, duplicates: 1 } },
      '1 interactions were handled twice',
    ],
    [
      'a duplicate while no pod died',
      { messages: { ...even, duplicates: 2 } },
      '2 messages were handled twice though no pod died',
    ],
    ['a cut interaction while no pod died', { cut: 1 }, '1 interactions were cut off though no pod died'],
    ['an IDENTIFY too many', { identifies: 4 }, '4 IDENTIFY for 3 shards'],
    ['a run in which nothing was sent', { messages: { ...even, expected: 0 } }, 'no message was sent'],
    ['a run in which nothing was answered', { interactions: { ...even, expected: 0 } }, 'no interaction was answered'],
  ])('names %s', (_, change, fault) => {
    const { balanced: ok, lines } = summarize({ ...balanced, ...change });
    expect(ok).toBe(false);
    expect(lines.at(-1)).toContain(fault);
  });

  it('allows duplicate messages and cut interactions after a pod died', () => {
    const facts = { ...balanced, deaths: 1, cut: 1, messages: { ...even, duplicates: 1 } };
    expect(summarize(facts)).toMatchObject({ balanced: true });
    expect(summarize(facts).lines).toContain('messages      3 sent, 3 handled, 1 duplicates');
  });

  it('does not allow a loss after a pod died', () => {
    expect(summarize({ ...balanced, deaths: 1, messages: { ...even, missing: 1 } }).balanced).toBe(false);
  });
});
