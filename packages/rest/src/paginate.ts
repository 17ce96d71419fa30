/**
 * Lists that Discord gives in pages, as async iterators over their items: one request per page, made when it is needed.
 *
 * A list ends with the first page that is not full, or when Discord says that there is no more. Items that appear or vanish
 * meanwhile may be missed or not, as in any paged list; none comes twice, because pages begin behind the last id.
 */
import type {
  APIAuditLogEntry,
  APIBan,
  APIChannel,
  APIEntitlement,
  APIGuildMember,
  APIGuildScheduledEventUser,
  APIMessage,
  APIMessagePin,
  APISubscription,
  APIThreadMember,
  APIUser,
  RESTAPIPartialCurrentUserGuild,
  RestApi,
  Snowflake,
} from '@tinfoil/types';
import { byId, eitherWay, type ListOptions, pageOf, pages, query } from './pages.ts';

/** Anything with a route tree: a {@link Rest}, or the `rest` of a client. */
export interface PageSource {
  readonly api: RestApi;
}

/** Lists that go forward from an id. */
export interface ForwardOptions extends ListOptions {
  /** Begins behind this id. @defaultValue the first */
  readonly after?: Snowflake | undefined;
}

/** Lists that go either way: back from `before` (the latest first, the default), or forward from `after` (the oldest first). */
export type EitherWayOptions = ListOptions &
  (
    | { readonly before?: Snowflake | undefined; readonly after?: undefined }
    | { readonly after: Snowflake; readonly before?: undefined }
  );

/** Messages of a channel, the latest first; with `after` the oldest first. */
export function listMessages(
  { api }: PageSource,
  channelId: Snowflake,
  options: EitherWayOptions = {},
): AsyncGenerator<APIMessage, void> {
  const { after } = options;
  return pages(options, 100, after ?? options.before, async (limit, cursor) => {
    const page = await api.channels(channelId).messages.get(eitherWay(limit, cursor, after !== undefined), options);
    return byId(page, after !== undefined);
  });
}

/** Members of a guild by ascending user id; needs the Guild Members intent. */
export function listMembers(
  { api }: PageSource,
  guildId: Snowflake,
  options: ForwardOptions = {},
): AsyncGenerator<APIGuildMember, void> {
  return pages(options, 1000, options.after, async (limit, after) =>
    pageOf(await api.guilds(guildId).members.get(query(limit, { after }), options), (member) => member.user.id),
  );
}

/** Bans of a guild by ascending user id. */
export function listBans(
  { api }: PageSource,
  guildId: Snowflake,
  options: ForwardOptions = {},
): AsyncGenerator<APIBan, void> {
  return pages(options, 1000, options.after, async (limit, after) =>
    pageOf(await api.guilds(guildId).bans.get(query(limit, { after }), options), (ban) => ban.user.id),
  );
}

/** Filters of {@link listAuditLogEntries}. */
export type AuditLogOptions = EitherWayOptions & {
  readonly userId?: Snowflake | undefined;
  readonly actionType?: number | undefined;
};

/** Entries of a guild's audit log, the latest first; with `after` the oldest first. */
export function listAuditLogEntries(
  { api }: PageSource,
  guildId: Snowflake,
  options: AuditLogOptions = {},
): AsyncGenerator<APIAuditLogEntry, void> {
  const { after } = options;
  const filter = {
    ...(options.userId === undefined ? {} : { user_id: options.userId }),
    ...(options.actionType === undefined ? {} : { action_type: options.actionType }),
  };
  return pages(options, 100, after ?? options.before, async (limit, cursor) => {
    const asked = { ...filter, ...eitherWay(limit, cursor, after !== undefined) };
    const log = await api.guilds(guildId).auditLogs.get(asked, options);
    return byId(log.audit_log_entries, after !== undefined);
  });
}

/** Options of {@link listReactions}. */
export interface ReactionOptions extends ForwardOptions {
  /** 0 for normal reactions, 1 for burst reactions. */
  readonly type?: 0 | 1 | undefined;
}

/** Users who reacted with an emoji (`👍`, or `name:id`), by ascending id. */
export function listReactions(
  { api }: PageSource,
  channelId: Snowflake,
  messageId: Snowflake,
  emoji: string,
  options: ReactionOptions = {},
): AsyncGenerator<APIUser, void> {
  const { type } = options;
  return pages(options, 100, options.after, async (limit, after) =>
    pageOf(
      await api.channels(channelId).messages(messageId).reactions(emoji).get(query(limit, { after, type }), options),
      (user) => user.id,
    ),
  );
}

/** Users who voted for an answer of a poll, by ascending id. */
export function listPollVoters(
  { api }: PageSource,
  channelId: Snowflake,
  messageId: Snowflake,
  answerId: number,
  options: ForwardOptions = {},
): AsyncGenerator<APIUser, void> {
  return pages(options, 100, options.after, async (limit, after) => {
    const answer = api.channels(channelId).polls(messageId).answers(answerId);
    return pageOf((await answer.get(query(limit, { after }), options)).users, (user) => user.id);
  });
}

/** Guilds of the current user, by ascending id. */
export function listCurrentUserGuilds(
  { api }: PageSource,
  options: ForwardOptions & { readonly withCounts?: boolean | undefined } = {},
): AsyncGenerator<RESTAPIPartialCurrentUserGuild, void> {
  const counts = options.withCounts;
  return pages(options, 200, options.after, async (limit, after) =>
    pageOf(await api.users.me.guilds.get(query(limit, { after, with_counts: counts }), options), (guild) => guild.id),
  );
}

/** Users interested in a scheduled event, by ascending id. */
export function listScheduledEventUsers(
  { api }: PageSource,
  guildId: Snowflake,
  eventId: Snowflake,
  options: ForwardOptions & { readonly withMember?: boolean | undefined } = {},
): AsyncGenerator<APIGuildScheduledEventUser, void> {
  const member = options.withMember;
  return pages(options, 100, options.after, async (limit, after) => {
    const { users } = api.guilds(guildId).scheduledEvents(eventId);
    return pageOf(await users.get(query(limit, { after, with_member: member }), options), (entry) => entry.user.id);
  });
}

/** Members of a thread, by ascending user id; needs the Guild Members intent. */
export function listThreadMembers(
  { api }: PageSource,
  threadId: Snowflake,
  options: ForwardOptions & { readonly withMember?: boolean | undefined } = {},
): AsyncGenerator<APIThreadMember, void> {
  return pages(options, 100, options.after, async (limit, after) =>
    pageOf(
      // Discord pages this list only with member objects.
      await api
        .channels(threadId)
        .threadMembers.get(query(limit, { after, with_member: options.withMember ?? true }), options),
      (entry) => entry.user_id,
    ),
  );
}

/** Options of {@link listArchivedThreads}. */
export interface ArchivedThreadOptions extends ListOptions {
  /** Which threads: public ones, private ones, or the private ones that the bot joined. @defaultValue 'public' */
  readonly kind?: 'public' | 'private' | 'joined' | undefined;
  /** Begins before this: a time in ISO 8601, for `joined` a thread id. */
  readonly before?: string | undefined;
}

/** Archived threads of a channel, the latest archived first. */
export function listArchivedThreads(
  { api }: PageSource,
  channelId: Snowflake,
  options: ArchivedThreadOptions = {},
): AsyncGenerator<APIChannel, void> {
  const { kind = 'public' } = options;
  const channel = api.channels(channelId);
  const routes = {
    public: channel.threads.archived.public,
    private: channel.threads.archived.private,
    joined: channel.users.me.threads.archived.private,
  } as const;
  return pages(options, 100, options.before, async (limit, before) => {
    const { threads, has_more } = await routes[kind].get(query(limit, { before }), options);
    const cursorOf = (thread: APIChannel): string | undefined =>
      kind === 'joined'
        ? thread.id
        : 'thread_metadata' in thread
          ? thread.thread_metadata?.archive_timestamp
          : undefined;
    return { ...pageOf(threads as readonly APIChannel[], cursorOf), more: has_more };
  });
}

/** Pinned messages of a channel, the latest pinned first. */
export function listPins(
  { api }: PageSource,
  channelId: Snowflake,
  options: ListOptions & { readonly before?: string | undefined } = {},
): AsyncGenerator<APIMessagePin, void> {
  return pages(options, 50, options.before, async (limit, before) => {
    const { items, has_more } = await api.channels(channelId).messages.pins.get(query(limit, { before }), options);
    return { ...pageOf(items, (pin) => pin.pinned_at), more: has_more };
  });
}

/** Filters of {@link listEntitlements}. */
export interface EntitlementListOptions extends ForwardOptions {
  readonly userId?: Snowflake | undefined;
  readonly guildId?: Snowflake | undefined;
  readonly skuIds?: readonly Snowflake[] | undefined;
  readonly excludeEnded?: boolean | undefined;
}

/** Entitlements of an application, by ascending id. */
export function listEntitlements(
  { api }: PageSource,
  applicationId: Snowflake,
  options: EntitlementListOptions = {},
): AsyncGenerator<APIEntitlement, void> {
  const filter = {
    user_id: options.userId,
    guild_id: options.guildId,
    sku_ids: options.skuIds,
    exclude_ended: options.excludeEnded,
  };
  // From the beginning: without `after` Discord would give the latest page.
  return pages(options, 100, options.after ?? '0', async (limit, after) =>
    pageOf(
      await api.applications(applicationId).entitlements.get(query(limit, { after, ...filter }), options),
      (entitlement) => entitlement.id,
    ),
  );
}

/** Subscriptions to an SKU, by ascending id; without a Bearer token of one user. */
export function listSubscriptions(
  { api }: PageSource,
  skuId: Snowflake,
  options: ForwardOptions & { readonly userId?: Snowflake | undefined } = {},
): AsyncGenerator<APISubscription, void> {
  return pages(options, 100, options.after ?? '0', async (limit, after) =>
    pageOf(
      await api.skus(skuId).subscriptions.get(query(limit, { after, user_id: options.userId }), options),
      (subscription) => subscription.id,
    ),
  );
}
