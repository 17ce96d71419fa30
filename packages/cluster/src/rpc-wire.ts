/**
 * Wire of the calls: one POST carries an array, answers come back one JSON object a line in order of completion. Strings are
 * joined by hand, because a call's arguments are encoded once and may go to hundreds of pods. Pure.
 */
import type { RpcAnswer, RpcCall, RpcFailureCode, RpcTarget } from '@tinfoil/types';

/** A call whose variable parts are JSON already. */
export interface EncodedCall {
  readonly name: string;
  readonly target: RpcTarget | undefined;
  /** JSON of the arguments. */
  readonly args: string;
}

/** Largest JSON of one call's arguments, in characters. */
export const argsCap = 262_144;
/** Largest JSON of one answer's value, in characters. */
export const answerCap = 1_048_576;

/** JSON of arguments. @throws {@link TypeError} when they have none; {@link RangeError} when they are too large. */
export function encodeArgs(args: unknown): string {
  const text = args === undefined ? 'null' : JSON.stringify(args);
  if (text === undefined) throw new TypeError('cluster: args must be JSON (a function or a symbol is not)');
  if (text.length > argsCap)
    throw new RangeError(`cluster: args must be at most ${argsCap} characters of JSON, got ${text.length}`);
  return text;
}

/** JSON of one call. */
export function encodeCall(call: EncodedCall, id: number, deadlineMs: number): string {
  const target = call.target === undefined ? '' : `,"target":${JSON.stringify(call.target)}`;
  return `{"id":${id},"name":${JSON.stringify(call.name)}${target},"args":${call.args},"deadlineMs":${Math.max(1, Math.ceil(deadlineMs))}}`;
}

/** Calls of a POST's body; `undefined` when it is not what we send. */
export function parseCalls(body: string): readonly RpcCall[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  return Array.isArray(parsed) && parsed.every(isCall) ? parsed : undefined;
}

/** Line of one answer, with its newline. */
export function encodeAnswer(answer: RpcAnswer): string {
  if (!answer.ok) return `${JSON.stringify(answer)}\n`;
  let value: string | undefined;
  try {
    value = JSON.stringify(answer.value);
  } catch {
    return encodeFailure(answer.id, 'error', 'the value is not JSON');
  }
  if (value === undefined) return `{"id":${answer.id},"ok":true}\n`;
  if (value.length > answerCap)
    return encodeFailure(answer.id, 'error', `the value is over ${answerCap} characters of JSON`);
  return `{"id":${answer.id},"ok":true,"value":${value}}\n`;
}

/** Answers of whole lines, without their last newline; what is not what we send is left out. */
export function parseAnswers(lines: string): readonly RpcAnswer[] {
  // One parse for all of them: no newline of ours stands inside of an answer.
  const all = parseJson(`[${lines.replaceAll('\n', ',')}]`);
  const values: readonly unknown[] = Array.isArray(all) ? all : lines.split('\n').map(parseJson);
  return values.filter(isAnswer);
}

/** Cuts a stream of bytes into lines; a rest without newline waits for more, up to a bound. */
export function createLineSplitter(cap: number = answerCap + 1024): {
  /** Whole lines without their last newline, or nothing; `undefined` when the rest is over the bound. */
  push(chunk: Buffer): string | undefined;
} {
  let rest: Buffer | undefined;
  return {
    push(chunk) {
      // Cutting bytes and not text: a newline byte is never part of a longer UTF-8 sequence.
      const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(10);
      rest = end === bytes.length - 1 ? undefined : bytes.subarray(end + 1);
      if (rest !== undefined && rest.length > cap * 4) return undefined;
      return end === -1 ? '' : bytes.toString('utf8', 0, end);
    },
  };
}

/** `undefined` for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encodeFailure(id: number, code: RpcFailureCode, message: string): string {
  return `${JSON.stringify({ id, ok: false, error: { code, message } })}\n`;
}

function isCall(value: unknown): value is RpcCall {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, target, deadlineMs } = value as Partial<Record<keyof RpcCall, unknown>>;
  return (
    Number.isSafeInteger(id) &&
    typeof name === 'string' &&
    typeof deadlineMs === 'number' &&
    deadlineMs > 0 &&
    (target === undefined || isTarget(target))
  );
}

function isTarget(value: unknown): value is RpcTarget {
  if (typeof value !== 'object' || value === null) return false;
  const { shardId, guildId } = value as Partial<Record<keyof RpcTarget, unknown>>;
  return (
    (shardId === undefined || Number.isSafeInteger(shardId)) &&
    (guildId === undefined || (typeof guildId === 'string' && /^\d{1,20}$/.test(guildId)))
  );
}

function isAnswer(value: unknown): value is RpcAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { id, ok, error } = value as { id?: unknown; ok?: unknown; error?: { code?: unknown; message?: unknown } };
  if (!Number.isSafeInteger(id)) return false;
  return ok === true || (ok === false && typeof error?.code === 'string' && typeof error.message === 'string');
}
