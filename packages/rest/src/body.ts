/**
 * Bodies: what a caller gives becomes bytes with a content type, when the call is made, so that later changes to the object
 * are not sent and mistakes surface at the call.
 */
import type { FileUpload } from '@tinfoil/types';
import { jsonType, stringify } from './json.ts';
import { type EncodedBody, encodeMultipart } from './multipart.ts';

/** Encodes a body with its files; `undefined` when there is none. @throws {@link TypeError} when it cannot be written. */
export function encodeBody(
  body: unknown,
  files: readonly FileUpload[] | undefined,
  form: boolean,
): EncodedBody | undefined {
  if (files !== undefined && files.length > 0) return encodeMultipart(body, files);
  if (body === undefined) return undefined;
  if (body instanceof URLSearchParams || form) return encodeForm(body);
  const json = stringify(body);
  return { contentType: jsonType, open: () => json, length: undefined, replayable: true };
}

function encodeForm(body: unknown): EncodedBody {
  const form = body instanceof URLSearchParams ? body : new URLSearchParams();
  if (form !== body) {
    for (const [key, value] of Object.entries(body as object))
      if (value !== undefined && value !== null)
        form.append(key, Array.isArray(value) ? value.join(' ') : String(value));
  }
  const text = form.toString();
  return { contentType: 'application/x-www-form-urlencoded', open: () => text, length: undefined, replayable: true };
}
