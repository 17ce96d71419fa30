/** Contract of every session store: what a gateway relies on, whatever keeps the sessions. */
import type { SessionRecord, SessionStore } from '@tinfoil/types';
import { expect, it } from 'vitest';

export const record = (shardId: number, more: Partial<SessionRecord> = {}): SessionRecord => ({
  shardId,
  totalShards: 4,
  sessionId: `session-${shardId}`,
  sequence: 10,
  resumeUrl: 'wss://gateway.example',
  version: 10,
  encoding: 'json',
  // The fields of a user that matter to a store: text of any script.
  user: { id: '1', username: 'böt 🤖', discriminator: '0', global_name: null, avatar: null } as SessionRecord['user'],
  applicationId: '1',
  savedAtMs: 1_000,
  ...more,
});

const key = (shardId: number, totalShards = 4) => ({ shardId, totalShards });

/** Runs the contract over a store; `make` gives an empty one each time. */
export function describeSessionStore(make: () => Promise<SessionStore>): void {
  it('has nothing at first', async () => {
    const store = await make();
    expect(await store.load([key(0), key(1)])).toEqual([]);
    expect(await store.load([])).toEqual([]);
  });

  it('gives records back as they were, guild index included', async () => {
    const store = await make();
    const saved = [record(0, { guilds: new Uint8Array([0, 255, 10, 13]) }), record(2)];
    await store.save(saved);
    const found = [...(await store.load([key(0), key(1), key(2)]))].sort((a, b) => a.shardId - b.shardId);
    expect(found.map(({ guilds, ...rest }) => ({ ...rest, guilds: guilds && [...guilds] }))).toEqual([
      { ...record(0), guilds: [0, 255, 10, 13] },
      { ...record(2), guilds: undefined },
    ]);
  });

  it('keeps the guild index of a record that is saved without', async () => {
    const store = await make();
    await store.save([record(0, { guilds: new Uint8Array([1, 2, 3]) })]);
    await store.save([record(0, { sequence: 11, savedAtMs: 2_000 })]);
    const [found] = await store.load([key(0)]);
    expect(found?.sequence).toBe(11);
    expect([...(found?.guilds ?? [])]).toEqual([1, 2, 3]);
  });

  it('keeps totals apart', async () => {
    const store = await make();
    await store.save([record(0)]);
    expect(await store.load([key(0, 8)])).toEqual([]);
  });

  it('drops what it is told to, and nothing else', async () => {
    const store = await make();
    await store.save([record(0, { guilds: new Uint8Array([1]) }), record(1)]);
    await store.drop([key(0), key(3)]);
    expect((await store.load([key(0), key(1)])).map(({ shardId }) => shardId)).toEqual([1]);
  });
}
