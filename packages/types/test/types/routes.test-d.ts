/** Type tests of the route tree: what compiles, what must not, and what comes back. */
import type {
  AllowedMentionsTypes,
  APIChannel,
  APIGuildMember,
  APIMessage,
  APIUser,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIInteractionCallbackWithResponseResult,
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
