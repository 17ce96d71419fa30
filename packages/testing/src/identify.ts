/**
 * IDENTIFY: its checks with their close codes, then READY and the guilds of the shard.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#identifying | Discord Docs/Identifying}
 */
import { shardIdOf } from '@tinfoil/types';
import { closeReason } from './close-reasons.ts';
import { allIntents } from './event-intents.ts';
import type { GatewayConnection } from './gateway-connection.ts';
import type { GatewayServer } from './gateway-server.ts';
import { type Fields, isFields } from './resources.ts';
import { Session } from './session.ts';

/** Judges an IDENTIFY and, when it is good, starts a session with READY and GUILD_CREATE. */
export function identify(server: GatewayServer, connection: GatewayConnection, d: Fields): void {
  const { ledger } = server.context;
  const shard = Array.isArray(d.shard) ? (d.shard as unknown[]) : d.shard === undefined ? [0, 1] : [];
  const [shardId, totalShards] = [Number(shard[0]), Number(shard[1])];
  if (Number.isSafeInteger(shardId) && Number.isSafeInteger(totalShards)) connection.shard = [shardId, totalShards];
  const intents = Number(d.intents);
  const wanted = connection.fault?.identify;
  const verdict = wanted === undefined ? checkIdentify(server, d, shardId, totalShards) : wanted;
  const isOverBudget = verdict === 'exhausted';
  const outcome = verdict === 'exhausted' ? 4004 : verdict === 'missing' ? 'ignored' : verdict;

  // The session exists before the entry, so that the entry can name it.
  const session = outcome === 'ready' ? startSession(server, connection, { shardId, totalShards, intents }) : null;
  connection.compressPayloads = d.compress === true;
  ledger.write('identify', {
    ...connection.fields,
    bucket: server.budget.bucketOf(Number.isSafeInteger(shardId) ? shardId : 0),
    intents,
    compress: d.compress === true,
    largeThreshold: typeof d.large_threshold === 'number' ? d.large_threshold : null,
    properties: d.properties,
    presence: d.presence ?? null,
    outcome,
    remaining: server.budget.status(performance.now()).remaining,
  });
  if (session !== null) {
    ready(server, connection, session);
  } else if (outcome === 'invalidSession') {
    server.sendInvalidSession(connection, false);
  } else if (outcome === 'reset') {
    connection.reset();
  } else if (typeof outcome === 'number') {
    if (isOverBudget) server.revokeToken();
    connection.close(outcome, closeReason(outcome));
  }
}

function startSession(
  server: GatewayServer,
  connection: GatewayConnection,
  asked: { readonly shardId: number; readonly totalShards: number; readonly intents: number },
): Session {
  const { options, ledger, world } = server.context;
  const { version, encoding } = connection;
  const previous = livingConnectionOf(server, asked.shardId, asked.totalShards);
  const session = new Session({ ...asked, id: world.ids.hex(32), version, encoding }, options.replayLimit);
  session.attach(connection);
  connection.session = session;
  server.sessions.set(session.identity.id, session);
  if (previous !== undefined)
    ledger.write('duplicate', { ...connection.fields, by: 'identify', otherConnectionId: previous.id });
  return session;
}

/** Connection that holds a shard already. A frozen one does not count: its client may long have given it up. */
function livingConnectionOf(
  server: GatewayServer,
  shardId: number,
  totalShards: number,
): GatewayConnection | undefined {
  for (const connection of server.connections) {
    const identity = connection.session?.identity;
    if (!connection.isOpen || connection.frozen || identity === undefined) continue;
    if (identity.shardId === shardId && identity.totalShards === totalShards) return connection;
  }
  return undefined;
}

function checkIdentify(
  server: GatewayServer,
  d: Fields,
  shardId: number,
  totalShards: number,
): 'ready' | 'invalidSession' | 'exhausted' | number {
  const { options, world } = server.context;
  if (typeof d.token !== 'string' || !isFields(d.properties)) return 4002;
  if (server.tokenRevoked || bare(d.token) !== options.token) return 4004;
  const intents = d.intents;
  if (typeof intents !== 'number' || !Number.isSafeInteger(intents) || intents < 0 || (intents & ~allIntents) !== 0)
    return 4013;
  if ((intents & ~options.allowedIntents) !== 0) return 4014;
  if (!Number.isSafeInteger(shardId) || !Number.isSafeInteger(totalShards)) return 4010;
  if (shardId < 0 || totalShards < 1 || shardId >= totalShards || totalShards % options.shardMultiple !== 0)
    return 4010;
  let guilds = 0;
  for (const guildId of world.guilds.keys()) if (shardIdOf(guildId, totalShards) === shardId) guilds++;
  if (guilds > options.maxGuildsPerShard) return 4011;
  const permit = server.budget.take(shardId, performance.now());
  return permit === 'granted' ? 'ready' : permit === 'early' ? 'invalidSession' : 'exhausted';
}

function ready(server: GatewayServer, connection: GatewayConnection, session: Session): void {
  const { ledger, world } = server.context;
  const { shardId, totalShards, intents, version } = session.identity;
  const guilds = [...world.guilds.values()].filter((guild) => shardIdOf(guild.id, totalShards) === shardId);
  const data = {
    v: version,
    user_settings: {},
    user: { ...world.user, verified: true, mfa_enabled: true, email: null },
    session_type: 'normal',
    session_id: session.identity.id,
    resume_gateway_url: server.resumeUrl,
    relationships: [],
    private_channels: [],
    presences: [],
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    auth: {},
    application: { id: world.applicationId, flags: 0 },
    shard: [shardId, totalShards],
    _trace: ['simulator'],
  };
  ledger.write('ready', { ...connection.fields, guilds: guilds.length });
  server.dispatchTo(session, 'READY', JSON.stringify(data));
  if ((intents & 1) !== 0)
    for (const guild of guilds) server.dispatchTo(session, 'GUILD_CREATE', JSON.stringify(guild), guild.id, guild.id);
  connection.silent = connection.fault?.silent ?? false;
  if (connection.fault?.reconnect === true) server.sendReconnect(connection);
}

/** Clients may send the token with its scheme. */
export function bare(token: string): string {
  return token.startsWith('Bot ') ? token.slice(4) : token;
}
