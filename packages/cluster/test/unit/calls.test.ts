/** Wire of the calls, and the bounds of a broadcast over pods that answer at once, later or not in time. */
import { describe, expect, it } from 'vitest';
import { type BroadcastTarget, broadcast, type CallPod } from '../../src/broadcast.ts';
import { createLineSplitter, encodeAnswer, parseAnswers } from '../../src/rpc-wire.ts';

const targets = (count: number): BroadcastTarget[] =>
  Array.from({ length: count }, (_, ordinal) => ({ pod: `bot-${ordinal}`, ordinal, shards: [ordinal] }));

describe('answers', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const answers = [
      { id: 1, ok: true as const, value: { text: 'line\nbreak, "quotes" and ünï' } },
      { id: 2, ok: false as const, error: { code: 'error' as const, message: 'broke' } },
      { id: 3, ok: true as const, value: [1, 2, 3] },
    ];
    const bytes = Buffer.from(answers.map(encodeAnswer).join(''));
    for (let size = 1; size <= bytes.length; size++) {
      const lines = createLineSplitter();
      const got = [];
      for (let at = 0; at < bytes.length; at += size) {
        const whole = lines.push(bytes.subarray(at, at + size));
        if (whole !== '') got.push(...parseAnswers(whole ?? 'too long'));
      }
      expect(got).toEqual(answers);
    }
  });

  it('beside a broken line are kept', () => {
    const good = encodeAnswer({ id: 7, ok: true, value: 1 });
    for (const broken of ['{"id":', 'null', '[]', '{"id":"7","ok":true}', ''])
      expect(parseAnswers(`${good}${broken}\n${good.trim()}`)).toEqual([
        { id: 7, ok: true, value: 1 },
        { id: 7, ok: true, value: 1 },
      ]);
  });
});

describe('a broadcast', () => {
  it('keeps the order of the pods and never exceeds its bound', async () => {
    let open = 0;
    let most = 0;
    const call: CallPod = (ordinal, _timeoutMs, _signal, settle) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        settle(ordinal % 3 === 0 ? { ok: false, reason: 'refused', message: 'no' } : { ok: true, value: ordinal });
      });
    };
    const result = await broadcast('x', targets(100), { concurrency: 7 }, call);
    expect(most).toBe(7);
    expect(result).toMatchObject({ ok: 66, failed: 34, complete: false });
    expect(result.results.map(({ ordinal }) => ordinal)).toEqual(targets(100).map(({ ordinal }) => ordinal));
    expect(() => result.valuesOrThrow()).toThrow(/bot-0/);
  });

  it('of ten thousand pods that fail at once ends', async () => {
    const call: CallPod = (_ordinal, _timeoutMs, _signal, settle) =>
      settle({ ok: false, reason: 'overloaded', message: 'too many answers are open' });
    expect(await broadcast('x', targets(10_000), {}, call)).toMatchObject({ ok: 0, failed: 10_000 });
    expect(await broadcast('x', [], {}, call)).toMatchObject({ ok: 0, failed: 0, complete: true });
  });

  it('names skipped what its deadline leaves over', async () => {
    const call: CallPod = (ordinal, timeoutMs, _signal, settle) => {
      expect(timeoutMs).toBeLessThanOrEqual(200);
      setTimeout(() => settle({ ok: true, value: ordinal }), 150);
    };
    const { results } = await broadcast('x', targets(8), { concurrency: 2, deadlineMs: 200 }, call);
    expect(results.slice(0, 2).every((one) => one.ok)).toBe(true);
    expect(results.at(-1)).toMatchObject({ ok: false, error: 'skipped' });
  });
});
