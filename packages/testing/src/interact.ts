/**
 * One interaction from its sending to what the user sees, over HTTP or the gateway.
 */
import type { APIMessage, Snowflake } from '@tinfoil/types';
import { parseBody } from './body.ts';
import { checkCallback } from './callback-check.ts';
import { createPayload, type InteractionOptions } from './interaction-payload.ts';
import { acceptCallback } from './interaction-state.ts';
import { post, type SigningKeys, signatureHeaders } from './interactions.ts';
import type { Ledger } from './ledger.ts';
import type { InteractionRecord, World } from './world.ts';

/** What came of it. */
export interface InteractionResult {
  /** Payload as sent. */
  readonly interaction: Readonly<Record<string, unknown>> & { readonly id: Snowflake; readonly token: string };
  /** Status of the answer; `null` when none came, or through the gateway. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** First response that Discord accepted, inline or by callback. */
  readonly callback: { readonly type: number; readonly data?: unknown } | null;
  readonly failure: { readonly reason: 'timeout' | 'refused' | 'status' | 'invalid'; readonly detail: string } | null;
  /** The messages the user sees: the response, then the follow-ups, as they are now. */
  messages(): readonly APIMessage[];
  /** The original response as it is now. */
  original(): APIMessage | null;
  /** Waits until a visible message satisfies `where`. */
  waitForMessage(
    where?: (message: APIMessage) => boolean,
    options?: { readonly timeoutMs?: number | undefined },
  ): Promise<APIMessage>;
}

/** What sending needs. */
export interface SenderContext {
  readonly world: World;
  readonly ledger: Ledger;
  readonly keys: SigningKeys;
  readonly deadlineMs: number;
}

type Failure = NonNullable<InteractionResult['failure']>;

/** Sends an interaction. */
export async function interact(
  context: SenderContext,
  url: string | null,
  options: InteractionOptions,
): Promise<InteractionResult> {
  const { world, ledger } = context;
  const payload = createPayload(world, options);
  const type = options.type ?? 2;
  const record: InteractionRecord = {
    id: payload.id,
    type,
    token: payload.token,
    channelId: String(payload.channel_id ?? ''),
    guildId: typeof payload.guild_id === 'string' ? payload.guild_id : null,
    createdAtMs: performance.now(),
    state: 'pending',
    deferred: false,
    callback: null,
    messages: [],
    original: null,
    changed: new Set(),
  };
  world.addInteraction(record);
  const name = options.data?.name ?? options.data?.custom_id;
  ledger.write('interaction', {
    interactionId: record.id,
    interactionType: type,
    name: typeof name === 'string' ? name : null,
    guildId: record.guildId,
    via: url === null ? 'gateway' : 'http',
  });
  const deadlineMs = options.deadlineMs ?? context.deadlineMs;
  const answer =
    url === null
      ? await overGateway(world, record, payload, deadlineMs)
      : await overHttp(context, url, record, payload, options, deadlineMs);
  const { failure } = answer;
  if (failure !== null) {
    if (record.state === 'pending') record.state = 'failed';
    ledger.write('interactionFailed', {
      interactionId: record.id,
      reason: failure.reason,
      status: answer.status,
      detail: failure.detail,
      latencyMs: performance.now() - record.createdAtMs,
    });
  }
  return {
    interaction: payload,
    ...answer,
    callback: record.callback,
    messages: () => [...record.messages],
    original: () => record.original,
    waitForMessage: (where = () => true, { timeoutMs = 5000 } = {}) => waitForMessage(record, where, timeoutMs),
  };
}

type Answer = Pick<InteractionResult, 'status' | 'headers' | 'body' | 'failure'>;

async function overGateway(
  world: World,
  record: InteractionRecord,
  payload: unknown,
  deadlineMs: number,
): Promise<Answer> {
  world.emit('INTERACTION_CREATE', payload, { guildId: record.guildId ?? undefined });
  const answered = await until(record, () => record.state === 'answered', deadlineMs);
  const failure: Failure | null = answered
    ? null
    : { reason: 'timeout', detail: `no callback within ${deadlineMs} ms` };
  return { status: null, headers: {}, body: null, failure };
}

async function overHttp(
  context: SenderContext,
  url: string,
  record: InteractionRecord,
  payload: unknown,
  options: InteractionOptions,
  deadlineMs: number,
): Promise<Answer> {
  const body = JSON.stringify(payload);
  const headers = signed(context, body, options.badSignature === true, options.timestamp);
  const answer = await post(url, body, headers, deadlineMs);
  if ('failure' in answer) {
    const failure = record.state === 'answered' ? null : { reason: answer.failure, detail: answer.detail };
    return { status: null, headers: {}, body: null, failure };
  }
  const parsed = parseBody(answer.body, answer.headers['content-type']);
  const result = { status: answer.status, headers: answer.headers, body: parsed.body ?? null };
  const fail = (reason: Failure['reason'], detail: string): Answer => ({ ...result, failure: { reason, detail } });
  if (answer.status === 202) {
    const leftMs = deadlineMs - (performance.now() - record.createdAtMs);
    const answered = await until(record, () => record.state === 'answered', Math.max(0, leftMs));
    return answered ? { ...result, failure: null } : fail('timeout', `202, then no callback within ${deadlineMs} ms`);
  }
  if (answer.status !== 200) return fail('status', `answered ${answer.status}`);
  if (parsed.invalid !== null) return fail('invalid', parsed.invalid);
  const callback = parsed.body;
  if (typeof callback !== 'object' || callback === null || !('type' in callback) || typeof callback.type !== 'number')
    return fail('invalid', 'the answer is no interaction response');
  if (record.state === 'answered') return fail('invalid', 'answered inline and by callback');
  const response = { type: callback.type, data: 'data' in callback ? callback.data : undefined };
  try {
    checkCallback(record.type, response, parsed.files);
  } catch (error) {
    return fail('invalid', error instanceof Error ? error.message : String(error));
  }
  acceptCallback(context.world, record, response, 'inline', parsed.files);
  return { ...result, failure: null };
}

/** Signature headers as Discord sends them, or a wrong signature. */
export function signed(
  context: SenderContext,
  body: string,
  isBad: boolean,
  timestamp: string = String(Math.floor(Date.now() / 1000)),
): Record<string, string> {
  const headers = signatureHeaders(context.keys, body, timestamp);
  return isBad ? { ...headers, 'x-signature-ed25519': '0'.repeat(128) } : headers;
}

async function waitForMessage(
  record: InteractionRecord,
  where: (message: APIMessage) => boolean,
  timeoutMs: number,
): Promise<APIMessage> {
  const find = () => record.messages.find(where);
  await until(record, () => find() !== undefined, timeoutMs);
  const message = find();
  if (message === undefined)
    throw new Error(`interaction: no such message within ${timeoutMs} ms; it has ${record.messages.length}`);
  return message;
}

/** True as soon as `done()` is after a change of the record; false at the deadline. */
function until(record: InteractionRecord, done: () => boolean, timeoutMs: number): Promise<boolean> {
  if (done()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (result: boolean) => {
      clearTimeout(timer);
      record.changed.delete(check);
      resolve(result);
    };
    const check = () => {
      if (done()) end(true);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    record.changed.add(check);
  });
}
