/**
 * One shard's decisions: `(state, input, context) → [state, effects]`. No clock, socket, timer or chance in here.
 *
 * What it guarantees, whatever the order of inputs: at most one connection; a permit is always reported back; a session is
 * given up only when Discord says so, or after several RESUMEs in a row came to nothing; a fatal end is final; and every
 * other state has a next step (a timer, a question, an open connection).
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#connection-lifecycle | Discord Docs/Connection Lifecycle}
 */
import { backoffMs } from '@tinfoil/types';
import { closeAction, finalClosure, resumableClosure } from './close-codes.ts';
import { common, hasHeartbeat, isConnected, release, setBeat, setPhase } from './effects.ts';
import { countLoss } from './failure.ts';
import { acknowledge, beat, startHeartbeat } from './heartbeat.ts';
import type {
  Common,
  ConnectedState,
  Heartbeat,
  Mode,
  SessionHandle,
  ShardEffect,
  ShardInput,
  ShardState,
  Step,
  StepContext,
} from './state.ts';

/** State of a shard that was never started. */
export const initialState: ShardState = {
  status: 'idle',
  session: undefined,
  connection: 0,
  attempts: 0,
  urlFailures: 0,
  resumeFailures: 0,
  identifyFailures: 0,
};

/** Next state of a shard, and what is to be done. Inputs that do not fit the state change nothing. */
export function step(state: ShardState, input: ShardInput, context: StepContext): Step {
  if ('connection' in input && input.connection !== state.connection) return [state, []];
  switch (input.type) {
    case 'start':
      return start(state, input.session, context);
    case 'stop':
      return stop(state, input.code);
    case 'restart':
      return restart(state, input.mode, context);
    case 'halt':
      if (state.status === 'ready' || state.status === 'idle' || state.status === 'fatal') return [state, []];
      return [{ ...common(state), status: 'fatal' }, release(state, 'aborted', finalClosure)];
    case 'granted':
      return state.status === 'queued' ? connect(state, state.mode, context) : [state, []];
    case 'refused':
      return refused(state, input.final, input.cause, context);
    case 'phase':
      return phaseOver(state, input.quietMs, context);
    case 'heartbeatDue':
      return heartbeatDue(state, context);
    case 'opened':
      if (state.status !== 'connecting') return [state, []];
      return [
        { ...common(state), status: 'greeting', mode: state.mode, target: state.target },
        [setPhase(context.timing.helloTimeoutMs)],
      ];
    case 'hello':
      return greeted(state, input.intervalMs, context);
    case 'acknowledged':
      if (!hasHeartbeat(state)) return [state, []];
      return [{ ...state, heartbeat: acknowledge(state.heartbeat, context.nowMs) }, []];
    case 'heartbeatWanted':
      return hasHeartbeat(state) ? [state, [{ type: 'send', what: 'heartbeat' }]] : [state, []];
    case 'readied':
      if (state.status !== 'identifying' && state.status !== 'resuming') return [state, []];
      return up({ ...common(state), session: input.session }, state.heartbeat, false, context);
    case 'resumed':
      if (state.status !== 'resuming') return [state, []];
      return up(common(state), state.heartbeat, true, context);
    case 'reconnectWanted':
    case 'garbled':
      return isConnected(state) ? lose(state, 'keep', resumableClosure, context) : [state, []];
    case 'invalidated':
      if (!isConnected(state)) return [state, []];
      return lose(state, input.resumable ? 'keep' : 'drop', resumableClosure, context);
    case 'closed': {
      if (!isConnected(state)) return [state, []];
      const action = closeAction(input.code);
      if (action === 'fatal') return fatal(state, input.code);
      return lose(state, action === 'identify' ? 'drop' : 'keep', undefined, context);
    }
  }
}

function start(state: ShardState, session: SessionHandle | undefined, context: StepContext): Step {
  if (state.status !== 'idle' && state.status !== 'fatal') return [state, []];
  const fresh: Common = { ...common(initialState), connection: state.connection, session };
  if (session === undefined) return ask(fresh);
  // After a mass restart every process comes back with sessions at the same moment.
  return wait(fresh, context.random * context.timing.resumeJitterMs);
}

function stop(state: ShardState, code: number): Step {
  if (state.status === 'idle' || state.status === 'fatal') return [state, []];
  return [{ ...common(state), status: 'idle' }, release(state, 'aborted', code)];
}

function restart(state: ShardState, mode: Mode, context: StepContext): Step {
  if (state.status === 'idle' || state.status === 'fatal') {
    const [next, effects] = start(state, mode === 'resume' ? state.session : undefined, context);
    return [next, state.session !== undefined && mode === 'identify' ? [{ type: 'dropSession' }, ...effects] : effects];
  }
  const drop = mode === 'identify' && state.session !== undefined;
  const base = { ...common(state), session: mode === 'identify' ? undefined : state.session };
  const released = release(state, 'aborted', mode === 'identify' ? finalClosure : resumableClosure);
  const [next, effects] = wait(base, 0);
  return [next, [...released, ...(drop ? [{ type: 'dropSession' } as const] : []), ...effects]];
}

/** Asks for leave to connect: a permit to identify, or a turn to resume. */
function ask(base: Common): Step {
  const mode: Mode = base.session === undefined ? 'identify' : 'resume';
  return [{ ...base, status: 'queued', mode }, [{ type: 'ask', mode }]];
}

function wait(base: Common, delayMs: number): Step {
  return [{ ...base, status: 'waiting' }, [setPhase(delayMs)]];
}

function connect(state: ShardState, mode: Mode, context: StepContext): Step {
  const ownUrl = mode === 'resume' && state.session?.resumeUrl && state.urlFailures < context.timing.maxUrlFailures;
  const target = ownUrl ? 'resume' : 'main';
  const connection = state.connection + 1;
  return [
    { ...common(state), connection, status: 'connecting', mode, target },
    [{ type: 'connect', connection, target }, setPhase(context.timing.handshakeTimeoutMs)],
  ];
}

function refused(state: ShardState, final: boolean, cause: unknown, context: StepContext): Step {
  if (state.status !== 'queued' && state.status !== 'connecting') return [state, []];
  if (final) return fatal(state, undefined, cause);
  if (state.status === 'connecting') return lose(state, 'keep', undefined, context);
  const { reconnectBaseMs: baseMs, reconnectMaxMs: maxMs } = context.timing;
  return wait(
    { ...common(state), attempts: state.attempts + 1 },
    backoffMs(state.attempts, { baseMs, maxMs }, context.random),
  );
}

function greeted(state: ShardState, intervalMs: number, context: StepContext): Step {
  if (state.status !== 'greeting') return [state, []];
  if (!(intervalMs > 0 && intervalMs < 2 ** 31)) return lose(state, 'keep', resumableClosure, context);
  const heartbeat = startHeartbeat(intervalMs, context.nowMs, context.random);
  const beatTimer = setBeat(heartbeat.dueAtMs - context.nowMs);
  const { timing } = context;
  if (state.mode === 'resume')
    return [
      { ...common(state), status: 'resuming', target: state.target, heartbeat },
      [{ type: 'send', what: 'resume' }, beatTimer, setPhase(timing.resumedTimeoutMs)],
    ];
  return [
    { ...common(state), identifyFailures: state.identifyFailures + 1, status: 'identifying', heartbeat },
    [
      { type: 'send', what: 'identify' },
      { type: 'report', outcome: 'sent' },
      beatTimer,
      setPhase(timing.readyTimeoutMs),
    ],
  ];
}

function up(base: Common, heartbeat: Heartbeat, resumed: boolean, context: StepContext): Step {
  return [
    { ...base, urlFailures: 0, resumeFailures: 0, status: 'ready', sinceMs: context.nowMs, heartbeat },
    [
      { type: 'report', outcome: 'ready' },
      { type: 'clearTimer', timer: 'phase' },
      { type: 'ready', resumed },
    ],
  ];
}

function phaseOver(state: ShardState, quietMs: number, context: StepContext): Step {
  switch (state.status) {
    case 'waiting':
      return ask(common(state));
    case 'connecting':
    case 'greeting':
    case 'identifying':
      return lose(state, 'keep', 'terminate', context);
    case 'resuming': {
      // A long replay is progress: only silence counts.
      const leftMs = context.timing.resumedTimeoutMs - quietMs;
      return leftMs > 0 ? [state, [setPhase(leftMs)]] : lose(state, 'keep', 'terminate', context);
    }
    default:
      return [state, []];
  }
}

function heartbeatDue(state: ShardState, context: StepContext): Step {
  if (!hasHeartbeat(state)) return [state, []];
  const heartbeat = beat(state.heartbeat, context.nowMs);
  // A frozen peer answers no close frame either: waiting for one would cost half a minute.
  if (heartbeat === 'zombie') return lose(state, 'keep', 'terminate', context);
  return [{ ...state, heartbeat }, [{ type: 'send', what: 'heartbeat' }, setBeat(heartbeat.intervalMs)]];
}

/** Connection is gone, or is given up (`disconnect`): counts the loss, and waits before the next. */
function lose(
  state: ConnectedState,
  session: 'keep' | 'drop',
  disconnect: number | 'terminate' | undefined,
  context: StepContext,
): Step {
  const { next, dropped, delayMs } = countLoss(state, session, context);
  const drop: ShardEffect[] = dropped ? [{ type: 'dropSession' }] : [];
  const [waiting, effects] = wait(next, delayMs);
  return [waiting, [...release(state, 'invalid', disconnect), ...drop, ...effects]];
}

function fatal(state: ShardState, code: number | undefined, cause?: unknown): Step {
  const drop: ShardEffect[] = state.session === undefined ? [] : [{ type: 'dropSession' }];
  // A socket that the server closed needs no close of ours.
  const released = release(state, 'invalid', code === undefined ? finalClosure : undefined);
  return [
    { ...common(state), session: undefined, status: 'fatal' },
    [...released, ...drop, { type: 'fatal', code, cause }],
  ];
}
