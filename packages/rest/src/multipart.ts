/**
 * Multipart bodies: `payload_json` with `files[n]`, or plain form fields where a file names its field (stickers).
 *
 * Files in memory become one buffer. Blobs, files on disk and streams are read while they are sent, chunk by chunk, as fast
 * as the connection takes them; the first two can be read again for a retry, streams cannot.
 *
 * @see {@link https://docs.discord.com/developers/reference#uploading-files | Discord Docs/Uploading Files}
 */
import type { FileData, FileUpload } from '@tinfoil/types';
import { stringify } from './json.ts';

/** Body ready to be sent. */
export interface EncodedBody {
  readonly contentType: string;
  /** Bytes of one attempt; in chunks for what is not in memory. */
  readonly open: () => string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Bytes in all, where they are not in memory and still known. */
  readonly length: number | undefined;
  /** False when it can be read once only. */
  readonly replayable: boolean;
  /** Lets go of streams that will not be read to their end. */
  readonly discard?: (() => void) | undefined;
}

type Part = string | Uint8Array | Blob | AsyncIterable<Uint8Array>;

const encoder = new TextEncoder();

/** Encodes a body and its files. @throws {@link TypeError} for a file without name or data. */
export function encodeMultipart(body: unknown, files: readonly FileUpload[]): EncodedBody {
  files.forEach(assertFile);
  const boundary = `tinfoil-${crypto.randomUUID()}`;
  const parts: Part[] = [];
  const add = (headers: string, content: Part) => parts.push(`--${boundary}\r\n${headers}\r\n\r\n`, content, '\r\n');
  const plain = files.some((file) => file.field !== undefined);
  if (plain) for (const [name, value] of fieldsOf(body)) add(disposition(name), value);
  else add(`${disposition('payload_json')}\r\ncontent-type: application/json`, stringify(withAttachments(body, files)));
  files.forEach((file, index) => {
    const type = file.contentType ?? (file.data instanceof Blob && file.data.type !== '' ? file.data.type : undefined);
    const named = disposition(file.field ?? `files[${index}]`, file.name);
    add(`${named}\r\ncontent-type: ${headerText(type ?? 'application/octet-stream')}`, toPart(file.data));
  });
  parts.push(`--${boundary}--\r\n`);
  return toBody(`multipart/form-data; boundary=${boundary}`, parts);
}

/** Adds an attachment entry for each file that the body does not describe, in the place Discord looks for them. */
export function withAttachments(body: unknown, files: readonly FileUpload[]): unknown {
  const payload = { ...(body as object | undefined) } as Record<string, unknown>;
  // Interaction callbacks carry the message in `data`, forum threads in `message`.
  const inner =
    'type' in payload && isObject(payload.data) ? 'data' : isObject(payload.message) ? 'message' : undefined;
  const holder = inner === undefined ? payload : { ...(payload[inner] as Record<string, unknown>) };
  const given = Array.isArray(holder.attachments) ? (holder.attachments as readonly unknown[]) : [];
  const described = new Set(given.map((entry) => (isObject(entry) ? String(entry.id) : '')));
  const added = files.flatMap((file, index) =>
    described.has(String(index))
      ? []
      : [
          {
            id: index,
            filename: file.name,
            ...(file.description === undefined ? {} : { description: file.description }),
          },
        ],
  );
  holder.attachments = [...given, ...added];
  if (inner !== undefined) payload[inner] = holder;
  return payload;
}

function toBody(contentType: string, parts: readonly Part[]): EncodedBody {
  const chunks = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  if (chunks.every((chunk) => chunk instanceof Uint8Array)) {
    const bytes = concat(chunks);
    return { contentType, open: () => bytes, length: undefined, replayable: true };
  }
  const sizes = chunks.map((chunk) =>
    chunk instanceof Uint8Array ? chunk.byteLength : chunk instanceof Blob ? chunk.size : Number.NaN,
  );
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const replayable = chunks.every((chunk) => chunk instanceof Uint8Array || chunk instanceof Blob || isReopened(chunk));
  return {
    contentType,
    open: () => read(chunks),
    length: Number.isNaN(length) ? undefined : length,
    replayable,
    discard: () => chunks.forEach(discard),
  };
}

async function* read(chunks: readonly Exclude<Part, string>[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Uint8Array) yield chunk;
    else if (chunk instanceof Blob) yield* readBlob(chunk);
    else for await (const piece of chunk) yield typeof piece === 'string' ? encoder.encode(piece) : piece;
  }
}

async function* readBlob(blob: Blob): AsyncGenerator<Uint8Array> {
  const sliceBytes = 256 * 1024;
  for (let at = 0; at < blob.size; at += sliceBytes)
    yield new Uint8Array(await blob.slice(at, at + sliceBytes).arrayBuffer());
}

/** File on disk: opened anew for each attempt. */
class DiskFile implements AsyncIterable<Uint8Array> {
  readonly #url: URL;

  constructor(url: URL) {
    this.#url = url;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { createReadStream } = await import('node:fs');
    yield* createReadStream(this.#url) as AsyncIterable<Uint8Array>;
  }
}

function toPart(data: FileData): Part {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof URL) return new DiskFile(data);
  return data;
}

function isReopened(chunk: AsyncIterable<Uint8Array>): boolean {
  return chunk instanceof DiskFile;
}

function discard(chunk: unknown): void {
  if (isObject(chunk) && typeof chunk.destroy === 'function') chunk.destroy();
}

function assertFile(file: FileUpload, index: number): void {
  const at = `rest: files[${index}]`;
  if (!isObject(file)) throw new TypeError(`${at} must be { data, name }, got ${typeof file}`);
  if (typeof file.name !== 'string' || file.name === '') throw new TypeError(`${at}.name must be a file name`);
  const { data } = file as { readonly data: unknown };
  const fits =
    typeof data === 'string' ||
    data instanceof Uint8Array ||
    data instanceof ArrayBuffer ||
    data instanceof Blob ||
    (data instanceof URL && data.protocol === 'file:') ||
    (isObject(data) && Symbol.asyncIterator in data);
  if (!fits) throw new TypeError(`${at}.data must be bytes, text, a Blob, a file: URL or a stream, got ${typeof data}`);
}

function* fieldsOf(body: unknown): Generator<[string, string]> {
  for (const [name, value] of Object.entries((body ?? {}) as object))
    if (value !== undefined && value !== null)
      yield [name, typeof value === 'object' ? stringify(value) : String(value)];
}

function disposition(name: string, filename?: string): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  return `content-disposition: form-data; name="${quoted(name)}"${file}`;
}

/** Escapes as browsers do: a quote or line break in a name must not begin another header. */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function headerText(text: string): string {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new TypeError('rest: contentType of a file must be printable ASCII text');
  return text;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
