/**
 * Routes of webhooks. With a token in the path they need no other; an interaction's token makes them its follow-ups.
 */
import type { APIUser } from '@tinfoil/types';
import { DiscordError, unknown } from './discord-error.ts';
import { createUserObject } from './factory.ts';
import { messageBody } from './message-body.ts';
import { channelOf, fieldsOf } from './resources.ts';
import type { RestAnswer, RestRequest, Router } from './router.ts';
import { answerInteractionWebhook } from './routes-interactions.ts';
import type { WebhookRecord, World } from './world.ts';

const isInteractionToken = /^aW50ZXJhY3Rpb24/;

/** Follow-ups are outside the global limit; other webhooks are not. */
const rules = {
  needsToken: false,
  isGloballyLimited: ({ params }: RestRequest): boolean => !isInteractionToken.test(params.webhook_token ?? ''),
};

/** Adds the routes under `/webhooks`, and those that list and make webhooks. */
export function addWebhookRoutes(router: Router, world: World): void {
  const withToken = '/webhooks/{webhook_id}/{webhook_token}';
  router.add(
    'POST',
    withToken,
    (request) => answerInteractionWebhook(world, request) ?? execute(world, request),
    rules,
  );
  router.add('GET', withToken, (request) => ({ body: objectOf(world, webhookOf(world, request)) }), rules);
  router.add('DELETE', withToken, (request) => remove(world, webhookOf(world, request)), rules);
  const message = `${withToken}/messages/{message_id}`;
  for (const method of ['GET', 'PATCH', 'DELETE'] as const)
    router.add(
      method,
      message,
      (request) => answerInteractionWebhook(world, request) ?? webhookMessage(world, request),
      rules,
    );
  router.add('GET', '/webhooks/{webhook_id}', (request) => ({ body: objectOf(world, webhookById(world, request)) }));
  router.add('DELETE', '/webhooks/{webhook_id}', (request) => remove(world, webhookById(world, request)));
  router.add('POST', '/channels/{channel_id}/webhooks', ({ params, body }) => {
    const channel = channelOf(world, params.channel_id);
    return { body: objectOf(world, createWebhook(world, channel.id, String(fieldsOf(body).name ?? 'Webhook'))) };
  });
  router.add('GET', '/channels/{channel_id}/webhooks', ({ params }) => ({
    body: [...world.webhooks.values()]
      .filter(({ channelId }) => channelId === params.channel_id)
      .map((webhook) => objectOf(world, webhook)),
  }));
}

/** Makes a webhook of a channel. */
export function createWebhook(world: World, channelId: string, name: string): WebhookRecord {
  const id = world.ids.next();
  const webhook: WebhookRecord = { id, token: world.ids.hex(68), channelId, name };
  world.webhooks.set(id, webhook);
  return webhook;
}

function execute(world: World, request: RestRequest): RestAnswer {
  const webhook = webhookOf(world, request);
  const channel = channelOf(world, webhook.channelId);
  const body = messageBody(world, request);
  const message = world.addMessage({ channel, author: authorOf(webhook), by: 'webhook', body, webhookId: webhook.id });
  return request.query.wait === 'true' ? { body: message } : {};
}

function webhookMessage(world: World, request: RestRequest): RestAnswer {
  const webhook = webhookOf(world, request);
  const channel = channelOf(world, webhook.channelId);
  const message = channel.messages.get(request.params.message_id ?? '');
  if (message === undefined || message.webhook_id !== webhook.id) throw unknown('Message', 10_008);
  if (request.method === 'GET') return { body: message };
  if (request.method === 'PATCH') return { body: Object.assign(message, fieldsOf(request.body)) };
  channel.messages.delete(message.id);
  return {};
}

function remove(world: World, webhook: WebhookRecord): RestAnswer {
  world.webhooks.delete(webhook.id);
  return {};
}

function webhookById(world: World, { params }: RestRequest): WebhookRecord {
  const webhook = world.webhooks.get(params.webhook_id ?? '');
  if (webhook === undefined) throw unknown('Webhook', 10_015);
  return webhook;
}

function webhookOf(world: World, request: RestRequest): WebhookRecord {
  const webhook = webhookById(world, request);
  if (webhook.token !== request.params.webhook_token) throw new DiscordError(401, 50_027, 'Invalid Webhook Token');
  return webhook;
}

function authorOf(webhook: WebhookRecord): APIUser {
  return createUserObject({ id: webhook.id, username: webhook.name, discriminator: '0000', bot: true });
}

function objectOf(world: World, webhook: WebhookRecord): unknown {
  const { id, token, channelId, name } = webhook;
  const guildId = world.channels.get(channelId)?.guildId ?? null;
  return { id, type: 1, token, channel_id: channelId, guild_id: guildId, name, avatar: null, application_id: null };
}
