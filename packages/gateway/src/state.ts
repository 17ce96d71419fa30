/**
 * States, inputs and effects of one shard, as data. `machine.ts` decides over them, `shard.ts` carries the effects out.
 *
 * A state holds only what its status allows: there is no connection to close in `waiting`, no permit to lose in `ready`.
 * Sequence numbers are not here: they change with every event, and no decision depends on them.
 */

/** Discord's handle of a session: what RESUME names, and where to send it. */
export interface SessionHandle {
  readonly sessionId: string;
  /** URL Discord gave with READY; empty when it gave none. */
  readonly resumeUrl: string;
}

/** How a connection will open its session. */
export type Mode = 'identify' | 'resume';

/** Which URL to connect to: the one of `/gateway/bot`, or the session's own. */
export type Target = 'main' | 'resume';

/** Heartbeats of one connection. */
export interface Heartbeat {
  readonly intervalMs: number;
  /** When the next one is due. */
  readonly dueAtMs: number;
  /** When the one that awaits its ACK was sent; undefined when none does. */
  readonly awaitingSinceMs: number | undefined;
  /** True when a missing ACK was excused once, because our own timer came late. */
  readonly excused: boolean;
  /** Round trip of the last one that was answered. */
  readonly latencyMs: number | undefined;
}

/** What every state knows. */
export interface Common {
  readonly session: SessionHandle | undefined;
  /** Number of the newest connection: inputs of older ones are ignored. */
  readonly connection: number;
  /** Connections lost in a row without a stable one between. */
  readonly attempts: number;
  /** Failures in a row at the session's own URL. */
  readonly urlFailures: number;
  /** RESUMEs in a row that were sent and came to nothing. */
  readonly resumeFailures: number;
  /** IDENTIFYs in a row that did not lead to a stable connection. */
  readonly identifyFailures: number;
}

/** Shard before `start` and after `stop`. */
export interface IdleState extends Common {
  readonly status: 'idle';
}
/** Waits for a delay to pass. */
export interface WaitingState extends Common {
  readonly status: 'waiting';
}
/** Waits for the permit to identify, or for its turn to resume. */
export interface QueuedState extends Common {
  readonly status: 'queued';
  readonly mode: Mode;
}
/** Opens a socket; holds a permit. */
export interface ConnectingState extends Common {
  readonly status: 'connecting';
  readonly mode: Mode;
  readonly target: Target;
}
/** Socket is open, HELLO has not come; holds a permit. */
export interface GreetingState extends Common {
  readonly status: 'greeting';
  readonly mode: Mode;
  readonly target: Target;
}
/** IDENTIFY was sent; holds a permit. */
export interface IdentifyingState extends Common {
  readonly status: 'identifying';
  readonly heartbeat: Heartbeat;
}
/** RESUME was sent, Discord replays; holds a turn. */
export interface ResumingState extends Common {
  readonly status: 'resuming';
  readonly target: Target;
  readonly heartbeat: Heartbeat;
}
/** Session is up. */
export interface ReadyState extends Common {
  readonly status: 'ready';
  readonly sinceMs: number;
  readonly heartbeat: Heartbeat;
}
/** Ended for good: a fatal close code, or a permit that was refused. */
export interface FatalState extends Common {
  readonly status: 'fatal';
}

/** State of one shard. */
export type ShardState =
  | IdleState
  | WaitingState
  | QueuedState
  | ConnectingState
  | GreetingState
  | IdentifyingState
  | ResumingState
  | ReadyState
  | FatalState;

/** States with a socket, open or opening. */
export type ConnectedState = ConnectingState | GreetingState | IdentifyingState | ResumingState | ReadyState;

/** Word for where a shard stands. */
export type ShardStatus = ShardState['status'];

/** What happens to a shard. */
export type ShardInput =
  | { readonly type: 'start'; readonly session?: SessionHandle | undefined }
  | { readonly type: 'stop'; readonly code: number }
  | { readonly type: 'restart'; readonly mode: Mode }
  /** Gateway as a whole has met a fatal end: what is not ready stops. */
  | { readonly type: 'halt' }
  | { readonly type: 'granted' }
  /** No permit, or no URL to connect to. `final`: asking again cannot help. */
  | { readonly type: 'refused'; readonly cause: unknown; readonly final: boolean }
  /** Phase timer ran out. `quietMs`: since the last dispatch of this connection. */
  | { readonly type: 'phase'; readonly quietMs: number }
  | { readonly type: 'heartbeatDue' }
  | { readonly type: 'opened'; readonly connection: number }
  | { readonly type: 'hello'; readonly connection: number; readonly intervalMs: number }
  | { readonly type: 'acknowledged'; readonly connection: number }
  | { readonly type: 'heartbeatWanted'; readonly connection: number }
  | { readonly type: 'readied'; readonly connection: number; readonly session: SessionHandle }
  | { readonly type: 'resumed'; readonly connection: number }
  | { readonly type: 'reconnectWanted'; readonly connection: number }
  | { readonly type: 'invalidated'; readonly connection: number; readonly resumable: boolean }
  /** What came cannot be read: the connection is of no more use. */
  | { readonly type: 'garbled'; readonly connection: number }
  | { readonly type: 'closed'; readonly connection: number; readonly code: number };

/** What a step wants done. Carried out in order. */
export type ShardEffect =
  | { readonly type: 'ask'; readonly mode: Mode }
  | { readonly type: 'withdraw' }
  | { readonly type: 'report'; readonly outcome: 'sent' | 'ready' | 'invalid' | 'aborted' }
  | { readonly type: 'connect'; readonly connection: number; readonly target: Target }
  | { readonly type: 'disconnect'; readonly how: number | 'terminate' }
  | { readonly type: 'send'; readonly what: 'identify' | 'resume' | 'heartbeat' }
  | { readonly type: 'setTimer'; readonly timer: 'phase' | 'heartbeat'; readonly afterMs: number }
  | { readonly type: 'clearTimer'; readonly timer: 'phase' | 'heartbeat' }
  | { readonly type: 'dropSession' }
  | { readonly type: 'ready'; readonly resumed: boolean }
  | { readonly type: 'fatal'; readonly code: number | undefined; readonly cause?: unknown };

/** Result of a step. */
export type Step = readonly [ShardState, readonly ShardEffect[]];

/** Protocol intervals and bounds; see `options.ts` for their meaning and defaults. */
export interface MachineTiming {
  readonly handshakeTimeoutMs: number;
  readonly helloTimeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly resumedTimeoutMs: number;
  readonly resumeJitterMs: number;
  readonly reconnectBaseMs: number;
  readonly reconnectMaxMs: number;
  readonly identifyBackoffBaseMs: number;
  readonly identifyBackoffMaxMs: number;
  readonly invalidSessionMinMs: number;
  readonly invalidSessionMaxMs: number;
  readonly stableMs: number;
  readonly maxUrlFailures: number;
  readonly maxResumeFailures: number;
}

/** Numbers from outside that a step may use. */
export interface StepContext {
  /** Monotonic. */
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
  readonly timing: MachineTiming;
}
