/**
 * Answer around applications that `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/resources/application | Discord Docs/Application}
 */
import type { APIAttachment } from 'discord-api-types/v10';

/** Answer of `POST /applications/{application_id}/attachment`. */
export interface ApplicationAttachmentResult {
  attachment: APIAttachment;
}
