/**
 * Messages with files as `multipart/form-data`: `payload_json` beside `files[n]`, with an `attachments` entry for each file.
 * Files are read into memory first, so that a slow source cannot hold up a response that has begun, and a retry is possible.
 * The platform's own FormData does the encoding.
 *
 * @see {@link https://docs.discord.com/developers/reference#uploading-files | Discord Docs/Uploading Files}
 */

import type { FileData, FileUpload } from '@tinfoil/types';
import { readFileUrl } from '#platform';

/** File whose contents are in memory. */
export interface ReadFile extends FileUpload {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Body to send, with its content type. */
export interface EncodedBody {
  readonly contentType: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Reads every file into memory. */
export async function readFiles(files: readonly FileUpload[]): Promise<readonly ReadFile[]> {
  return Promise.all(files.map(async (file) => ({ ...file, data: await readData(file.data) })));
}

/** Encodes JSON without files. */
export function encodeJson(json: unknown): EncodedBody {
  return { contentType: 'application/json', body: JSON.stringify(json) };
}

/** Encodes JSON and files. */
export async function encodeFiles(json: unknown, files: readonly ReadFile[]): Promise<EncodedBody> {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(withAttachments(json as Message, files)));
  for (const [index, { data, name, contentType }] of files.entries())
    form.set(`files[${index}]`, new Blob([data], { type: contentType ?? 'application/octet-stream' }), name);
  const response = new Response(form);
  // A response made of a form states its boundary.
  return { contentType: response.headers.get('content-type') as string, body: await bytesOf(response) };
}

interface Message {
  readonly data?: Message;
  readonly attachments?: readonly unknown[];
}

/** Describes the files, unless the caller did. */
function withAttachments(message: Message | undefined, files: readonly FileUpload[]): Message {
  // A callback has its message under `data`; a webhook's body is the message.
  if (message?.data !== undefined) return { ...message, data: withAttachments(message.data, files) };
  return { attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })), ...message };
}

async function readData(data: FileData): Promise<Uint8Array<ArrayBuffer>> {
  if (data instanceof URL) return new Uint8Array(await readFileUrl(data));
  const parts: unknown[] = [];
  if (Symbol.asyncIterator in Object(data))
    for await (const chunk of data as AsyncIterable<Uint8Array>) parts.push(chunk);
  else parts.push(data);
  // Text, bytes and Blobs are what is left.
  return bytesOf(new Blob(parts as Blob[]));
}

async function bytesOf(source: Blob | Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await source.arrayBuffer());
}
