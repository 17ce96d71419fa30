/**
 * Heartbeats of one connection: when the next is due, and when silence means that the connection is dead. Pure.
 *
 * A connection is a zombie when a heartbeat got no ACK until the next was due. One exception: when our own timer came late
 * (a blocked event loop), the ACK may lie unread in the socket, so one more heartbeat is granted before the verdict.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#sending-heartbeats | Discord Docs/Sending Heartbeats}
 */
import type { Heartbeat } from './state.ts';

/** Heartbeats after HELLO; the first is due after a random part of the interval. */
export function startHeartbeat(intervalMs: number, nowMs: number, random: number): Heartbeat {
  return {
    intervalMs,
    dueAtMs: nowMs + intervalMs * random,
    awaitingSinceMs: undefined,
    excused: false,
    latencyMs: undefined,
  };
}

/** Heartbeats after the timer fired: a beat to send, or `zombie`. */
export function beat(heartbeat: Heartbeat, nowMs: number): Heartbeat | 'zombie' {
  const unanswered = heartbeat.awaitingSinceMs !== undefined;
  const late = nowMs - heartbeat.dueAtMs > Math.min(1_000, heartbeat.intervalMs / 4);
  if (unanswered && (heartbeat.excused || !late)) return 'zombie';
  return {
    intervalMs: heartbeat.intervalMs,
    dueAtMs: nowMs + heartbeat.intervalMs,
    awaitingSinceMs: nowMs,
    excused: unanswered,
    latencyMs: heartbeat.latencyMs,
  };
}

/** Heartbeats after an ACK. */
export function acknowledge(heartbeat: Heartbeat, nowMs: number): Heartbeat {
  if (heartbeat.awaitingSinceMs === undefined) return heartbeat;
  return { ...heartbeat, awaitingSinceMs: undefined, excused: false, latencyMs: nowMs - heartbeat.awaitingSinceMs };
}
