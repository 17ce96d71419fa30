/** Sessions across processes: each Gateway here stands for one process, the store for what outlives it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionRecord, SessionStore } from '@tinfoil/types';
import { describe, it } from 'vitest';
import { createFileSessionStore, createMemorySessionStore, type Gateway } from '../../src/index.ts';
import { createGateway, startDiscord, until } from './bot.ts';

/** Records what a gateway delivers of messages. */
function collect(gateway: Gateway): { content: string; replayed: boolean }[] {
  const seen: { content: string; replayed: boolean }[] = [];
  gateway.on('MESSAGE_CREATE', ({ content }, { replayed }) => {
    seen.push({ content, replayed });
  });
  return seen;
}

describe.concurrent('sessions', () => {
  it('hands every session over to the next process: not one event lost, none twice, no IDENTIFY', async ({
    expect,
  }) => {
    await using discord = await startDiscord({ shards: 4 });
    const guilds = [0, 1, 2, 3].map((shardId) =>
      discord.createGuild({ shardId, totalShards: 4, memberCount: 100 + shardId }),
    );
    const say = (content: string) => {
      for (const guild of guilds) discord.createMessage(guild.channels[0]!.id, { content });
    };
    const directory = await mkdtemp(join(tmpdir(), 'tinfoil-gateway-'));
    const old = createGateway(discord, { sessionStore: createFileSessionStore({ directory }) });
    const before = collect(old);
    await old.connect();
    say('before');
    await until(() => before.length === 4, 'first messages');
    await old.close({ resumable: true });
    say('between');
    await using next = createGateway(discord, { sessionStore: createFileSessionStore({ directory }) });
    const after = collect(next);
    const ready: unknown[] = [];
    next.on('ready', (event) => ready.push(event));
    await next.connect();
    say('after');
    await until(() => after.length === 8, 'later messages');
    expect(after.filter(({ content }) => content === 'between')).toEqual(
      Array(4).fill({ content: 'between', replayed: true }),
    );
    expect(after.filter(({ content }) => content === 'after')).toEqual(
      Array(4).fill({ content: 'after', replayed: false }),
    );
    expect(ready).toHaveLength(4);
    expect(ready).toContainEqual({
      shardId: 2,
      user: old.user,
      applicationId: discord.applicationId,
      resumed: true,
    });
    expect(discord.ledger.count('identify')).toBe(4);
    expect(next.totals).toEqual({ guilds: 4, unavailable: 0, users: 406 });
    expect(next.user).toMatchObject(discord.user);
    expect(next.hasGuild(guilds[3]!.id)).toBe(true);
    await next.close();
    await rm(directory, { recursive: true });
  });

  it('saves a new session at once, however long the interval: a crash right after READY costs no IDENTIFY', async ({
    expect,
  }) => {
    await using discord = await startDiscord({ shards: 2 });
    const kept = createMemorySessionStore();
    const saved = new Map<number, SessionRecord>();
    const sessionStore: SessionStore = {
      ...kept,
      save: async (records) => {
        for (const record of records) saved.set(record.shardId, record);
      },
    };
    await using gateway = createGateway(discord, { sessionStore, timing: { saveIntervalMs: 3_600_000 } });
    await gateway.connect();
    await until(() => saved.size === 2, 'both sessions saved');
    expect([...saved.values()].map(({ sequence }) => sequence)).toEqual([1, 1]);
  });

  it('knows user, application and guilds before the first event of a resumed session', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const sessionStore = createMemorySessionStore();
    const old = createGateway(discord, { sessionStore });
    await old.connect();
    await until(() => old.totals.unavailable === 0 && old.totals.guilds === 1, 'guild');
    await old.close({ resumable: true });
    discord.createMessage(guild.channels[0]!.id);
    await using next = createGateway(discord, { sessionStore });
    const known: unknown[] = [];
    next.on('MESSAGE_CREATE', () => {
      known.push([next.user?.id, next.applicationId, next.hasGuild(guild.id)]);
    });
    await next.connect();
    await until(() => known.length === 1, 'message');
    expect(known).toEqual([[discord.user.id, discord.applicationId, true]]);
  });

  it('never saves a sequence ahead of a listener at work: after a crash the event comes again', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const sessionStore = createMemorySessionStore();
    const crashed = createGateway(discord, { sessionStore });
    const begun: string[] = [];
    crashed.on('MESSAGE_CREATE', ({ content }) => {
      begun.push(content);
      return content === 'stuck' ? new Promise(() => {}) : undefined;
    });
    await crashed.connect();
    for (const content of ['done', 'stuck', 'done after']) discord.createMessage(guild.channels[0]!.id, { content });
    await until(() => begun.length === 3, 'messages');
    const dispatched = discord.ledger.filter('dispatch', ({ event }) => event === 'MESSAGE_CREATE');
    const key = [{ shardId: 0, totalShards: 1 }];
    let saved: number | undefined;
    while (saved !== dispatched[0]!.sequence) {
      saved = (await sessionStore.load(key))[0]?.sequence;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // The process dies: nothing more is saved, the socket is cut.
    const frozen = createMemorySessionStore();
    await frozen.save(await sessionStore.load(key));
    discord.faults.reset();
    void crashed.close({ resumable: true });
    await using next = createGateway(discord, { sessionStore: frozen });
    const again = collect(next);
    await next.connect();
    await until(() => again.length === 2, 'replayed messages');
    expect(again).toEqual([
      { content: 'stuck', replayed: true },
      { content: 'done after', replayed: true },
    ]);
  });

  it('waits for listeners on close, then saves exactly', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const sessionStore = createMemorySessionStore();
    const gateway = createGateway(discord, { sessionStore });
    let finish = () => {};
    let working = false;
    gateway.on('MESSAGE_CREATE', () => {
      working = true;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await gateway.connect();
    discord.createMessage(guild.channels[0]!.id);
    await until(() => working, 'listener');
    let closed = false;
    const closing = gateway.close({ resumable: true }).then(() => {
      closed = true;
    });
    await discord.ledger.waitFor('close');
    expect(closed).toBe(false);
    finish();
    await closing;
    const [record] = await sessionStore.load([{ shardId: 0, totalShards: 1 }]);
    expect(record?.sequence).toBe(discord.sessions()[0]?.sequence);
  });

  it('reports a listener that is pending for too long, and goes on saving past it', async ({ expect }) => {
    await using discord = await startDiscord();
    const guild = discord.createGuild();
    const sessionStore = createMemorySessionStore();
    await using gateway = createGateway(discord, { sessionStore, timing: { slowListenerMs: 60, drainTimeoutMs: 50 } });
    const errors: unknown[] = [];
    gateway.on('error', (error) => errors.push(error));
    gateway.on('MESSAGE_CREATE', () => new Promise(() => {}));
    await gateway.connect();
    discord.createMessage(guild.channels[0]!.id);
    await until(() => errors.length === 1, 'report');
    expect(errors[0]).toMatchObject({ shardId: 0, cause: { code: 'TINFOIL_GATEWAY_SLOW_LISTENER' } });
    const { sequence } = gateway.shards[0]!;
    let record: SessionRecord | undefined;
    while (record?.sequence !== sequence) {
      [record] = await sessionStore.load([{ shardId: 0, totalShards: 1 }]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it.for([
    ['too old', { savedAtMs: Date.now() - 601_000 }],
    ['of another version', { version: 9 }],
    ['of another encoding', { encoding: 'etf' }],
    ['of another total', { totalShards: 2 }],
  ] as const)('does not resume a session that is %s', async ([, fields], { expect }) => {
    await using discord = await startDiscord();
    const inner = createMemorySessionStore();
    const old = createGateway(discord, { sessionStore: inner });
    await old.connect();
    await old.close({ resumable: true });
    const sessionStore: SessionStore = {
      ...inner,
      load: async (keys) => (await inner.load(keys)).map((record) => ({ ...record, ...fields }) as SessionRecord),
    };
    await using next = createGateway(discord, { sessionStore });
    await next.connect();
    expect(discord.ledger.count('resume')).toBe(0);
    expect(discord.ledger.count('identify')).toBe(2);
  });

  it('identifies when Discord no longer knows the session, and drops it from the store', async ({ expect }) => {
    await using discord = await startDiscord();
    const sessionStore = createMemorySessionStore();
    const old = createGateway(discord, { sessionStore });
    await old.connect();
    await old.close({ resumable: true });
    discord.faults.dropSessions();
    await using next = createGateway(discord, { sessionStore });
    const ready: boolean[] = [];
    next.on('ready', ({ resumed }) => ready.push(resumed));
    await next.connect();
    expect(ready).toEqual([false]);
    expect(discord.ledger.filter('resume').map(({ outcome }) => outcome)).toEqual(['invalidSession']);
    await next.close();
    expect(await sessionStore.load([{ shardId: 0, totalShards: 1 }])).toEqual([]);
  });

  it('runs on when the store fails, reports it, and saves when it works again', async ({ expect }) => {
    await using discord = await startDiscord();
    const inner = createMemorySessionStore();
    let broken = true;
    const fail = async () => {
      throw new Error('disk full');
    };
    const sessionStore: SessionStore = {
      load: fail,
      drop: (keys) => (broken ? fail() : inner.drop(keys)),
      save: (records) => (broken ? fail() : inner.save(records)),
    };
    await using gateway = createGateway(discord, { sessionStore });
    const codes = new Set<unknown>();
    gateway.on('error', ({ cause }) => codes.add((cause as { code: string }).code));
    await gateway.connect();
    await until(() => codes.size > 0, 'report');
    expect([...codes]).toEqual(['TINFOIL_GATEWAY_SESSION_STORE']);
    broken = false;
    let records: readonly SessionRecord[] = [];
    while (records.length === 0) {
      records = await inner.load([{ shardId: 0, totalShards: 1 }]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(records[0]?.guilds).toBeInstanceOf(Uint8Array);
  });

  it('resumes no more than eight shards at the same time', async ({ expect }) => {
    await using discord = await startDiscord({ shards: 24 });
    const sessionStore = createMemorySessionStore();
    const old = createGateway(discord, { sessionStore });
    await old.connect();
    await old.close({ resumable: true });
    const from = discord.ledger.mark();
    discord.faults.next({ hello: 40 }, 24);
    await using next = createGateway(discord, { sessionStore });
    await next.connect();
    let open = 0;
    let most = 0;
    for (const entry of discord.ledger.entries) {
      if (entry.index < from) continue;
      if (entry.type === 'connect') most = Math.max(most, ++open);
      if (entry.type === 'resumed') open -= 1;
    }
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
    expect(discord.ledger.count('identify')).toBe(24);
  });

  it('keeps guild totals through outages, joins and leaves, and a process that resumes', async ({ expect }) => {
    await using discord = await startDiscord();
    const [first, second] = [discord.createGuild({ members: 3 }), discord.createGuild({ members: 5 })];
    const sessionStore = createMemorySessionStore();
    const intents = ['Guilds', 'GuildMembers'] as const;
    const old = createGateway(discord, { sessionStore, intents });
    await old.connect();
    await until(() => old.totals.users === 10, 'guilds');
    discord.addMember(first.id);
    discord.setGuildUnavailable(second.id);
    await until(() => old.totals.unavailable === 1 && old.totals.users === 11, 'changes');
    await old.close({ resumable: true });
    discord.addMember(first.id);
    discord.deleteGuild(second.id);
    const third = discord.createGuild({ members: 1 });
    await using next = createGateway(discord, { sessionStore, intents });
    await next.connect();
    expect(next.totals).toEqual({ guilds: 2, unavailable: 0, users: 8 });
    expect([first, second, third].map(({ id }) => next.hasGuild(id))).toEqual([true, false, true]);
  });
});
