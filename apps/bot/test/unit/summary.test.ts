import { describe, expect, it } from 'vitest';
import { type RunFacts, summarize } from '../../src/dev/summary.ts';

const balanced: RunFacts = {
  sentMessages: ['1', '2', '3'],
  handledMessages: ['1', '2', '3'],
  answeredInteractions: ['7', '8'],
  handledInteractions: ['7', '8'],
  cutInteractions: [],
  deaths: 0,
  identifies: 3,
  resumes: 0,
  shards: 3,
};

describe('summarize', () => {
  it('balances when every id sent was handled once', () => {
    expect(summarize(balanced)).toMatchObject({ balanced: true });
  });

  it.each([
    ['a message that was never handled', { handledMessages: ['1', '2'] }, '1 messages were never handled'],
    ['a message that was never sent', { handledMessages: ['1', '2', '3', '4'] }, '1 handled messages were never sent'],
    ['an interaction without a record', { handledInteractions: ['7'] }, '1 answered interactions were never handled'],
    [
      'an interaction without an answer',
      { handledInteractions: ['7', '8', '9'] },
      '1 handled interactions were never answered',
    ],
    [
      'a duplicate while no pod died',
      { handledMessages: ['1', '1', '2', '3'] },
      '1 messages were handled twice though no pod died',
    ],
    [
      'a cut interaction while no pod died',
      { cutInteractions: ['9'] },
      '1 interactions were cut off though no pod died',
    ],
    ['an IDENTIFY too many', { identifies: 4 }, '4 IDENTIFY for 3 shards'],
    ['a run in which nothing was sent', { sentMessages: [], handledMessages: [] }, 'no message was sent'],
    [
      'a run in which nothing was answered',
      { answeredInteractions: [], handledInteractions: [] },
      'no interaction was answered',
    ],
  ])('names %s', (_, change, fault) => {
    const { balanced: ok, lines } = summarize({ ...balanced, ...change });
    expect(ok).toBe(false);
    expect(lines.at(-1)).toContain(fault);
  });

  it('allows duplicates and cut interactions after a pod died', () => {
    const facts = {
      ...balanced,
      deaths: 1,
      handledMessages: ['1', '2', '2', '3'],
      cutInteractions: ['9'],
      handledInteractions: ['7', '8', '9'],
    };
    expect(summarize(facts)).toMatchObject({ balanced: true });
    expect(summarize(facts).lines).toContain('messages      3 sent, 3 handled, 1 duplicates');
  });

  it('does not allow a loss after a pod died', () => {
    expect(summarize({ ...balanced, deaths: 1, handledMessages: ['1', '2'] }).balanced).toBe(false);
  });
});
