/**
 * Request bodies: JSON, urlencoded, multipart. Files are counted and hashed, not kept.
 *
 * @see {@link https://docs.discord.com/developers/reference#uploading-files | Discord Docs/Uploading Files}
 */
import { createHash } from 'node:crypto';
import type { LedgerFile } from './entries.ts';

/** A body, read. `invalid` says why it cannot be. */
export interface ParsedBody {
  readonly body: unknown;
  readonly files: readonly LedgerFile[];
  readonly invalid: string | null;
}

const empty: ParsedBody = { body: undefined, files: [], invalid: null };

/** Reads a body by its content type. */
export function parseBody(bytes: Buffer, contentType: string | undefined): ParsedBody {
  if (bytes.length === 0) return empty;
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return parseJson(bytes.toString());
  if (type === 'application/x-www-form-urlencoded')
    return { ...empty, body: Object.fromEntries(new URLSearchParams(bytes.toString())) };
  if (type === 'multipart/form-data') return parseMultipart(bytes, contentType ?? '');
  return {
    ...empty,
    body: bytes.toString(),
    invalid:
      'Expected "Content-Type" header to be one of application/json, application/x-www-form-urlencoded, multipart/form-data.',
  };
}

function parseJson(text: string): ParsedBody {
  try {
    return { ...empty, body: JSON.parse(text) };
  } catch {
    return { ...empty, body: text, invalid: 'The request body contains invalid JSON.' };
  }
}

/** `payload_json` is the body; without it, the plain form fields are. */
function parseMultipart(bytes: Buffer, contentType: string): ParsedBody {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (boundary === null) return { ...empty, invalid: 'The multipart body has no boundary.' };
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const fields: Record<string, unknown> = {};
  const files: LedgerFile[] = [];
  let start = bytes.indexOf(delimiter);
  if (start === -1) return { ...empty, invalid: 'The multipart body does not contain its boundary.' };
  for (;;) {
    start += delimiter.length;
    if (bytes.toString('latin1', start, start + 2) === '--') break;
    const end = bytes.indexOf(delimiter, start);
    if (end === -1) return { ...empty, files, invalid: 'The multipart body ends without its last boundary.' };
    // A part is `\r\n headers \r\n\r\n content \r\n`.
    readPart(bytes.subarray(start + 2, end - 2), fields, files);
    start = end;
  }
  const { payload_json: payload } = fields;
  if (typeof payload !== 'string') return { body: fields, files, invalid: null };
  return { ...parseJson(payload), files };
}

function readPart(part: Buffer, fields: Record<string, unknown>, files: LedgerFile[]): void {
  const headerEnd = part.indexOf('\r\n\r\n');
  const headers = part.toString('utf8', 0, headerEnd);
  const content = part.subarray(headerEnd + 4);
  const field = /[; ]name="([^"]*)"/i.exec(headers)?.[1] ?? '';
  const name = /filename="([^"]*)"/i.exec(headers)?.[1];
  if (name === undefined) {
    fields[field] = content.toString();
    return;
  }
  files.push({
    field,
    name,
    contentType: /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1] ?? null,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
}
