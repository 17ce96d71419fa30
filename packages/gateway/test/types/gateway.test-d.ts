/** What the types of the gateway say. Nothing here runs: it compiles, or it does not. */
import type { APIMessage, APIUser, DispatchContext, GatewayMessageCreateDispatchData } from '@tinfoil/types';
import {
  type DispatchEvent,
  type Gateway,
  Gateway as GatewayClass,
  type GatewayFatalError,
  type ShardInfo,
} from '../../src/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(equal: Equal<A, B>): void;

/** Enums may be Discord's own strings, and only those. */
export function presence(gateway: Gateway): void {
  void gateway.setPresence({ since: null, activities: [], status: 'idle', afk: false });
  // @ts-expect-error 'asleep' is no status of Discord's.
  void gateway.setPresence({ since: null, activities: [], status: 'asleep', afk: false });
}

export async function events(gateway: Gateway): Promise<void> {
  gateway.on('MESSAGE_CREATE', (message, context) => {
    same<typeof message, GatewayMessageCreateDispatchData>(true);
    same<typeof context, DispatchContext>(true);
  });
  gateway.on('ready', ({ user, applicationId, resumed, shardId }) => {
    same<typeof user, APIUser>(true);
    same<[typeof applicationId, typeof resumed, typeof shardId], [string, boolean, number]>(true);
  });
  gateway.on('fatal', ({ error }) => same<typeof error, GatewayFatalError>(true));
  gateway.on('SOMETHING_NEW', (data, { sequence }) => {
    same<typeof data, unknown>(true);
    same<typeof sequence, number>(true);
  });
  gateway.on('dispatch', (event) => {
    if (event.type === 'MESSAGE_CREATE') same<typeof event.data, GatewayMessageCreateDispatchData>(true);
    same<typeof event, DispatchEvent>(true);
  });
  // @ts-expect-error a message has no such field
  gateway.on('MESSAGE_CREATE', (message) => message.nope);
  // @ts-expect-error a listener is a function
  gateway.on('MESSAGE_CREATE', 1);
  gateway.once('READY', ({ session_id }) => same<typeof session_id, string>(true)).off('READY', () => {});

  const message = await gateway.waitFor('MESSAGE_CREATE', ({ content }, { shardId }) => content.length > shardId);
  same<typeof message, GatewayMessageCreateDispatchData>(true);
  const content: APIMessage['content'] = message.content;
  const anything = await gateway.waitFor('SOMETHING_NEW');
  same<typeof anything, unknown>(true);

  for await (const event of gateway.events(['MESSAGE_CREATE', 'MESSAGE_DELETE'])) {
    same<typeof event.type, 'MESSAGE_CREATE' | 'MESSAGE_DELETE'>(true);
    if (event.type === 'MESSAGE_DELETE') same<typeof event.data.guild_id, string | undefined>(true);
    else content.concat(event.data.content);
  }
  for await (const { members } of gateway.requestGuildMembers({ guildId: '1' })) members[0]?.user.id.length;
  same<typeof gateway.shards, readonly ShardInfo[]>(true);
}

export function options(): void {
  new GatewayClass({ token: 't', intents: ['Guilds'], shards: { ids: [0], total: 1 }, timing: { stableMs: 1 } });
  new GatewayClass({ token: 't', intents: 513, shards: undefined });
  // @ts-expect-error no such intent
  new GatewayClass({ token: 't', intents: ['Guild'] });
  // @ts-expect-error a total belongs to the ids
  new GatewayClass({ token: 't', intents: 0, shards: { ids: [0] } });
  // @ts-expect-error no such compression
  new GatewayClass({ token: 't', intents: 0, compression: 'gzip' });
}
