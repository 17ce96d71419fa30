/**
 * What becomes of an interaction: its first response, the original message, follow-ups. The same for a response that came inline,
 * through the callback route, or after a defer.
 */
import type { APIMessage } from '@tinfoil/types';
import type { LedgerFile } from './entries.ts';
import { createMessageObject } from './factory.ts';
import type { InteractionRecord, World } from './world.ts';

type Body = Readonly<Record<string, unknown>>;

/** Takes the first response. */
export function acceptCallback(
  world: World,
  record: InteractionRecord,
  callback: { readonly type: number; readonly data?: unknown },
  via: 'inline' | 'callback',
  files: readonly LedgerFile[] = [],
): void {
  record.state = 'answered';
  record.callback = { type: callback.type, data: callback.data };
  record.deferred = callback.type === 5;
  // Types 4 and 5 make a message; a deferred one is empty and loading (flag 128).
  if (callback.type === 4 || callback.type === 5) {
    const body = isBody(callback.data) ? callback.data : {};
    const flags = Number(body.flags ?? 0) | (callback.type === 5 ? 128 : 0);
    const attachments = files.map((file, id) => ({ id: String(id), filename: file.name, size: file.bytes }));
    record.original = messageFor(world, record, { ...body, flags, ...(files.length > 0 ? { attachments } : {}) });
    record.messages.push(record.original);
  }
  world.onAnswered(record, via);
  for (const changed of record.changed) changed();
}

/** Adds a follow-up. After a defer it fills the original response. */
export function followUp(world: World, record: InteractionRecord, body: Body): APIMessage {
  if (record.deferred && record.original !== null) {
    record.deferred = false;
    // An ephemeral defer stays ephemeral; the loading flag goes.
    Object.assign(record.original, body, { flags: Number(record.original.flags ?? 0) & ~128 });
    for (const changed of record.changed) changed();
    return record.original;
  }
  const message = messageFor(world, record, body);
  record.messages.push(message);
  for (const changed of record.changed) changed();
  return message;
}

function messageFor(world: World, record: InteractionRecord, body: Body): APIMessage {
  const message = createMessageObject({
    id: world.ids.next(),
    channelId: record.channelId,
    author: world.user,
    timestamp: new Date().toISOString(),
    body,
    webhookId: world.applicationId,
  });
  const isEphemeral = (Number(body.flags ?? 0) & 64) !== 0;
  const channel = world.channels.get(record.channelId);
  if (channel !== undefined && !isEphemeral) {
    channel.messages.set(message.id, message);
    world.emit('MESSAGE_CREATE', world.withGuild(channel, message), { guildId: channel.guildId ?? undefined });
  }
  return message;
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}
