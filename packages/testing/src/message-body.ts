/**
 * Body of a message about to be made: Discord's checks, and attachments made of the files that came along.
 *
 * @see {@link https://docs.discord.com/developers/resources/message#create-message | Discord Docs/Create Message}
 */
import { DiscordError, invalidForm } from './discord-error.ts';
import type { LedgerFile } from './entries.ts';
import { type Fields, fieldsOf, isFields } from './resources.ts';
import type { RestRequest } from './router.ts';
import type { World } from './world.ts';

/** Body of a message about to be made, checked, with its attachments. */
export function messageBody(world: World, request: RestRequest): Fields {
  const body = fieldsOf(request.body);
  checkMessage(body, request.files);
  return request.files.length === 0 ? body : { ...body, attachments: attachmentsOf(world, request, body) };
}

/** Refuses a message that Discord would refuse. @throws {@link DiscordError} 50006, 50035 */
export function checkMessage(body: Fields, files: readonly LedgerFile[]): void {
  const { content, nonce } = body;
  if (content !== undefined && content !== null && typeof content !== 'string')
    throw invalidForm('content', 'STRING_TYPE_CONVERT', `Could not interpret "${String(content)}" as string.`);
  if (typeof content === 'string' && [...content].length > 2000)
    throw invalidForm('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.');
  if (nonce !== undefined && nonce !== null && String(nonce).length > 25)
    throw invalidForm('nonce', 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.');
  const isFilled =
    Boolean(content) ||
    files.length > 0 ||
    body.poll !== undefined ||
    body.message_reference !== undefined ||
    ['embeds', 'components', 'sticker_ids', 'attachments'].some(
      (key) => Array.isArray(body[key]) && body[key].length > 0,
    );
  if (!isFilled) throw new DiscordError(400, 50_006, 'Cannot send an empty message');
}

/** Attachments made of the files of a request; `attachments[n].id` names `files[n]`. */
function attachmentsOf(world: World, request: RestRequest, body: Fields): unknown[] {
  const told = Array.isArray(body.attachments) ? body.attachments.filter(isFields) : [];
  return request.files.map((file, position) => {
    const number = /^files\[(\d+)\]$/.exec(file.field)?.[1] ?? String(position);
    const entry = told.find(({ id }) => String(id) === number);
    const id = world.ids.next();
    const url = `https://cdn.discordapp.com/attachments/0/${id}/${encodeURIComponent(file.name)}`;
    return {
      id,
      filename: file.name,
      size: file.bytes,
      url,
      proxy_url: url,
      content_type: file.contentType ?? undefined,
      description: entry?.description,
    };
  });
}
