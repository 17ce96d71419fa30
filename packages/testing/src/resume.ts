/**
 * RESUME: whether the session can go on, the replay of what it missed, RESUMED.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#resuming | Discord Docs/Resuming}
 */
import { closeReason } from './close-reasons.ts';
import type { EntryFields } from './entries.ts';
import type { GatewayConnection } from './gateway-connection.ts';
import type { GatewayServer } from './gateway-server.ts';
import { bare } from './identify.ts';
import type { Fields } from './resources.ts';
import type { Kept, Session } from './session.ts';

type Outcome = EntryFields['resume']['outcome'];

/** Judges a RESUME and, when it is good, replays and sends RESUMED. */
export function resume(server: GatewayServer, connection: GatewayConnection, d: Fields): void {
  const sequence = typeof d.seq === 'number' ? d.seq : null;
  const session = typeof d.session_id === 'string' ? server.sessions.get(d.session_id) : undefined;
  const missed = session?.after(sequence ?? 0) ?? null;
  const outcome =
    connection.fault?.resume === undefined
      ? check(server, connection, d, session, missed)
      : planned(connection.fault.resume);
  const { identity } = session ?? {};
  server.context.ledger.write('resume', {
    connectionId: connection.id,
    shardId: identity?.shardId ?? null,
    totalShards: identity?.totalShards ?? null,
    sessionId: typeof d.session_id === 'string' ? d.session_id : null,
    host: connection.host,
    sequence,
    outcome,
    replayed: outcome === 'resumed' ? (missed?.length ?? 0) : 0,
  });
  if (outcome === 'ignored') return;
  if (outcome === 'reset') {
    connection.reset();
    return;
  }
  if (outcome === 'resumed' && session !== undefined && missed !== null) replay(server, connection, session, missed);
  else refuse(server, connection, session, outcome);
}

function planned(fault: NonNullable<NonNullable<GatewayConnection['fault']>['resume']>): Outcome {
  if (typeof fault === 'number') return fault;
  if (fault === 'missing') return 'ignored';
  if (fault === 'reset') return 'reset';
  return fault === 'missingResumed' ? 'resumed' : 'invalidSession';
}

function check(
  server: GatewayServer,
  connection: GatewayConnection,
  d: Fields,
  session: Session | undefined,
  missed: readonly Kept[] | null,
): Outcome {
  if (typeof d.token !== 'string') return 4002;
  if (server.tokenRevoked || bare(d.token) !== server.context.options.token) return 4004;
  if (session === undefined || missed === null) return 'invalidSession';
  const { version, encoding } = session.identity;
  if (version !== connection.version || encoding !== connection.encoding) return 'invalidSession';
  return typeof d.seq !== 'number' || d.seq < 0 || d.seq > session.sequence ? 4007 : 'resumed';
}

function refuse(
  server: GatewayServer,
  connection: GatewayConnection,
  session: Session | undefined,
  outcome: Outcome,
): void {
  if (typeof outcome === 'number') {
    if (outcome === 4007 && session !== undefined) server.endSession(session);
    connection.close(outcome, closeReason(outcome));
    return;
  }
  const resumable = connection.fault?.resume === 'invalidSessionResumable';
  if (!resumable && session !== undefined && session.connection === null) server.endSession(session);
  server.sendInvalidSession(connection, resumable);
}

function replay(server: GatewayServer, connection: GatewayConnection, session: Session, missed: readonly Kept[]): void {
  const { ledger } = server.context;
  takeOver(server, connection, session);
  for (const { sequence, event, data } of missed)
    if (connection.send(0, data, event, sequence)) ledger.write('replay', { ...connection.fields, event, sequence });
  if (connection.fault?.resume === 'missingResumed') return;
  const data = '{"_trace":["simulator"]}';
  if (connection.send(0, data, 'RESUMED', session.append('RESUMED', data)))
    ledger.write('resumed', { ...connection.fields, replayed: missed.length });
  connection.silent = connection.fault?.silent ?? false;
  if (connection.fault?.reconnect === true) server.sendReconnect(connection);
}

/** Gives a session to the connection that resumed it; one that still has it loses it. */
function takeOver(server: GatewayServer, connection: GatewayConnection, session: Session): void {
  const previous = session.connection;
  session.attach(connection);
  connection.session = session;
  connection.shard = [session.identity.shardId, session.identity.totalShards];
  if (previous === null) return;
  previous.session = null;
  // A frozen connection may long be given up by its client, which nobody here could see.
  if (!previous.frozen && previous.isOpen)
    server.context.ledger.write('duplicate', { ...connection.fields, by: 'resume', otherConnectionId: previous.id });
  if (previous.isOpen) previous.close(4000, 'Session resumed elsewhere.');
}
