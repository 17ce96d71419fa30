/**
 * Messages with files as `multipart/form-data`: `payload_json` beside `files[n]`, with an `attachments` entry for each file.
 * Files are read into memory first, so that a slow source cannot hold up a response that has begun, and a retry is possible.
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

const encoder = new TextEncoder();

/** Reads every file into memory. */
export async function readFiles(files: readonly FileUpload[]): Promise<readonly ReadFile[]> {
  return Promise.all(files.map(async (file) => ({ ...file, data: await readData(file.data) })));
}

/** Encodes JSON alone, or JSON and files. */
export function encodeBody(json: unknown, files: readonly ReadFile[] = []): EncodedBody {
  if (files.length === 0) return { contentType: 'application/json', body: JSON.stringify(json) };
  const boundary = `tinfoil-${globalThis.crypto.randomUUID()}`;
  const parts: Uint8Array[] = [];
  const head = (disposition: string, type: string) =>
    parts.push(
      encoder.encode(
        `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n`,
      ),
    );
  head('name="payload_json"', 'application/json');
  parts.push(encoder.encode(`${JSON.stringify(withAttachments(json, files))}\r\n`));
  for (const [index, file] of files.entries()) {
    head(`name="files[${index}]"; filename="${quote(file.name)}"`, mediaType(file.contentType));
    parts.push(file.data, encoder.encode('\r\n'));
  }
  parts.push(encoder.encode(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: concat(parts) };
}

/** Adds the `attachments` entries that files need and the caller did not write. */
function withAttachments(json: unknown, files: readonly FileUpload[]): unknown {
  const whole = (json ?? {}) as { readonly data?: object; readonly attachments?: readonly { readonly id: unknown }[] };
  // A callback has its message under `data`; a webhook's body is the message.
  if (whole.data !== undefined) return { ...whole, data: withAttachments(whole.data, files) };
  const written = whole.attachments ?? [];
  const ids = new Set(written.map(({ id }) => String(id)));
  const added = files
    .map(({ name, description }, id) => ({ id, filename: name, ...(description === undefined ? {} : { description }) }))
    .filter(({ id }) => !ids.has(String(id)));
  return { ...whole, attachments: [...written, ...added] };
}

async function readData(data: FileData): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof data === 'string') return encoder.encode(data);
  if (data instanceof Uint8Array) return new Uint8Array(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  if (data instanceof URL) return new Uint8Array(await readFileUrl(data));
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return concat(chunks);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

// As browsers do it (WHATWG HTML, multipart/form-data encoding): a name cannot end its header.
function quote(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function mediaType(type: string | undefined): string {
  return type !== undefined && /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*$/.test(type)
    ? type
    : 'application/octet-stream';
}
