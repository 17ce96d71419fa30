/**
 * What the gateway does with each payload of a client: the checks with their close codes, IDENTIFY, RESUME, heartbeats and commands.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway | Discord Docs/Gateway Opcodes and Close Codes}
 */
import { shardIdOf } from '@tinfoil/types';
import { allIntents } from './event-intents.ts';
import type { GatewayConnection } from './gateway-connection.ts';
import { answerCommand } from './gateway-requests.ts';
import type { GatewayServer } from './gateway-server.ts';
import { Session } from './session.ts';

type Fields = Readonly<Record<string, unknown>>;

const commandOps: ReadonlySet<unknown> = new Set([3, 4, 8, 31, 43]);

/** Handles one WebSocket message. */
export function receive(server: GatewayServer, connection: GatewayConnection, bytes: Buffer, isBinary: boolean): void {
  const { options, ledger } = server.context;
  const nowMs = performance.now();
  if (!connection.countSent(nowMs)) return connection.close(4008, 'You are being rate limited.');
  if (isBinary || bytes.length > options.maxPayloadBytes)
    return connection.close(4002, 'Error while decoding payload.');
  const payload = parse(bytes.toString());
  if (payload === null) return connection.close(4002, 'Error while decoding payload.');
  const { op, d } = payload;
  if (op === 1) return heartbeat(server, connection, d);
  if (op === 2) return identify(server, connection, d);
  if (op === 6) return resume(server, connection, d);
  if (!commandOps.has(op)) return connection.close(4001, 'Unknown opcode.');
  if (connection.session === null) return connection.close(4003, 'Not authenticated.');
  ledger.write('command', { ...connection.fields, op: Number(op), data: d, bytes: bytes.length });
  if (!isFields(d)) return connection.close(4002, 'Error while decoding payload.');
  answerCommand(server, connection.session, Number(op), d);
}

function heartbeat(server: GatewayServer, connection: GatewayConnection, d: unknown): void {
  connection.lastHeartbeatAtMs = performance.now();
  const acknowledged = !connection.loseAcks;
  server.context.ledger.write('heartbeat', {
    ...connection.fields,
    sequence: typeof d === 'number' ? d : null,
    acknowledged,
  });
  if (!acknowledged) return;
  const delayMs = connection.fault?.ackDelayMs;
  if (delayMs === undefined) connection.send(11, 'null');
  else setTimeout(() => connection.send(11, 'null'), delayMs).unref();
}

function identify(server: GatewayServer, connection: GatewayConnection, d: unknown): void {
  const { options, ledger, world } = server.context;
  if (connection.session !== null) return connection.close(4005, 'Already authenticated.');
  if (!isFields(d)) return connection.close(4002, 'Error while decoding payload.');
  const shard = Array.isArray(d.shard) ? (d.shard as unknown[]) : d.shard === undefined ? [0, 1] : [];
  const [shardId, totalShards] = [Number(shard[0]), Number(shard[1])];
  if (Number.isSafeInteger(shardId) && Number.isSafeInteger(totalShards)) connection.shard = [shardId, totalShards];
  const intents = Number(d.intents);
  const wanted = connection.fault?.identify;
  const outcome =
    wanted === undefined ? checkIdentify(server, d, shardId, totalShards) : wanted === 'missing' ? 'ignored' : wanted;

  // The session exists before the entry, so that the entry can name it.
  if (outcome === 'ready') {
    const previous = [...server.connections].find(
      (other) =>
        other !== connection &&
        other.isOpen &&
        !other.frozen &&
        other.session?.identity.shardId === shardId &&
        other.session.identity.totalShards === totalShards,
    );
    const { version, encoding } = connection;
    const id = world.ids.hex(32);
    const session = new Session({ id, shardId, totalShards, intents, version, encoding }, options.replayLimit);
    session.attach(connection);
    connection.session = session;
    connection.compressPayloads = d.compress === true;
    server.sessions.set(id, session);
    if (previous !== undefined)
      ledger.write('duplicate', { ...connection.fields, by: 'identify', otherConnectionId: previous.id });
  }
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
  if (outcome === 'invalidSession') return server.sendInvalidSession(connection, false);
  if (typeof outcome === 'number') {
    if (outcome === 4004 && !server.tokenRevoked && d.token === options.token) server.revokeToken();
    return connection.close(outcome, reasons[outcome] ?? 'Closed.');
  }
  if (connection.session !== null) ready(server, connection, connection.session);
}

function checkIdentify(
  server: GatewayServer,
  d: Fields,
  shardId: number,
  totalShards: number,
): 'ready' | 'invalidSession' | number {
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
  return permit === 'granted' ? 'ready' : permit === 'early' ? 'invalidSession' : 4004;
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
  server.dispatchTo(session, 'READY', JSON.stringify(data));
  ledger.write('ready', { ...connection.fields, guilds: guilds.length });
  if ((intents & 1) !== 0)
    for (const guild of guilds) server.dispatchTo(session, 'GUILD_CREATE', JSON.stringify(guild), guild.id, guild.id);
  if (connection.fault?.reconnect === true) server.sendReconnect(connection);
}

function resume(server: GatewayServer, connection: GatewayConnection, d: unknown): void {
  const { options, ledger } = server.context;
  if (connection.session !== null) return connection.close(4005, 'Already authenticated.');
  if (!isFields(d)) return connection.close(4002, 'Error while decoding payload.');
  const sequence = typeof d.seq === 'number' ? d.seq : null;
  const session = typeof d.session_id === 'string' ? server.sessions.get(d.session_id) : undefined;
  const missed = session?.after(sequence ?? 0) ?? null;
  const wanted = connection.fault?.resume;
  const outcome = resumeOutcome();
  const write = (replayed: number) =>
    ledger.write('resume', {
      ...connection.fields,
      shardId: session?.identity.shardId ?? null,
      totalShards: session?.identity.totalShards ?? null,
      sessionId: typeof d.session_id === 'string' ? d.session_id : null,
      host: connection.host,
      sequence,
      outcome,
      replayed,
    });
  if (outcome !== 'resumed' || session === undefined || missed === null) {
    write(0);
    if (outcome === 'ignored') return;
    if (outcome === 4007 && session !== undefined) server.endSession(session);
    if (typeof outcome === 'number') return connection.close(outcome, reasons[outcome] ?? 'Closed.');
    const resumable = wanted === 'invalidSessionResumable';
    if (!resumable && session !== undefined && session.connection === null) server.endSession(session);
    return server.sendInvalidSession(connection, resumable);
  }
  takeOver(server, connection, session);
  write(missed.length);
  for (const { sequence: s, event, data } of missed)
    if (connection.send(0, data, event, s)) ledger.write('replay', { ...connection.fields, event, sequence: s });
  if (wanted === 'missingResumed') return;
  const resumedData = '{"_trace":["simulator"]}';
  connection.send(0, resumedData, 'RESUMED', session.append('RESUMED', resumedData));
  ledger.write('resumed', { ...connection.fields, replayed: missed.length });
  if (connection.fault?.reconnect === true) server.sendReconnect(connection);

  function resumeOutcome(): 'resumed' | 'invalidSession' | 'ignored' | number {
    if (typeof wanted === 'number') return wanted;
    if (wanted === 'missing') return 'ignored';
    if (wanted === 'invalidSession' || wanted === 'invalidSessionResumable') return 'invalidSession';
    if (typeof (d as Fields).token !== 'string') return 4002;
    if (server.tokenRevoked || bare(String((d as Fields).token)) !== options.token) return 4004;
    if (session === undefined || missed === null) return 'invalidSession';
    if (session.identity.version !== connection.version || session.identity.encoding !== connection.encoding)
      return 'invalidSession';
    return sequence === null || sequence < 0 || sequence > session.sequence ? 4007 : 'resumed';
  }
}

/** Gives a session to the connection that resumed it; one that still has it loses it. */
function takeOver(server: GatewayServer, connection: GatewayConnection, session: Session): void {
  const previous = session.connection;
  session.attach(connection);
  connection.session = session;
  if (previous === null) return;
  previous.session = null;
  // A frozen connection may long be given up by its client, which nobody here could see.
  if (!previous.frozen && previous.isOpen)
    server.context.ledger.write('duplicate', { ...connection.fields, by: 'resume', otherConnectionId: previous.id });
  if (previous.isOpen) previous.close(4000, 'Session resumed elsewhere.');
}

const reasons: Readonly<Record<number, string>> = {
  4000: 'Unknown error.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid seq.',
  4008: 'You are being rate limited.',
  4009: 'Session timed out.',
  4010: 'Invalid shard.',
  4011: 'Sharding required.',
  4012: 'Invalid API version.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
};

/** Clients may send the token with its scheme. */
function bare(token: string): string {
  return token.startsWith('Bot ') ? token.slice(4) : token;
}

function parse(text: string): { op: unknown; d: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? { op: value.op, d: value.d } : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
