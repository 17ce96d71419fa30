/** What the steps of the machine are made of: questions about a state, and the effects that follow from it. Pure. */
import type { Common, ConnectedState, Heartbeat, ShardEffect, ShardState } from './state.ts';

/** True while the shard has a socket, open or opening. */
export function isConnected(state: ShardState): state is ConnectedState {
  return state.status === 'connecting' || state.status === 'greeting' || hasHeartbeat(state);
}

/** Effects that give back all a state holds: timers, question, permit, socket. */
export function release(
  state: ShardState,
  sentOutcome: 'invalid' | 'aborted',
  disconnect: number | 'terminate' | undefined,
): ShardEffect[] {
  const effects: ShardEffect[] = [{ type: 'clearTimer', timer: 'phase' }];
  if (hasHeartbeat(state)) effects.push({ type: 'clearTimer', timer: 'heartbeat' });
  if (state.status === 'queued') effects.push({ type: 'withdraw' });
  if (isConnected(state) && disconnect !== undefined) effects.push({ type: 'disconnect', how: disconnect });
  if (state.status === 'identifying') effects.push({ type: 'report', outcome: sentOutcome });
  else if (state.status === 'connecting' || state.status === 'greeting' || state.status === 'resuming')
    effects.push({ type: 'report', outcome: 'aborted' });
  return effects;
}

/** True once HELLO was answered. */
export function hasHeartbeat(state: ShardState): state is Extract<ShardState, { heartbeat: Heartbeat }> {
  return state.status === 'identifying' || state.status === 'resuming' || state.status === 'ready';
}

/** What every state knows, without what only some do. */
export function common(state: Common): Common {
  const { session, connection, attempts, urlFailures, resumeFailures, identifyFailures } = state;
  return { session, connection, attempts, urlFailures, resumeFailures, identifyFailures };
}

/** Time limit of the state. */
export function setPhase(afterMs: number): ShardEffect {
  return { type: 'setTimer', timer: 'phase', afterMs };
}

/** Time of the next heartbeat. */
export function setBeat(afterMs: number): ShardEffect {
  return { type: 'setTimer', timer: 'heartbeat', afterMs };
}
