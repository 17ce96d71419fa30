/** Type tests of the route tree: what compiles, what must not, and what comes back. */
import type {
  AllowedMentionsTypes,
  APIChannel,
  APIDMChannel,
  APIGroupDMChannel,
  APIGuildMember,
  APIMessage,
  APIThreadChannel,
  APIUser,
  RESTPatchAPIGuildJSONBody,
  RESTPostAPIAutoModerationRuleJSONBody,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIGuildChannelJSONBody,
  RESTPostAPIInteractionCallbackJSONBody,
  RESTPostAPIInteractionCallbackWithResponseResult,
  RESTPutAPIApplicationCommandsJSONBody,
  RestApi,
} from '@tinfoil/types';
import type { Equal, Expect } from './assert.ts';

declare const api: RestApi;
declare const file: { data: Uint8Array; name: string };

export async function results(): Promise<void> {
  const me = await api.users.me.get();
  const channel = await api.channels('1').get();
  const message = await api.channels('1').messages.post({ content: 'hi' }, { files: [file] });
  const role = await api.guilds('1').members('2').roles('3').put(undefined, { reason: 'earned' });
  const joined = await api.guilds('1').members('2').put({ access_token: 'a' });
  const image = await api.guilds('1').widgetPng.get({ style: 'shield' as never });
  const csv = await api.invites('code').targetUsers.get();
  const answers: [
    Expect<Equal<typeof me, APIUser>>,
    Expect<Equal<typeof channel, APIChannel>>,
    Expect<Equal<typeof message, APIMessage>>,
    Expect<Equal<typeof role, undefined>>,
    Expect<Equal<typeof joined, APIGuildMember | undefined>>,
    Expect<Equal<typeof image, Uint8Array>>,
    Expect<Equal<typeof csv, string>>,
  ] = [true, true, true, true, true, true, true];
  void answers;
}

export async function answersThatDependOnTheQuery(): Promise<void> {
  const hook = api.webhooks('1')('token');
  const silent = await hook.post({ content: 'hi' });
  const waited = await hook.post({ content: 'hi' }, { query: { wait: true } });
  const callback = await api
    .interactions('1')('token')
    .callback.post({ type: 1 }, { query: { with_response: true } });
  const checks: [
    Expect<Equal<typeof silent, undefined>>,
    Expect<Equal<typeof waited, APIMessage>>,
    Expect<Equal<typeof callback, RESTPostAPIInteractionCallbackWithResponseResult>>,
  ] = [true, true, true];
  void checks;
}

export async function plainStringsOfEnums(
  body: RESTPostAPIChannelMessageJSONBody,
  kinds: AllowedMentionsTypes[],
): Promise<void> {
  const messages = api.channels('1').messages;
  await messages.post({ allowed_mentions: { parse: ['users', 'roles'] } });
  await messages.post({ allowed_mentions: { parse: kinds } });
  await messages.post(body);
  const embeds = [{ title: 'one' }] as const;
  await messages.post({ embeds });
  await api.guilds('1').messages.search.get({ sort_by: 'timestamp', sort_order: 'asc' });
  await api.applications('1').commands.post({ name: 'a', description: 'b', name_localizations: { de: 'c' } });
  // @ts-expect-error -- no such kind of mention
  await messages.post({ allowed_mentions: { parse: ['people'] } });
  // @ts-expect-error -- no such field
  await messages.post({ contents: 'hi' });
}

export async function bodiesTypedByDiscordApiTypes(
  channel: RESTPostAPIGuildChannelJSONBody,
  commands: RESTPutAPIApplicationCommandsJSONBody,
  rule: RESTPostAPIAutoModerationRuleJSONBody,
  answer: RESTPostAPIInteractionCallbackJSONBody,
  guild: RESTPatchAPIGuildJSONBody,
): Promise<void> {
  await api.guilds('1').channels.post(channel);
  await api.applications('1').commands.put(commands);
  await api.guilds('1').autoModeration.rules.post(rule);
  await api.interactions('1')('token').callback.post(answer);
  await api.guilds('1').patch(guild);
}

export async function channelsOfUsers(): Promise<void> {
  const direct = await api.users.me.channels.post({ recipient_id: '1' });
  const group = await api.users.me.channels.post({ access_tokens: ['a', 'b'], nicks: { 1: 'one' } });
  const checks: [Expect<Equal<typeof direct, APIDMChannel>>, Expect<Equal<typeof group, APIGroupDMChannel>>] = [
    true,
    true,
  ];
  void checks;
}

export async function whatMustNotCompile(): Promise<void> {
  const reactions = api.channels('1').messages('2').reactions('👍');
  // @ts-expect-error -- Discord keeps no reason for reactions
  await reactions.me.put(undefined, { reason: 'none' });
  // @ts-expect-error -- a required body
  await api.channels('1').messages.post();
  // @ts-expect-error -- a required query
  await api.guilds('1').members.search.get();
  const { stickers } = api.guilds('1');
  // @ts-expect-error -- a required file
  await stickers.post({ name: 'a', description: 'b', tags: 'c' });
  const ban = api.guilds('1').bans('2');
  // @ts-expect-error -- no files on a ban
  await ban.put({}, { files: [file] });
  // @ts-expect-error -- ids are strings: a number cannot hold them
  api.guilds(1);
  // @ts-expect-error -- no such verb
  await api.users.me.delete();
  // @ts-expect-error -- the parameter is missing
  await api.channels.get();
}

export async function channelsOfGuilds(): Promise<void> {
  const [channel] = await api.guilds('1').channels.get();
  type All = Exclude<APIChannel, APIDMChannel | APIGroupDMChannel | APIThreadChannel>;
  const complete: Expect<Equal<NonNullable<typeof channel>, All>> = true;
  void complete;
  // A channel's type says what else it has.
  if (channel?.type === 0) void (channel.topic satisfies string | null | undefined);
  if (channel?.type === 2) void (channel.bitrate satisfies number | undefined);
  // @ts-expect-error -- a guild lists no DM channels
  if (channel?.type === 1) void channel;
}
