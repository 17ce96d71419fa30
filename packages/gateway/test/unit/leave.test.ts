import type { IdentifyOutcome, IdentifyPermit } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';
import { Leave } from '../../src/leave.ts';
import { ResumeTurns } from '../../src/resume-turns.ts';
import { settle } from '../fake-clock.ts';

function createPermit() {
  const outcomes: IdentifyOutcome[] = [];
  const permit: IdentifyPermit = { report: (outcome) => outcomes.push(outcome) };
  return { permit, outcomes };
}

describe('Leave', () => {
  it('holds the permit until it is ended, and reports once', async () => {
    const leave = new Leave();
    const { permit, outcomes } = createPermit();
    let granted = 0;
    leave.ask(
      async () => permit,
      () => granted++,
      () => {},
    );
    await settle();
    expect(granted).toBe(1);
    for (const outcome of ['sent', 'ready', 'aborted'] as const) leave.report(outcome);
    expect(outcomes).toEqual(['sent', 'ready']);
  });

  it('gives back at once a permit that comes after the question was withdrawn', async () => {
    const leave = new Leave();
    const { permit, outcomes } = createPermit();
    let answer = (_: IdentifyPermit) => {};
    let heard = 0;
    leave.ask(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      () => heard++,
      () => heard++,
    );
    leave.withdraw();
    answer(permit);
    await settle();
    expect(outcomes).toEqual(['aborted']);
    expect(heard).toBe(0);
  });

  it('takes a limiter that throws for one that refuses', async () => {
    const refusals: unknown[] = [];
    new Leave().ask(
      () => {
        throw new Error('at once');
      },
      () => {},
      (cause) => refusals.push(cause),
    );
    await settle();
    expect(refusals).toEqual([new Error('at once')]);
  });

  it('tells a refusal, but not one that follows from withdrawing', async () => {
    const refusals: unknown[] = [];
    const leave = new Leave();
    const refuse = (signal: AbortSignal) => Promise.reject(signal.aborted ? 'late' : 'no');
    leave.ask(
      refuse,
      () => {},
      (cause) => refusals.push(cause),
    );
    await settle();
    leave.ask(
      refuse,
      () => {},
      (cause) => refusals.push(cause),
    );
    leave.withdraw();
    await settle();
    expect(refusals).toEqual(['no']);
  });
});

describe('ResumeTurns', () => {
  it('gives so many turns at a time, in order, and on when one ends', async () => {
    const turns = new ResumeTurns(2);
    const order: number[] = [];
    const held: IdentifyPermit[] = [];
    const { signal } = new AbortController();
    for (const id of [0, 1, 2, 3])
      void turns.acquire(signal).then((turn) => {
        order.push(id);
        held.push(turn);
      });
    await settle();
    expect(order).toEqual([0, 1]);
    held[1]?.report('sent');
    await settle();
    expect(order).toEqual([0, 1]);
    held[1]?.report('ready');
    held[1]?.report('ready');
    await settle();
    expect(order).toEqual([0, 1, 2]);
  });

  it('loses no turn to those who leave the queue', async () => {
    const turns = new ResumeTurns(1);
    const [stay, leave] = [new AbortController(), new AbortController()];
    const first = await turns.acquire(stay.signal);
    const left = turns.acquire(leave.signal);
    const second = turns.acquire(stay.signal);
    leave.abort('left');
    await expect(left).rejects.toBe('left');
    await expect(turns.acquire(leave.signal)).rejects.toBe('left');
    first.report('aborted');
    (await second).report('ready');
    expect(await turns.acquire(stay.signal)).toBeDefined();
  });
});
