/**
 * `node:http` shell over the receiver, of equal rank with `fetch`: going through Request and Response would cost a third of
 * the throughput. Fits Express, Fastify and whatever else hands over Node's request and response.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReceiverResponse } from '@tinfoil/types';
import { InteractionsError } from './errors.ts';
import type { Interactions } from './interactions.ts';
import { isJson, plain, refusals } from './web.ts';

/** Request as frameworks leave it: `rawBody`, or a `body` that is still bytes, is taken when the stream was read. */
export interface NodeRequest extends IncomingMessage {
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/** Handles one request. It never throws, and never calls a next handler. */
export type NodeHandler = (request: NodeRequest, response: ServerResponse) => void;

/**
 * Makes the handler for `http.createServer`, or for a route of Express.
 *
 * @example
 * ```ts
 * createServer(toNodeHandler(interactions)).listen(3000);
 * ```
 * @throws {@link TypeError} when the interactions have no public key.
 */
export function toNodeHandler(interactions: Interactions): NodeHandler {
  const { maxBodyBytes } = interactions;
  // Throws here and now when there is no key.
  void interactions.verify(() => undefined, new Uint8Array());
  return (request, response) => {
    const receivedAtMs = interactions.clock.nowMs();
    const answer = (result: ReceiverResponse) => write(request, response, result);
    if (request.method !== 'POST') answer(refusals.method);
    else if (!isJson(request.headers['content-type'])) answer(refusals.mediaType);
    else
      readBody(request, maxBodyBytes, (body) => {
        if (body instanceof Uint8Array) void handle(interactions, request, body, receivedAtMs).then(answer);
        else if (body === 'tooLarge') answer(refusals.tooLarge);
        else {
          interactions.reportError(bodyConsumed(), 'node handler');
          answer(plain(500, 'the raw body is not available'));
        }
      });
  };
}

async function handle(
  interactions: Interactions,
  request: NodeRequest,
  body: Uint8Array,
  receivedAtMs: number,
): Promise<ReceiverResponse> {
  try {
    const { headers } = request;
    const isValid = await interactions.verify((name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    }, body);
    if (!isValid) return refusals.unauthorized;
    return await interactions.handleVerified(body, { receivedAtMs });
  } catch (cause) {
    interactions.reportError(cause, 'node handler');
    return plain(500, 'internal error');
  }
}

function readBody(
  request: NodeRequest,
  maxBodyBytes: number,
  done: (body: Uint8Array | 'tooLarge' | 'consumed') => void,
): void {
  const kept = typeof request.rawBody === 'string' ? new TextEncoder().encode(request.rawBody) : request.rawBody;
  const bytes = kept ?? request.body;
  if (bytes instanceof Uint8Array) done(bytes.length > maxBodyBytes ? 'tooLarge' : bytes);
  else if (request.readableEnded || request.readableDidRead) done('consumed');
  else if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) done('tooLarge');
  else collect(request, maxBodyBytes, done);
}

function collect(request: NodeRequest, maxBodyBytes: number, done: (body: Uint8Array | 'tooLarge') => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request
    .on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
      else {
        request.removeAllListeners('data').removeAllListeners('end').pause();
        done('tooLarge');
      }
    })
    .on('end', () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    // The sender went away: there is nobody to answer, and 'end' does not come.
    .on('error', () => undefined);
}

function write(
  request: NodeRequest,
  response: ServerResponse,
  { status, headers, body, sent }: ReceiverResponse,
): void {
  if (response.headersSent || response.destroyed) {
    sent?.();
    return;
  }
  const length = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const isHead = request.method === 'HEAD';
  // With its body unread a connection is of no more use; 204 has no length.
  const isUnread = !request.readableEnded && status !== 200;
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { 'content-length': length }),
    ...(isUnread ? { connection: 'close' } : {}),
  });
  // Comes after 'finish', and without it when the other side went away.
  if (sent !== undefined) response.once('close', sent);
  response.on('error', () => undefined);
  response.end(isHead || body === null ? undefined : body);
}

function bodyConsumed(): InteractionsError {
  const advice = 'mount the handler ahead of body parsers, or keep the bytes in rawBody';
  return new InteractionsError('BODY_CONSUMED', `cannot verify the request: the raw body was read before; ${advice}`);
}
