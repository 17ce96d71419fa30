import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  listArchivedThreads,
  listAuditLogEntries,
  listBans,
  listCurrentUserGuilds,
  listEntitlements,
  listMembers,
  listMessages,
  listPins,
  listPollVoters,
  listReactions,
  listScheduledEventUsers,
  listSubscriptions,
  listThreadMembers,
  type Rest,
} from '../../src/index.ts';
import { errorOf, restFor } from '../support.ts';

let discord: Simulator;
let rest: Rest;

beforeEach(async () => {
  discord = await Simulator.start({ unknownRoutes: 'echo', globalLimit: false });
  rest = restFor(discord);
});

afterEach(async () => {
  await rest.close();
  await discord.close();
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const ids = Array.from({ length: 7 }, (_, index) => `${1000 + index}`);
const descending = ids.toReversed();

/** Scripts a list of {@link ids} as Discord pages it. */
function script(
  template: string,
  item: (id: string) => unknown,
  wrap: (items: unknown[], more: boolean) => unknown = (items) => items,
): void {
  discord.route('GET', template, ({ query }) => {
    const limit = Number(query.limit);
    const { before, after } = query;
    let found = ids;
    if (typeof after === 'string') found = ids.filter((id) => BigInt(id) > BigInt(after)).slice(0, limit);
    else if (typeof before === 'string') found = descending.filter((id) => BigInt(id) < BigInt(before)).slice(0, limit);
    else found = ids.slice(0, limit);
    return { body: wrap(found.map(item), found.at(-1) !== ids.at(-1)) };
  });
}

/** The same, the latest first. */
function scriptDescending(
  template: string,
  item: (id: string) => unknown,
  wrap: (items: unknown[], more: boolean) => unknown = (items) => items,
): void {
  discord.route('GET', template, ({ query }) => {
    const { before, after, limit } = query;
    const matching =
      typeof after === 'string'
        ? ids
            .filter((id) => BigInt(id) > BigInt(after))
            .slice(0, Number(limit))
            .toReversed()
        : descending
            .filter((id) => typeof before !== 'string' || BigInt(id) < BigInt(before.replace(/\D/g, '')))
            .slice(0, Number(limit));
    return { body: wrap(matching.map(item), matching.at(-1) !== ids[0]) };
  });
}

const byUser = (id: string) => ({ user: { id }, user_id: id });
const byId = (id: string) => ({ id });

describe('lists that go forward', () => {
  it.each([
    [
      'members',
      '/guilds/{guild_id}/members',
      byUser,
      (list: unknown[]) => list,
      () => listMembers(rest, '1', { pageSize: 3 }),
    ],
    ['bans', '/guilds/{guild_id}/bans', byUser, (list: unknown[]) => list, () => listBans(rest, '1', { pageSize: 3 })],
    [
      'reactions',
      '/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}',
      byId,
      (list: unknown[]) => list,
      () => listReactions(rest, '1', '2', '🔥', { pageSize: 3 }),
    ],
    [
      'poll voters',
      '/channels/{channel_id}/polls/{message_id}/answers/{answer_id}',
      byId,
      (users: unknown[]) => ({ users }),
      () => listPollVoters(rest, '1', '2', 1, { pageSize: 3 }),
    ],
    [
      'guilds',
      '/users/@me/guilds',
      byId,
      (list: unknown[]) => list,
      () => listCurrentUserGuilds(rest, { pageSize: 3 }),
    ],
    [
      'event users',
      '/guilds/{guild_id}/scheduled-events/{event_id}/users',
      byUser,
      (list: unknown[]) => list,
      () => listScheduledEventUsers(rest, '1', '2', { pageSize: 3 }),
    ],
    [
      'thread members',
      '/channels/{channel_id}/thread-members',
      byUser,
      (list: unknown[]) => list,
      () => listThreadMembers(rest, '1', { pageSize: 3 }),
    ],
    [
      'entitlements',
      '/applications/{application_id}/entitlements',
      byId,
      (list: unknown[]) => list,
      () => listEntitlements(rest, '1', { pageSize: 3 }),
    ],
    [
      'subscriptions',
      '/skus/{sku_id}/subscriptions',
      byId,
      (list: unknown[]) => list,
      () => listSubscriptions(rest, '1', { pageSize: 3, userId: '5' }),
    ],
  ] as const)('give every one of the %s once', async (_what, template, item, wrap, list) => {
    script(template, item, wrap);
    const found = (await all(list() as AsyncIterable<{ id?: string; user_id?: string }>)).map(
      (entry) => entry.id ?? entry.user_id,
    );
    expect(found).toEqual(ids);
    expect(discord.ledger.count('request')).toBe(3);
  });
});

describe('lists that go back', () => {
  it('give messages the latest first, or forward from an id the oldest first', async () => {
    scriptDescending('/channels/{channel_id}/messages', byId);
    const idsOf = async (options: Parameters<typeof listMessages>[2]) =>
      (await all(listMessages(rest, '1', options))).map(({ id }) => id);
    expect(await idsOf({ pageSize: 3 })).toEqual(descending);
    expect(await idsOf({ pageSize: 2, before: ids[4] })).toEqual(descending.slice(3));
    expect(await idsOf({ pageSize: 3, after: '0' })).toEqual(ids);
    expect(await idsOf({ pageSize: 2, after: ids[2]!, max: 3 })).toEqual(ids.slice(3, 6));
  });

  it('give audit log entries, with filters', async () => {
    scriptDescending('/guilds/{guild_id}/audit-logs', byId, (entries) => ({ audit_log_entries: entries }));
    const entries = await all(listAuditLogEntries(rest, '1', { pageSize: 5, userId: '9', actionType: 22 }));
    expect(entries.map(({ id }) => id)).toEqual(descending);
    for (const { query } of discord.ledger.filter('request'))
      expect(query).toMatchObject({ user_id: '9', action_type: '22' });
  });

  it.each([
    ['public', '/channels/{channel_id}/threads/archived/public'],
    ['private', '/channels/{channel_id}/threads/archived/private'],
    ['joined', '/channels/{channel_id}/users/@me/threads/archived/private'],
  ] as const)('give archived %s threads as long as Discord says that there are more', async (kind, template) => {
    const thread = (id: string) => ({ id, thread_metadata: { archive_timestamp: id } });
    scriptDescending(template, thread, (threads, more) => ({ threads, members: [], has_more: more }));
    expect((await all(listArchivedThreads(rest, '1', { kind, pageSize: 3 }))).map(({ id }) => id)).toEqual(descending);
  });

  it('give pins', async () => {
    scriptDescending(
      '/channels/{channel_id}/messages/pins',
      (id) => ({ pinned_at: id }),
      (items, more) => ({ items, has_more: more }),
    );
    expect((await all(listPins(rest, '1', { pageSize: 3 }))).map((pin) => pin.pinned_at)).toEqual(descending);
  });
});

it('asks for no page that nobody reads, and for no more than wanted', async () => {
  script('/guilds/{guild_id}/members', byUser);
  for await (const _member of listMembers(rest, '1', { pageSize: 3 })) break;
  expect(discord.ledger.count('request')).toBe(1);
  expect(await all(listMembers(rest, '1', { max: 4 }))).toHaveLength(4);
  expect(discord.ledger.filter('request').at(-1)!.query).toEqual({ limit: '4' });
  expect(await all(listMembers(rest, '1', { max: 0 }))).toEqual([]);
  expect(discord.ledger.count('request')).toBe(2);
});

it('passes on errors, signals and bad options', async () => {
  script('/guilds/{guild_id}/members', byUser);
  discord.faults.rest('*', { type: 'status', status: 403 });
  expect(await errorOf(all(listMembers(rest, '1')))).toMatchObject({ status: 403 });
  const reason = new Error('enough');
  expect(await errorOf(all(listMembers(rest, '1', { signal: AbortSignal.abort(reason) })))).toBe(reason);
  for (const options of [{ pageSize: 0 }, { pageSize: 1001 }, { max: -1 }, { max: Number.NaN }])
    expect(await errorOf(all(listMembers(rest, '1', options)))).toBeInstanceOf(RangeError);
});
