/** Decisions of a shard as tables: from a state, an input leads to a state and effects. Numbers stand for time. */
import { describe, expect, it } from 'vitest';
import { initialState, step } from '../../src/machine.ts';
import { defaultTiming } from '../../src/options.ts';
import type { ShardEffect, ShardInput, ShardState } from '../../src/state.ts';

const context = { nowMs: 1_000_000, random: 0.5, timing: defaultTiming };
const session = { sessionId: 'session', resumeUrl: 'wss://resume' };

/** Runs inputs one after the other; gives the last state and the effects of the last step. */
function run(
  inputs: readonly ShardInput[],
  from: ShardState = initialState,
  at = context,
): [ShardState, readonly ShardEffect[]] {
  let result: [ShardState, readonly ShardEffect[]] = [from, []];
  for (const input of inputs) result = [...step(result[0], input, at)];
  return result;
}

const start: ShardInput = { type: 'start' };
const granted: ShardInput = { type: 'granted' };
const phase: ShardInput = { type: 'phase', quietMs: 1e9 };
const opened = (connection: number): ShardInput => ({ type: 'opened', connection });
const hello = (connection: number): ShardInput => ({ type: 'hello', connection, intervalMs: 40_000 });
const readied = (connection: number): ShardInput => ({ type: 'readied', connection, session });
const closed = (connection: number, code: number): ShardInput => ({ type: 'closed', connection, code });

const connecting = run([start, granted])[0];
const greeting = run([start, granted, opened(1)])[0];
const identifying = run([start, granted, opened(1), hello(1)])[0];
const ready = run([start, granted, opened(1), hello(1), readied(1)])[0];
const resumeQueued = run([{ type: 'start', session }, phase])[0];
const resumeConnecting = run([granted], resumeQueued)[0];
const resuming = run([opened(1), hello(1)], resumeConnecting)[0];
/** Ready for longer than `stableMs`. */
const later = { ...context, nowMs: context.nowMs + 60_000 };

const types = (effects: readonly ShardEffect[]) => effects.map((effect) => effect.type);
const delayOf = (effects: readonly ShardEffect[]) =>
  effects.find((effect) => effect.type === 'setTimer' && effect.timer === 'phase') as { afterMs: number } | undefined;

describe('way up', () => {
  it('asks for a permit before it connects, and connects to the main URL', () => {
    expect(run([start])).toEqual([
      { ...initialState, status: 'queued', mode: 'identify' },
      [{ type: 'ask', mode: 'identify' }],
    ]);
    expect(run([start, granted])[1]).toEqual([
      { type: 'connect', connection: 1, target: 'main' },
      { type: 'setTimer', timer: 'phase', afterMs: 20_000 },
    ]);
  });

  it('identifies after HELLO, reports the permit as sent, and beats after a random part of the interval', () => {
    const [state, effects] = run([start, granted, opened(1), hello(1)]);
    expect(state.status).toBe('identifying');
    expect(effects).toEqual([
      { type: 'send', what: 'identify' },
      { type: 'report', outcome: 'sent' },
      { type: 'setTimer', timer: 'heartbeat', afterMs: 20_000 },
      { type: 'setTimer', timer: 'phase', afterMs: 60_000 },
    ]);
  });

  it('keeps the session of READY and ends the permit', () => {
    expect(ready).toMatchObject({ status: 'ready', session });
    expect(run([readied(1)], identifying)[1]).toEqual([
      { type: 'report', outcome: 'ready' },
      { type: 'clearTimer', timer: 'phase' },
      { type: 'ready', resumed: false },
    ]);
  });

  it('resumes a given session at its own URL after a jitter, asking for a turn only', () => {
    const [waiting, effects] = run([{ type: 'start', session }]);
    expect(waiting.status).toBe('waiting');
    expect(delayOf(effects)?.afterMs).toBe(1_000);
    expect(run([phase], waiting)[1]).toEqual([{ type: 'ask', mode: 'resume' }]);
    expect(run([granted], resumeQueued)[1]).toContainEqual({ type: 'connect', connection: 1, target: 'resume' });
    expect(run([hello(1)], run([opened(1)], resumeConnecting)[0])[1][0]).toEqual({ type: 'send', what: 'resume' });
    expect(run([{ type: 'resumed', connection: 1 }], resuming)).toMatchObject([
      { status: 'ready', session },
      [{ type: 'report', outcome: 'ready' }, { type: 'clearTimer' }, { type: 'ready', resumed: true }],
    ]);
  });

  it('resumes at the main URL when READY gave none', () => {
    const queued = run([{ type: 'start', session: { sessionId: 'session', resumeUrl: '' } }, phase])[0];
    expect(run([granted], queued)[1]).toContainEqual({ type: 'connect', connection: 1, target: 'main' });
  });
});

describe('close codes', () => {
  const resume = [1000, 1001, 1005, 1006, 1011, 1012, 4000, 4001, 4002, 4005, 4006, 4008, 4900, 4999];
  it.each(resume)('%i keeps the session', (code) => {
    const [state, effects] = run([closed(1, code)], ready, later);
    expect(state).toMatchObject({ status: 'waiting', session });
    expect(types(effects)).not.toContain('dropSession');
    expect(types(effects)).not.toContain('disconnect');
  });

  it.each([4003, 4007, 4009])('%i drops the session and identifies', (code) => {
    const [state, effects] = run([closed(1, code)], ready, later);
    expect(state).toMatchObject({ status: 'waiting', session: undefined });
    expect(types(effects)).toContain('dropSession');
    expect(run([phase], state)[1]).toEqual([{ type: 'ask', mode: 'identify' }]);
  });

  it.each([4004, 4010, 4011, 4012, 4013, 4014])('%i is fatal, from every connected state', (code) => {
    for (const state of [connecting, greeting, identifying, resuming, ready]) {
      const [next, effects] = run([closed(1, code)], state);
      expect(next).toMatchObject({ status: 'fatal', session: undefined });
      expect(effects.at(-1)).toEqual({ type: 'fatal', code, cause: undefined });
      expect(types(effects)).not.toContain('connect');
    }
  });
});

describe('op 7 and op 9', () => {
  it('op 7 closes with 4900 and resumes', () => {
    const [state, effects] = run([{ type: 'reconnectWanted', connection: 1 }], ready, later);
    expect(state).toMatchObject({ status: 'waiting', session });
    expect(effects).toContainEqual({ type: 'disconnect', how: 4900 });
    expect(delayOf(effects)?.afterMs).toBe(375);
  });

  it('op 7 in place of HELLO gives the permit back unsent', () => {
    const [state, effects] = run([{ type: 'reconnectWanted', connection: 1 }], greeting);
    expect(state.status).toBe('waiting');
    expect(effects).toContainEqual({ type: 'report', outcome: 'aborted' });
  });

  it('op 9 true keeps the session, op 9 false drops it and waits 1 to 5 s', () => {
    const kept = run([{ type: 'invalidated', connection: 1, resumable: true }], ready, later);
    expect(kept[0]).toMatchObject({ status: 'waiting', session });
    const [dropped, effects] = run([{ type: 'invalidated', connection: 1, resumable: false }], ready, later);
    expect(dropped).toMatchObject({ status: 'waiting', session: undefined });
    expect(delayOf(effects)?.afterMs).toBe(3_000);
    expect(effects).toContainEqual({ type: 'dropSession' });
  });

  it('op 9 to an IDENTIFY reports it as invalid, and waits longer each time', () => {
    let state: ShardState = identifying;
    const delays: number[] = [];
    for (let connection = 1; connection <= 12; connection++) {
      const [next, effects] = run([{ type: 'invalidated', connection, resumable: false }], state);
      expect(effects).toContainEqual({ type: 'report', outcome: 'invalid' });
      delays.push(delayOf(effects)!.afterMs);
      state = run([phase, granted, opened(connection + 1), hello(connection + 1)], next)[0];
    }
    expect(delays.slice(0, 4)).toEqual([3_750, 7_500, 15_000, 30_000]);
    expect(delays.at(-1)).toBe(675_000);
  });
});

describe('failures', () => {
  it('goes to the main URL with the same session after three failures at its own', () => {
    let state: ShardState = resumeConnecting;
    const targets: string[] = [];
    for (let connection = 1; connection <= 6; connection++) {
      const [waiting] = run([closed(connection, 1006)], state);
      expect(waiting.session).toEqual(session);
      state = run([phase, granted], waiting)[0];
      targets.push((state as { target: string }).target);
    }
    expect(targets).toEqual(['resume', 'resume', 'main', 'main', 'main', 'main']);
  });

  it('gives a session up after five RESUMEs in a row that came to nothing', () => {
    let state: ShardState = resuming;
    for (let connection = 1; connection < 5; connection++) {
      const [waiting] = run([closed(connection, 1006)], state);
      expect(waiting.session).toEqual(session);
      state = run([phase, granted, opened(connection + 1), hello(connection + 1)], waiting)[0];
    }
    const [last, effects] = run([closed(5, 1006)], state);
    expect(last.session).toBeUndefined();
    expect(effects).toContainEqual({ type: 'dropSession' });
  });

  it('doubles the delay up to 30 s while connections fail, and starts over after a stable one', () => {
    let state: ShardState = connecting;
    const delays: number[] = [];
    for (let connection = 1; connection <= 9; connection++) {
      const [waiting, effects] = run([closed(connection, 1006)], state);
      delays.push(delayOf(effects)!.afterMs);
      state = run([phase, granted], waiting)[0];
    }
    expect(delays).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    const [up] = run([opened(10), hello(10), readied(10)], state);
    expect(delayOf(run([closed(10, 1006)], up, later)[1])?.afterMs).toBe(375);
    // Up for a moment only: that proves nothing.
    expect(delayOf(run([closed(10, 1006)], up)[1])?.afterMs).toBe(22_500);
  });

  it.each([
    ['connecting', connecting],
    ['greeting', greeting],
    ['identifying', identifying],
    ['resuming', resuming],
  ] as const)('cuts the connection when the time for %s is up', (_, state) => {
    const [next, effects] = run([phase], state);
    expect(next.status).toBe('waiting');
    expect(effects).toContainEqual({ type: 'disconnect', how: 'terminate' });
  });

  it('lets a replay go on as long as events come', () => {
    const [state, effects] = run([{ type: 'phase', quietMs: 5_000 }], resuming);
    expect(state).toBe(resuming);
    expect(effects).toEqual([{ type: 'setTimer', timer: 'phase', afterMs: 25_000 }]);
  });

  it('ends for good when the permit is refused for good, and asks again when it was not', () => {
    const queued = run([start])[0];
    const cause = new Error('no');
    const [ended, effects] = run([{ type: 'refused', cause, final: true }], queued);
    expect(ended.status).toBe('fatal');
    expect(effects.at(-1)).toEqual({ type: 'fatal', code: undefined, cause });
    expect(run([{ type: 'refused', cause, final: false }], queued)[0].status).toBe('waiting');
    expect(run([{ type: 'refused', cause, final: false }], connecting)[1]).toContainEqual({
      type: 'report',
      outcome: 'aborted',
    });
  });

  it('takes a HELLO without a usable interval for a broken connection', () => {
    for (const intervalMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(run([{ type: 'hello', connection: 1, intervalMs }], greeting)[0].status).toBe('waiting');
  });
});

describe('heartbeats', () => {
  const beatAt = (nowMs: number) => ({ ...context, nowMs });
  const due: ShardInput = { type: 'heartbeatDue' };

  it('cuts a connection whose heartbeat got no ACK until the next, and keeps the session', () => {
    const [awaiting, first] = run([due], ready, beatAt(1_020_000));
    expect(first).toEqual([
      { type: 'send', what: 'heartbeat' },
      { type: 'setTimer', timer: 'heartbeat', afterMs: 40_000 },
    ]);
    const [lost, effects] = run([due], awaiting, beatAt(1_060_000));
    expect(lost).toMatchObject({ status: 'waiting', session });
    expect(effects).toContainEqual({ type: 'disconnect', how: 'terminate' });
  });

  it('goes on after an ACK, and knows the round trip', () => {
    const [awaiting] = run([due], ready, beatAt(1_020_000));
    const [answered] = run([{ type: 'acknowledged', connection: 1 }], awaiting, beatAt(1_020_042));
    expect(answered).toMatchObject({ heartbeat: { latencyMs: 42 } });
    expect(run([due], answered, beatAt(1_060_000))[0].status).toBe('ready');
  });

  it('grants one more heartbeat when its own timer came late, and no second one', () => {
    const [awaiting] = run([due], ready, beatAt(1_020_000));
    const [excused, effects] = run([due], awaiting, beatAt(1_090_000));
    expect(excused.status).toBe('ready');
    expect(effects[0]).toEqual({ type: 'send', what: 'heartbeat' });
    expect(run([due], excused, beatAt(1_190_000))[0].status).toBe('waiting');
  });

  it('answers op 1 at once, out of turn', () => {
    expect(run([{ type: 'heartbeatWanted', connection: 1 }], ready)).toEqual([
      ready,
      [{ type: 'send', what: 'heartbeat' }],
    ]);
  });
});

describe('stop, restart, halt', () => {
  const states = { queued: run([start])[0], connecting, greeting, identifying, resuming, ready, resumeQueued };

  it.each(Object.entries(states))('stop while %s gives back all it holds', (_, state) => {
    const [next, effects] = run([{ type: 'stop', code: 4900 }], state);
    expect(next).toMatchObject({ status: 'idle', session: state.session });
    expect(types(effects).includes('withdraw')).toBe(state.status === 'queued');
    expect(types(effects).includes('disconnect')).toBe('target' in state || 'heartbeat' in state);
    expect(types(effects).includes('report')).toBe(state.status !== 'queued' && state.status !== 'ready');
  });

  it('restart with resume keeps the session, with identify drops it', () => {
    const kept = run([{ type: 'restart', mode: 'resume' }], ready);
    expect(kept[0]).toMatchObject({ status: 'waiting', session });
    expect(kept[1]).toContainEqual({ type: 'disconnect', how: 4900 });
    const fresh = run([{ type: 'restart', mode: 'identify' }], ready);
    expect(fresh[0]).toMatchObject({ status: 'waiting', session: undefined });
    expect(fresh[1]).toContainEqual({ type: 'disconnect', how: 1000 });
    expect(fresh[1]).toContainEqual({ type: 'dropSession' });
  });

  it('halt ends what is not up and leaves alone what is', () => {
    expect(run([{ type: 'halt' }], ready)).toEqual([ready, []]);
    expect(run([{ type: 'halt' }], identifying)[0].status).toBe('fatal');
  });

  it('starts again after a fatal end, and only on request', () => {
    const ended = run([closed(1, 4014)], identifying)[0];
    for (const input of [granted, phase, opened(1), hello(1), readied(1), closed(1, 1006)] as const)
      expect(run([input], ended)).toEqual([ended, []]);
    expect(run([start], ended)[0].status).toBe('queued');
  });
});

it('ignores what older connections say', () => {
  const [waiting] = run([closed(1, 1006)], ready);
  const [second] = run([phase, granted], waiting);
  for (const input of [opened(1), hello(1), closed(1, 4004), readied(1)])
    expect(run([input], second)).toEqual([second, []]);
});
