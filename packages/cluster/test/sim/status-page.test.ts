import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PodSample, reduceGlobalState } from '../../src/global-state.ts';
import { type Listener, openListener } from '../../src/listener.ts';
import type { PodStatus, ShardReport } from '../../src/status.ts';
import { statusPageRoutes } from '../../src/status-page.ts';
import { type StatusView, takeSnapshot } from '../../src/status-snapshot.ts';

const topology = { generation: 1, totalShards: 5, shardsPerPod: 2 };
const samples = new Map<number, PodSample>();
const view: StatusView = {
  topology,
  samples,
  podName: (ordinal) => `bot-${ordinal}`,
  state: () =>
    reduceGlobalState({
      topology,
      samples,
      podName: (ordinal) => `bot-${ordinal}`,
      source: 'manager',
      nowMs: Date.now(),
      sessionStart: null,
    }),
};
let listener: Listener;

beforeEach(async () => {
  samples.clear();
  for (const ordinal of [0, 1, 2]) samples.set(ordinal, sampleOf(ordinal));
  listener = await openListener({
    name: 'ops',
    address: { host: '127.0.0.1', port: 0 },
    routes: statusPageRoutes(view),
    onError: (cause) => {
      throw cause;
    },
  });
});
afterEach(() => listener.close(0));

describe('the page', () => {
  it('allows its own style and script by their hashes, and nothing else', async () => {
    const response = await fetch(`${listener.address.url}/`);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const tag of ['style', 'script']) {
      const [, source = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html) ?? [];
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(source).digest('base64')}'`);
      expect(source.length).toBeGreaterThan(1000);
    }
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html.match(/<(?:script|style)/g)).toHaveLength(2);
  });

  it('has the state beside it', async () => {
    const response = await fetch(`${listener.address.url}/state.json`);
    expect(await response.json()).toMatchObject({ source: 'manager', shards: { total: 5, ready: 5 } });
  });

  it('takes no writes', async () => {
    for (const path of ['/', '/state.json', '/events'])
      expect((await fetch(`${listener.address.url}${path}`, { method: 'POST' })).status).toBe(405);
  });
});

describe('the events', () => {
  it('begin with a snapshot and bring a new one when something changed', async () => {
    const stream = await openStream();
    const first = await stream.snapshot();
    expect(first).toMatchObject({ topology, nowMs: expect.any(Number) });
    expect(first.shards.map(([kind]) => kind)).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
    samples.set(1, { ...sampleOf(1), fresh: false });
    const second = await stream.snapshot();
    expect(second.shards.map(([kind]) => kind)).toEqual(['ready', 'ready', 'missing', 'missing', 'ready']);
    expect(second.state.missing).toEqual(['bot-1']);
    stream.close();
  });

  it('are refused over the limit, and let in again when one ends', async () => {
    const streams = await Promise.all(Array.from({ length: 32 }, openStream));
    await expect(openStream()).rejects.toThrow('503');
    streams[0]?.close();
    const again = await retried(openStream);
    for (const stream of [...streams, again]) stream.close();
  });

  it('end with the listener', async () => {
    const stream = await openStream();
    await stream.snapshot();
    await listener.close(0);
    await stream.ended;
  });
});

describe('takeSnapshot', () => {
  it('stays the same while nothing changes', () => {
    expect(takeSnapshot(view)).toEqual(takeSnapshot(view));
  });

  it('tells how each shard stands', () => {
    samples.set(0, sampleOf(0, [{ status: 'resuming' }, { status: 'identifying' }]));
    samples.set(1, sampleOf(1, [{ status: 'fatal', lastCloseCode: 4014 }]));
    samples.delete(2);
    const { shards, pods } = takeSnapshot(view);
    // The fatal pod lists one of its two shards: it has not begun with the other.
    expect(shards.map(([kind]) => kind)).toEqual(['resuming', 'connecting', 'fatal', 'connecting', 'missing']);
    expect(pods.map(({ name, state }) => [name, state])).toEqual([
      ['bot-0', 'ready'],
      ['bot-1', 'ready'],
      ['bot-2', 'not answering'],
    ]);
  });

  it('tells how each pod stands', () => {
    samples.set(0, { ...sampleOf(0), status: { ...sampleOf(0).status, draining: true, ready: false } });
    samples.set(1, { ...sampleOf(1), status: { ...sampleOf(1).status, ready: false } });
    samples.set(2, { ...sampleOf(2), fresh: false });
    expect(takeSnapshot(view).pods.map(({ state }) => state)).toEqual(['draining', 'not ready', 'not answering']);
  });
});

type Snapshot = ReturnType<typeof takeSnapshot> & { nowMs: number };

/** Reader of one stream; snapshots come in order. */
async function openStream(): Promise<{ snapshot(): Promise<Snapshot>; close(): void; ended: Promise<void> }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${listener.address.url}/events`, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(String(response.statusCode));
  }
  const ready: Snapshot[] = [];
  const waiting: ((snapshot: Snapshot) => void)[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, data] = /^event: snapshot\ndata: (.*)$/.exec(event) ?? [];
      if (data === undefined) continue;
      const snapshot = JSON.parse(data) as Snapshot;
      const next = waiting.shift();
      if (next === undefined) ready.push(snapshot);
      else next(snapshot);
    }
  });
  response.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  return {
    ended,
    snapshot: () =>
      new Promise((resolve) => {
        const snapshot = ready.shift();
        if (snapshot === undefined) waiting.push(resolve);
        else resolve(snapshot);
      }),
    close: () => void response.destroy(),
  };
}

/** The server learns of a closed stream a moment later. */
async function retried<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + 5000;
  for (;;)
    try {
      return await act();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
}

function sampleOf(ordinal: number, changes: readonly Partial<ShardReport>[] = [{}, {}]): PodSample {
  const status: PodStatus = {
    v: 1,
    pod: `bot-${ordinal}`,
    ordinal,
    generation: 1,
    epoch: 'e',
    totalShards: 5,
    shardsPerPod: 2,
    startedAtMs: 1_790_000_000_000,
    draining: false,
    ready: true,
    version: '1.0.0',
    egressGroup: 'default',
    shards: changes.slice(0, ordinal === 2 ? 1 : 2).map((change, index) => ({
      id: ordinal * 2 + index,
      status: 'ready',
      guilds: 10,
      unavailable: 0,
      users: 100,
      latencyMs: 40,
      lastEventAgeMs: 5,
      resumes: 0,
      identifies: 1,
      lastCloseCode: null,
      ...change,
    })),
    process: { rss: 100, heapUsed: 50, loopP99Ms: 1 },
    state: {},
  };
  return { status, atMs: 1_790_000_001_000, fresh: true };
}
