/**
 * Discord's side of one client's connection, as decisions: which payload leads to what, and which close code.
 *
 * Pure: the clock is an input, and what is to be done comes back as effects. Commands that Discord itself would judge are
 * handed on as they are.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway | Discord Docs/Gateway Close Codes}
 */

/** IDENTIFY as far as the proxy reads it. */
export interface IdentifyRequest {
  readonly token: string;
  readonly intents: number;
  readonly shardId: number;
  readonly totalShards: number;
  readonly presence: unknown;
}

/** RESUME. */
export interface ResumeRequest {
  readonly token: string;
  readonly sessionId: string;
  readonly sequence: number;
}

/** Where a connection stands. `asked`: an IDENTIFY or RESUME waits for its answer. */
export interface ConnectionState {
  readonly phase: 'fresh' | 'asked' | 'active' | 'closed';
  readonly sinceMs: number;
  readonly lastHeartbeatAtMs: number;
  /** Payloads in the window that began at `windowAtMs`. */
  readonly payloads: number;
  readonly windowAtMs: number;
}

/** What happens to a connection. */
export type ConnectionInput =
  | { readonly type: 'payload'; readonly bytes: number; readonly payload: unknown }
  | { readonly type: 'unreadable' }
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly resumable: boolean }
  | { readonly type: 'tick' }
  | { readonly type: 'end'; readonly code: CloseCode; readonly reason: string };

/** What is to be done. */
export type ConnectionEffect =
  | { readonly type: 'acknowledge' }
  | { readonly type: 'identify'; readonly request: IdentifyRequest }
  | { readonly type: 'resume'; readonly request: ResumeRequest }
  | { readonly type: 'command'; readonly op: number; readonly d: unknown }
  | { readonly type: 'invalidSession'; readonly resumable: boolean }
  | { readonly type: 'close'; readonly code: CloseCode; readonly reason: string };

/** Close codes that the proxy uses, with Discord's meaning. */
export type CloseCode = 1001 | 4000 | 4001 | 4002 | 4003 | 4004 | 4005 | 4007 | 4008 | 4009 | 4010 | 4011 | 4012 | 4014;

/** Intervals of a connection. */
export interface ConnectionTiming {
  readonly nowMs: number;
  readonly heartbeatMs: number;
  /** From HELLO, or an invalidated session, to IDENTIFY or RESUME. */
  readonly identifyTimeoutMs: number;
  /** From IDENTIFY or RESUME to its answer, while the shard is not up. */
  readonly answerTimeoutMs: number;
}

/** Discord's bounds for what clients send. */
const maxPayloadBytes = 4_096;
const maxPayloads = 120;
const payloadWindowMs = 60_000;

const commands: ReadonlySet<number> = new Set([3, 4, 8, 31, 43]);

/** A connection that was just opened. */
export function openConnection(nowMs: number): ConnectionState {
  return { phase: 'fresh', sinceMs: nowMs, lastHeartbeatAtMs: nowMs, payloads: 0, windowAtMs: nowMs };
}

type Step = readonly [ConnectionState, readonly ConnectionEffect[]];

/** Next state, and what is to be done. */
export function stepConnection(state: ConnectionState, input: ConnectionInput, timing: ConnectionTiming): Step {
  if (state.phase === 'closed') return [state, []];
  const { nowMs } = timing;
  switch (input.type) {
    case 'payload':
      return onPayload(count(state, nowMs), input.bytes, input.payload, nowMs);
    case 'unreadable':
      return close(state, 4002, 'Error while decoding payload.');
    case 'started':
      return [{ ...state, phase: 'active', sinceMs: nowMs }, []];
    case 'refused':
      return [{ ...state, phase: 'fresh', sinceMs: nowMs }, [{ type: 'invalidSession', resumable: input.resumable }]];
    case 'end':
      return close(state, input.code, input.reason);
    case 'tick':
      return onTick(state, timing);
  }
}

function onTick(state: ConnectionState, timing: ConnectionTiming): Step {
  const ageMs = timing.nowMs - state.sinceMs;
  if (state.phase === 'fresh' && ageMs > timing.identifyTimeoutMs) return close(state, 4003, 'Not authenticated.');
  // Anything but a session that is over: the client comes back with what it has.
  if (state.phase === 'asked' && ageMs > timing.answerTimeoutMs) return close(state, 4000, 'The shard is not up.');
  if (timing.nowMs - state.lastHeartbeatAtMs > timing.heartbeatMs * 1.5) return close(state, 4000, 'No heartbeat.');
  return [state, []];
}

function count(state: ConnectionState, nowMs: number): ConnectionState {
  if (nowMs - state.windowAtMs >= payloadWindowMs) return { ...state, payloads: 1, windowAtMs: nowMs };
  return { ...state, payloads: state.payloads + 1 };
}

function onPayload(state: ConnectionState, bytes: number, payload: unknown, nowMs: number): Step {
  if (state.payloads > maxPayloads) return close(state, 4008, 'You are being rate limited.');
  if (bytes > maxPayloadBytes || !isObject(payload) || typeof payload.op !== 'number')
    return close(state, 4002, 'Error while decoding payload.');
  const { op, d } = payload;
  switch (op) {
    case 1:
      return [{ ...state, lastHeartbeatAtMs: nowMs }, [{ type: 'acknowledge' }]];
    case 2:
      if (state.phase !== 'fresh') return close(state, 4005, 'Already authenticated.');
      return ask(state, 'identify', parseIdentify(d), nowMs);
    case 6:
      if (state.phase !== 'fresh') return close(state, 4005, 'Already authenticated.');
      return ask(state, 'resume', parseResume(d), nowMs);
    default:
      if (!commands.has(op)) return close(state, 4001, 'Unknown opcode.');
      // Discord takes commands only with a session; what a client sends too early is its own mistake.
      if (state.phase !== 'active') return close(state, 4003, 'Not authenticated.');
      return [state, [{ type: 'command', op, d }]];
  }
}

function ask(
  state: ConnectionState,
  type: 'identify' | 'resume',
  request: IdentifyRequest | ResumeRequest | undefined,
  nowMs: number,
): Step {
  if (request === undefined) return close(state, 4002, 'Error while decoding payload.');
  // The request is of the kind that `type` says: the caller passes them in pairs.
  return [{ ...state, phase: 'asked', sinceMs: nowMs }, [{ type, request } as ConnectionEffect]];
}

function close(state: ConnectionState, code: CloseCode, reason: string): Step {
  return [{ ...state, phase: 'closed' }, [{ type: 'close', code, reason }]];
}

function parseIdentify(d: unknown): IdentifyRequest | undefined {
  if (!isObject(d) || typeof d.token !== 'string') return undefined;
  const { intents, shard } = d;
  if (typeof intents !== 'number' || !Number.isSafeInteger(intents) || intents < 0) return undefined;
  const [shardId, totalShards] = Array.isArray(shard) ? (shard as unknown[]) : [0, 0];
  if (typeof shardId !== 'number' || typeof totalShards !== 'number') return undefined;
  return { token: d.token, intents, shardId, totalShards, presence: d.presence ?? undefined };
}

function parseResume(d: unknown): ResumeRequest | undefined {
  if (!isObject(d) || typeof d.token !== 'string' || typeof d.session_id !== 'string') return undefined;
  const sequence = d.seq ?? 0;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return { token: d.token, sessionId: d.session_id, sequence };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
