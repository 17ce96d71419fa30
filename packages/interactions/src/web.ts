/**
 * Web-standard shell over the receiver: a Request in, a Response out. Owns the checks that come before a body is believed,
 * and reads no more of it than allowed.
 */
import type { InteractionReceiver, ReceiverResponse } from '@tinfoil/types';

/** Second argument of {@link Interactions.fetch}: what Workers call the execution context. */
export interface FetchContext {
  /** Keeps the runtime alive until the work is done. */
  waitUntil?(work: Promise<unknown>): void;
}

/** Answers that say nothing about why. */
export const refusals: Readonly<Record<'unauthorized' | 'method' | 'tooLarge' | 'mediaType', ReceiverResponse>> = {
  unauthorized: plain(401, 'invalid request signature'),
  method: plain(405, 'method not allowed', { allow: 'POST' }),
  tooLarge: plain(413, 'body too large'),
  mediaType: plain(415, 'content-type must be application/json'),
};

/** Verifies and handles one request. Rejects only when the receiver has no public key. */
export async function handleRequest(
  receiver: InteractionReceiver,
  request: Request,
  context: FetchContext | undefined,
  maxBodyBytes: number,
  receivedAtMs: number,
): Promise<Response> {
  const { headers } = request;
  if (request.method !== 'POST') return toResponse(refusals.method);
  if (!isJson(headers.get('content-type'))) return toResponse(refusals.mediaType);
  const body = await readBody(request, maxBodyBytes);
  if (!body) return toResponse(refusals.tooLarge);
  if (!(await receiver.verify((name) => headers.get(name), body))) return toResponse(refusals.unauthorized);
  // Other runtimes pass other things as their second argument, which have no waitUntil.
  const waitUntil = (work: Promise<unknown>) => context?.waitUntil?.(work);
  const answer = await receiver.handleVerified(body, { waitUntil, receivedAtMs });
  // Nothing tells when a Response has left; the next turn is the earliest it can.
  if (answer.sent) setTimeout(answer.sent);
  return toResponse(answer);
}

/** True for `application/json`, with or without parameters. */
export function isJson(contentType: string | null | undefined): boolean {
  return /^\s*application\/json\s*(;|$)/i.test(contentType ?? '');
}

/** Plain-text answer. */
export function plain(status: number, text: string, headers?: Readonly<Record<string, string>>): ReceiverResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: text };
}

async function readBody({ headers, body }: Request, maxBodyBytes: number): Promise<Uint8Array | undefined> {
  if (Number(headers.get('content-length')) > maxBodyBytes) return undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined = body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      chunks.push(part.value);
      length += part.value.length;
      if (length > maxBodyBytes) {
        await reader?.cancel();
        return undefined;
      }
    }
  } catch {
    // The sender went away in the middle: what is there verifies as nothing.
  }
  return chunks.length === 1 ? chunks[0] : new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function toResponse({ status, headers, body }: ReceiverResponse): Response {
  // Bodies are made by the receiver, over buffers of their own.
  return new Response(body as string | Uint8Array<ArrayBuffer> | null, { status, headers: { ...headers } });
}
