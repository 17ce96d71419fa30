/**
 * Webhook events: signed like interactions, answered by an empty 204.
 *
 * @see {@link https://docs.discord.com/developers/events/webhook-events | Discord Docs/Webhook Events}
 */
import { type SenderContext, signed } from './interact.ts';
import { post } from './interactions.ts';

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
