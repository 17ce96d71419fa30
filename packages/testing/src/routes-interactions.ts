/**
 * Routes of interactions: the callback, the original response, follow-ups. The token in the path is the credential.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding | Discord Docs/Receiving and Responding}
 */
import type { APIMessage } from '@tinfoil/types';
import { checkCallback } from './callback-check.ts';
import { DiscordError, invalidForm, unknown } from './discord-error.ts';
import { acceptCallback, followUp } from './interaction-state.ts';
import { messageBody } from './message-body.ts';
import { fieldsOf } from './resources.ts';
import type { RestAnswer, RestRequest, Router } from './router.ts';
import type { InteractionRecord, World } from './world.ts';

const tokenLifeMs = 900_000;
const rules = { needsToken: false, isGloballyLimited: false };

/** Adds `/interactions`. */
export function addInteractionRoutes(router: Router, world: World): void {
  router.add(
    'POST',
    '/interactions/{interaction_id}/{interaction_token}/callback',
    (request) => {
      const record = world.interactions.get(request.params.interaction_token ?? '');
      if (record === undefined || record.id !== request.params.interaction_id || record.state === 'failed')
        throw unknown('interaction', 10_062);
      if (record.state === 'answered')
        throw new DiscordError(400, 40_060, 'Interaction has already been acknowledged.');
      const { type, data } = fieldsOf(request.body);
      if (typeof type !== 'number') throw invalidForm('type', 'BASE_TYPE_REQUIRED', 'This field is required');
      checkCallback(record.type, { type, data }, request.files);
      acceptCallback(world, record, { type, data }, 'callback', request.files);
      if (request.query.with_response !== 'true') return {};
      const interaction = {
        id: record.id,
        type: record.type,
        response_message_id: record.original?.id,
        response_message_ephemeral: false,
      };
      return {
        body: { interaction, resource: { type, ...(record.original === null ? {} : { message: record.original }) } },
      };
    },
    rules,
  );
}

/** Answers a webhook route whose token is an interaction's; `undefined` when it is none. */
export function answerInteractionWebhook(world: World, request: RestRequest): RestAnswer | undefined {
  const record = world.interactions.get(request.params.webhook_token ?? '');
  if (record === undefined || request.params.webhook_id !== world.applicationId) return undefined;
  if (performance.now() - record.createdAtMs > tokenLifeMs)
    throw new DiscordError(401, 50_027, 'Invalid Webhook Token');
  // Discord knows the webhook of an interaction only once it processed the first response.
  if (record.state !== 'answered') throw unknown('Webhook', 10_015);
  const { method, params } = request;
  if (params.message_id === undefined) {
    const body = messageBody(world, request);
    return { body: followUp(world, record, body) };
  }
  const message = messageOf(record, params.message_id, method);
  if (method === 'GET') return { body: message };
  if (method === 'DELETE') {
    if (record.original === message) record.original = null;
    record.messages.splice(record.messages.indexOf(message), 1);
    world.channels.get(record.channelId)?.messages.delete(message.id);
    return {};
  }
  const fields = fieldsOf(request.body);
  Object.assign(message, fields, { edited_timestamp: record.deferred ? null : new Date().toISOString() });
  settleDeferred(record, message);
  return { body: message };
}

function messageOf(record: InteractionRecord, id: string, method: string): APIMessage {
  const message = id === '@original' ? record.original : record.messages.find((other) => other.id === id);
  if (message === null || message === undefined)
    throw unknown(method === 'GET' || id !== '@original' ? 'Message' : 'Webhook', id === '@original' ? 10_015 : 10_008);
  return message;
}

function settleDeferred(record: InteractionRecord, message: APIMessage): void {
  if (record.original === message) record.deferred = false;
  for (const changed of record.changed) changed();
}
