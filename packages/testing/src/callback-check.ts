/**
 * Checks of an interaction response, the same whether it came inline or through the callback route.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object | Discord Docs/Interaction Response}
 */
import { DiscordError, invalidForm } from './discord-error.ts';
import type { LedgerFile } from './entries.ts';
import { checkMessage } from './message-body.ts';
import { isFields } from './resources.ts';

/** Callback types that answer each interaction type. */
const allowedCallbacks: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [4, 5, 9, 10, 12],
  3: [4, 5, 6, 7, 9, 10, 12],
  4: [8],
  5: [4, 5, 6, 7, 10, 12],
};

/** Refuses a response that Discord would refuse. @throws {@link DiscordError} */
export function checkCallback(
  interactionType: number,
  callback: { readonly type: number; readonly data?: unknown },
  files: readonly LedgerFile[],
): void {
  const { type } = callback;
  if (!(allowedCallbacks[interactionType] ?? []).includes(type))
    throw new DiscordError(400, 50_035, `callback type ${type} does not answer interaction type ${interactionType}`);
  const data = isFields(callback.data) ? callback.data : {};
  if (type === 4) checkMessage(data, files);
  if (type === 8 && (!Array.isArray(data.choices) || data.choices.length > 25))
    throw invalidForm('data.choices', 'BASE_TYPE_BAD_LENGTH', 'Must be between 0 and 25 in length.');
  if (type !== 9) return;
  if (!isText(data.custom_id, 100))
    throw invalidForm('data.custom_id', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (!isText(data.title, 45))
    throw invalidForm('data.title', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 45 in length.');
  if (!Array.isArray(data.components) || data.components.length < 1 || data.components.length > 5)
    throw invalidForm('data.components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
}

function isText(value: unknown, most: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= most;
}
