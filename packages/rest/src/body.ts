/**
 * Bodies: what a caller gives becomes bytes with a content type, when the call is made, so that later changes to the object
 * are not sent and mistakes surface at the call.
 */
import type { FileUpload } from '@tinfoil/types';
import { jsonType, stringify } from './json.ts';
import { type EncodedBody, encodeMultipart } from './multipart.ts';

/** Encodes a body with its files; `undefined` when there is none. @param nonce - Added to the object, enforced. @throws {@link TypeError} when it cannot be written. */
export function encodeBody(
  body: unknown,
  files: readonly FileUpload[] | undefined,
  form: boolean,
  nonce?: string | undefined,
): EncodedBody | undefined {
  if (files !== undefined && files.length > 0)
    return encodeMultipart(nonce === undefined ? body : { ...(body as object), nonce, enforce_nonce: true }, files);
  if (body === undefined) return undefined;
  if (body instanceof URLSearchParams || form) return encodeForm(body);
  const json = nonce === undefined ? stringify(body) : withNonce(stringify(body), nonce);
  return { contentType: jsonType, open: () => json, length: undefined, replayable: true };
}

/** Writes the nonce behind the other fields: cheaper than a copy of the object. The last of two equal keys counts. */
function withNonce(json: string, nonce: string): string {
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"nonce":"${nonce}","enforce_nonce":true}`;
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
