/** An event as brokers get it: its id, and its bytes without what only the proxy may know. */
import { createHash } from 'node:crypto';
import type { SinkEvent } from './sink.ts';

/** Name of a session outside the proxy. With the bot token, the session id itself would be enough for a takeover. */
export function hashSession(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url').slice(0, 16);
}

/** What names an event for good. */
export function messageId(shardId: number, sessionHash: string, sequence: number): string {
  return `${shardId}:${sessionHash}:${sequence}`;
}

interface ReadyBytes {
  readonly sessionId: string;
  readonly bytes: Buffer;
}

/** READY, with the session's hash in place of its id, and without the address to resume at. */
export function readReady(bytes: Buffer): ReadyBytes {
  // READY is Discord's own word; the gateway has parsed it before.
  const { d, ...payload } = JSON.parse(bytes.toString('utf8')) as { d: { session_id: string } };
  const { session_id: sessionId, ...data } = d;
  const { resume_gateway_url: _url, ...rest } = data as { resume_gateway_url?: string };
  const shown = { ...payload, d: { ...rest, session_id: hashSession(sessionId) } };
  return { sessionId, bytes: Buffer.from(JSON.stringify(shown)) };
}

/** True for events that speak of the proxy's own connection alone. */
export function isOwnAffair({ type }: SinkEvent): boolean {
  return type === 'RESUMED';
}
