import { describe, expect, it } from 'vitest';
import { CommandQueue } from '../../src/command-queue.ts';
import { FakeClock, settle } from '../fake-clock.ts';

function createQueue(maxQueued = 1_000) {
  const clock = new FakeClock();
  const written: string[] = [];
  const options = { shardId: 3, maxQueued, sendWindowMs: 60_000, presenceWindowMs: 20_000, clock };
  const queue = new CommandQueue(options, (text) => written.push(text));
  queue.connected(41_250);
  return { clock, written, queue };
}

describe('CommandQueue', () => {
  it('keeps commands while the shard is not up and sends them in order when it is', async () => {
    const { queue, written } = createQueue();
    const sent = Promise.all(['a', 'b', 'c'].map((text) => queue.send(text)));
    await settle();
    expect(written).toEqual([]);
    queue.open();
    await sent;
    expect(written).toEqual(['a', 'b', 'c']);
    queue.pause();
    const later = queue.send('d');
    await settle();
    expect(written).toHaveLength(3);
    queue.open();
    await later;
    expect(written.at(-1)).toBe('d');
  });

  it('sends 116 in a window, the rest when it has passed, and counts what the shard sends itself', async () => {
    const { queue, written, clock } = createQueue();
    queue.note();
    queue.open();
    const all = Array.from({ length: 120 }, (_, index) => queue.send(String(index)));
    await settle();
    expect(written).toHaveLength(115);
    await clock.pass(59_999);
    expect(written).toHaveLength(115);
    await clock.pass(1);
    expect(written).toHaveLength(120);
    await Promise.all(all);
  });

  it('starts over with each connection', async () => {
    const { queue, written } = createQueue();
    queue.open();
    for (let index = 0; index < 200; index++) void queue.send(String(index));
    await settle();
    expect(written).toHaveLength(116);
    queue.pause();
    queue.connected(41_250);
    queue.open();
    expect(written).toHaveLength(200);
  });

  it('leaves room for heartbeats, and says when there is none left', () => {
    const { queue } = createQueue();
    queue.open();
    for (let index = 0; index < 116; index++) void queue.send(String(index));
    expect([1, 2, 3, 4].map(() => queue.note())).toEqual([true, true, true, true]);
    expect(queue.note()).toBe(false);
  });

  it('rejects beyond its bound, on abort, and at the end of the shard, and leaves nothing behind', async () => {
    const { queue, written, clock } = createQueue(2);
    const abort = new AbortController();
    const first = queue.send('first', abort.signal);
    const second = queue.send('second');
    await expect(queue.send('third')).rejects.toMatchObject({ code: 'TINFOIL_GATEWAY_QUEUE_FULL', shardId: 3 });
    abort.abort(new Error('changed my mind'));
    await expect(first).rejects.toThrow('changed my mind');
    await expect(queue.send('x', abort.signal)).rejects.toThrow('changed my mind');
    queue.fail(new Error('over'));
    await expect(second).rejects.toThrow('over');
    await expect(queue.send('later')).rejects.toThrow('over');
    await expect(queue.sendPresence('later')).rejects.toThrow('over');
    expect([written, queue.length, clock.pending]).toEqual([[], 0, 0]);
    queue.revive();
    queue.open();
    await queue.send('again');
    expect(written).toEqual(['again']);
  });

  it('sends five presences in 20 s, of those that wait only the newest, and holds nothing else up', async () => {
    const { queue, written, clock } = createQueue();
    queue.open();
    for (let index = 0; index < 5; index++) await queue.sendPresence(`p${index}`);
    const replaced = queue.sendPresence('p5');
    const newest = queue.sendPresence('p6');
    await replaced;
    await queue.send('command');
    expect(written).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'command']);
    await clock.pass(20_000);
    await newest;
    expect(written.at(-1)).toBe('p6');
  });
});
