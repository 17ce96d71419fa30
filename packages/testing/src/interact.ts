/**
 * One interaction from its sending to what the user sees, over HTTP or the gateway; and webhook events.
 */
import type { APIMessage, APIUser, Snowflake } from '@tinfoil/types';
import { parseBody } from './body.ts';
import { acceptCallback } from './interaction-state.ts';
import { post, type SigningKeys, signatureHeaders } from './interactions.ts';
import type { Ledger } from './ledger.ts';
import type { InteractionRecord, World } from './world.ts';

/** What interaction to send. */
export interface InteractionOptions {
  /** 1 ping, 2 command, 3 component, 4 autocomplete, 5 modal. @defaultValue 2 */
  readonly type?: 1 | 2 | 3 | 4 | 5 | undefined;
  /** `data` of the interaction; `name` alone is enough for a command. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly guildId?: Snowflake | undefined;
  readonly channelId?: Snowflake | undefined;
  readonly user?: APIUser | undefined;
  readonly message?: APIMessage | undefined;
  readonly locale?: string | undefined;
  /** Signs with a wrong signature, as Discord's probes do. */
  readonly badSignature?: boolean | undefined;
  /** Timestamp header. @defaultValue now, in seconds */
  readonly timestamp?: string | undefined;
  readonly deadlineMs?: number | undefined;
  /** Fields that replace or join those of the payload. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

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

/** A webhook event. */
export interface WebhookEventOptions {
  /** 0 is the PING, 1 an event. @defaultValue 1 */
  readonly type?: 0 | 1 | undefined;
  readonly event?:
    | { readonly type: string; readonly data?: unknown; readonly timestamp?: string | undefined }
    | undefined;
  readonly badSignature?: boolean | undefined;
  readonly deadlineMs?: number | undefined;
}

/** Answer to a webhook event; `accepted` is true for 204 without a body. */
export interface WebhookEventResult {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly accepted: boolean;
}

/** What sending needs. */
export interface SenderContext {
  readonly world: World;
  readonly ledger: Ledger;
  readonly keys: SigningKeys;
  readonly deadlineMs: number;
}

type Failure = NonNullable<InteractionResult['failure']>;

/** Callback types that answer each interaction type. */
const allowedCallbacks: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [4, 5, 9, 10, 12],
  3: [4, 5, 6, 7, 9, 10, 12],
  4: [8],
  5: [4, 5, 6, 7, 10, 12],
};

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
  payload: { readonly type: number },
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
  if (!(allowedCallbacks[payload.type] ?? []).includes(callback.type))
    return fail('invalid', `callback type ${callback.type} does not answer interaction type ${payload.type}`);
  if (record.state === 'answered') return fail('invalid', 'answered inline and by callback');
  const data = 'data' in callback ? callback.data : undefined;
  acceptCallback(context.world, record, { type: callback.type, data }, 'inline', parsed.files);
  return { ...result, failure: null };
}

/** Sends a webhook event. */
export async function postWebhookEvent(
  context: SenderContext,
  url: string,
  options: WebhookEventOptions,
): Promise<WebhookEventResult> {
  const { world, ledger } = context;
  const type = options.type ?? 1;
  // Discord's timestamps here carry no zone.
  const timestamp = new Date().toISOString().slice(0, -1);
  const event = { type: 'APPLICATION_AUTHORIZED', timestamp, data: { user: world.user, scopes: [] }, ...options.event };
  const body = JSON.stringify({
    version: 1,
    application_id: world.applicationId,
    type,
    ...(type === 1 ? { event } : {}),
  });
  const startedAtMs = performance.now();
  const answer = await post(
    url,
    body,
    signed(context, body, options.badSignature === true),
    options.deadlineMs ?? context.deadlineMs,
  );
  const status = 'failure' in answer ? null : answer.status;
  ledger.write('webhookEvent', {
    eventType: type === 1 ? event.type : null,
    status,
    latencyMs: performance.now() - startedAtMs,
  });
  if ('failure' in answer) return { status, headers: {}, body: Buffer.alloc(0), accepted: false };
  return { ...answer, accepted: answer.status === 204 && answer.body.length === 0 };
}

function signed(
  context: SenderContext,
  body: string,
  isBad: boolean,
  timestamp: string = String(Math.floor(Date.now() / 1000)),
): Record<string, string> {
  const headers = signatureHeaders(context.keys, body, timestamp);
  return isBad ? { ...headers, 'x-signature-ed25519': '0'.repeat(128) } : headers;
}

type Payload = Readonly<Record<string, unknown>> & {
  readonly id: Snowflake;
  readonly token: string;
  readonly type: number;
};

function createPayload(world: World, options: InteractionOptions): Payload {
  const type = options.type ?? 2;
  const id = world.ids.next();
  const guild = options.guildId === undefined ? undefined : world.guilds.get(options.guildId);
  const user =
    options.user ??
    guild?.members.find((member) => member.user.bot !== true)?.user ??
    [...world.users.values()].find((other) => other.bot !== true) ??
    world.user;
  const channelId = options.channelId ?? guild?.channels[0]?.id ?? options.message?.channel_id ?? id;
  const channel = world.channels.get(channelId);
  const base = { id, application_id: world.applicationId, type, token: world.ids.interactionToken(id), version: 1 };
  if (type === 1) return { ...base, user, entitlements: [], ...options.extra };
  const who =
    options.guildId === undefined
      ? { user, context: 1 }
      : {
          guild_id: options.guildId,
          guild: { id: options.guildId, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          context: 0,
          member: {
            ...(world.memberOf(options.guildId, user.id) ?? { user, roles: [], flags: 0 }),
            permissions: '2248473465835073',
          },
        };
  return {
    ...base,
    ...who,
    channel_id: channelId,
    channel: { id: channelId, type: channel?.data.type ?? 0 },
    data: type === 2 || type === 4 ? { id: commandId(world, options), type: 1, ...options.data } : options.data,
    ...(options.message === undefined ? {} : { message: options.message }),
    locale: options.locale ?? 'en-US',
    app_permissions: '2248473465835073',
    entitlements: [],
    authorizing_integration_owners: options.guildId === undefined ? { 1: user.id } : { 0: options.guildId },
    attachment_size_limit: 10_485_760,
    ...options.extra,
  };
}

function commandId(world: World, options: InteractionOptions): Snowflake {
  for (const scope of [options.guildId ?? '', 'global'])
    for (const command of world.commands.get(scope)?.values() ?? [])
      if (command.name === options.data?.name) return command.id;
  return world.ids.next();
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
