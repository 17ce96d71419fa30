/** One contract for every session store. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIUser, SessionRecord, SessionStore } from '@tinfoil/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileSessionStore, createMemorySessionStore } from '../../src/index.ts';

// The stores hand users through as they came.
const user = { id: '80351110224678912', username: 'bot' } as APIUser;

function record(shardId: number, totalShards: number, fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    shardId,
    totalShards,
    sessionId: `session-${shardId}-${totalShards}`,
    sequence: 10 + shardId,
    resumeUrl: 'wss://resume',
    version: 10,
    encoding: 'json',
    user,
    applicationId: '80351110224678912',
    savedAtMs: 1_790_000_000_000,
    guilds: Uint8Array.of(1, 2, 3, shardId),
    ...fields,
  };
}

const byId = (records: readonly SessionRecord[]) =>
  [...records]
    .sort((a, b) => a.totalShards - b.totalShards || a.shardId - b.shardId)
    .map((each) => ({ ...each, guilds: each.guilds && [...each.guilds] }));

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tinfoil-sessions-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const stores: readonly (readonly [string, () => SessionStore])[] = [
  ['memory', createMemorySessionStore],
  ['file', () => createFileSessionStore({ directory: join(directory, 'made', 'on demand') })],
];

describe.each(stores)('session store: %s', (_, createStore) => {
  it('has nothing at first', async () => {
    const store = createStore();
    expect(await store.load([{ shardId: 0, totalShards: 1 }])).toEqual([]);
    await store.drop([{ shardId: 0, totalShards: 1 }]);
  });

  it('gives back what was saved, for the keys asked for, told apart by the total', async () => {
    const store = createStore();
    await store.save([record(0, 2), record(1, 2), record(0, 4)]);
    const found = await store.load([
      { shardId: 0, totalShards: 2 },
      { shardId: 0, totalShards: 4 },
      { shardId: 3, totalShards: 4 },
    ]);
    expect(byId(found)).toEqual(byId([record(0, 2), record(0, 4)]));
  });

  it('replaces a record, and keeps its guilds when a save has none', async () => {
    const store = createStore();
    await store.save([record(0, 1)]);
    await store.save([record(0, 1, { sequence: 99, guilds: undefined })]);
    expect(byId(await store.load([{ shardId: 0, totalShards: 1 }]))).toEqual(byId([record(0, 1, { sequence: 99 })]));
    await store.save([record(0, 1, { sequence: 100, guilds: Uint8Array.of(9) })]);
    expect(byId(await store.load([{ shardId: 0, totalShards: 1 }]))[0]?.guilds).toEqual([9]);
  });

  it('forgets what is dropped, with its guilds', async () => {
    const store = createStore();
    await store.save([record(0, 2), record(1, 2)]);
    await store.drop([{ shardId: 0, totalShards: 2 }]);
    await store.save([record(0, 2, { guilds: undefined })]);
    const [first, second] = byId(
      await store.load([
        { shardId: 0, totalShards: 2 },
        { shardId: 1, totalShards: 2 },
      ]),
    );
    expect(first?.guilds).toBeUndefined();
    expect(second).toEqual(byId([record(1, 2)])[0]);
  });

  it('ends with the last of many saves at the same time', async () => {
    const store = createStore();
    await Promise.all(
      Array.from({ length: 20 }, (_, sequence) => store.save([record(0, 1, { sequence, guilds: undefined })])),
    );
    expect((await store.load([{ shardId: 0, totalShards: 1 }]))[0]?.sequence).toBe(19);
  });
});

describe('file session store', () => {
  it('keeps sessions for the next process in files that only their owner may read', async () => {
    await createFileSessionStore({ directory }).save([record(0, 2), record(1, 2)]);
    const keys = [
      { shardId: 0, totalShards: 2 },
      { shardId: 1, totalShards: 2 },
    ];
    expect(byId(await createFileSessionStore({ directory }).load(keys))).toEqual(byId([record(0, 2), record(1, 2)]));
    const files = (await readdir(directory)).sort();
    expect(files).toEqual(['guilds-2-0.bin', 'guilds-2-1.bin', 'sessions.json']);
    for (const file of files) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    // The user stands there once, however many shards there are.
    expect((await readFile(join(directory, 'sessions.json'), 'utf8')).match(/"username"/g)).toHaveLength(1);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"format":2,"users":{},"records":[]}',
    '{"format":1,"users":{},"records":[{"shardId":0}]}',
    'null',
  ])('takes a file that holds %j for none', async (content) => {
    await writeFile(join(directory, 'sessions.json'), content);
    const store = createFileSessionStore({ directory });
    expect(await store.load([{ shardId: 0, totalShards: 1 }])).toEqual([]);
    await store.save([record(0, 1)]);
    expect(await store.load([{ shardId: 0, totalShards: 1 }])).toHaveLength(1);
  });

  it('writes saves that come together together, and rejects when it cannot write', async () => {
    const store = createFileSessionStore({ directory });
    await store.save([record(0, 1)]);
    await rm(directory, { recursive: true });
    await expect(store.save([record(0, 1)])).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('wants a directory', () => {
    expect(() => createFileSessionStore({ directory: '' })).toThrow(TypeError);
  });
});
