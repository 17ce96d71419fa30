/**
 * Transport over web `fetch`, for Bun, Deno and Workers. On Node it costs eight times the CPU of the other one.
 */
import type { Transport, TransportHandler, TransportRequest } from './transport.ts';

/** Failures that `fetch` reports before anything left: by the codes that Node, Bun and Deno give them. */
const neverSent: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
  'FailedToOpenSocket',
]);

/** Creates the transport on `fetch`. @param fetcher - The function to use. @defaultValue the global `fetch` */
export function createFetchTransport(fetcher: typeof fetch = (...args) => globalThis.fetch(...args)): Transport {
  const open = new Set<AbortController>();
  return {
    send(request, handler) {
      const controller = new AbortController();
      open.add(controller);
      exchange(fetcher, request, controller.signal, handler).finally(() => open.delete(controller));
      return () => controller.abort();
    },
    async close() {
      for (const controller of open) controller.abort(new Error('the transport is closed'));
      open.clear();
    },
  };
}

async function exchange(
  fetcher: typeof fetch,
  request: TransportRequest,
  signal: AbortSignal,
  handler: TransportHandler,
): Promise<void> {
  let status: number;
  let headers: Headers;
  let bytes: Uint8Array;
  try {
    handler.onSent();
    const response = await fetcher(`${request.origin}${request.path}`, toInit(request, signal));
    ({ status, headers } = response);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    if (!signal.aborted) handler.onError(withoutUrl(cause), !isNeverSent(cause));
    return;
  }
  if (!signal.aborted) handler.onResponse(status, (name) => headers.get(name), bytes);
}

function toInit({ method, headers, body }: TransportRequest, signal: AbortSignal): RequestInit {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) fields.push([headers[at]!, headers[at + 1]!]);
  const init: RequestInit = { method, headers: fields, signal, redirect: 'manual' };
  if (body === null) return init;
  if (typeof body === 'string') return { ...init, body };
  // A Uint8Array over an ArrayBuffer is a body; its type allows shared memory too, which is not used here.
  if (body instanceof Uint8Array) return { ...init, body: body as Uint8Array<ArrayBuffer> };
  // Streams need `duplex`, which the type of RequestInit may not know.
  return { ...init, body: toStream(body), duplex: 'half' } as RequestInit;
}

function toStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function isNeverSent(cause: unknown): boolean {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && neverSent.has(error.code)) return true;
  }
  return false;
}

/** Some runtimes write the URL, and with it webhook tokens, into the error. Its name and code say enough. */
function withoutUrl(cause: unknown): Error {
  let code: string | undefined;
  for (let error = cause; error instanceof Error; error = error.cause)
    if ('code' in error && typeof error.code === 'string') code ??= error.code;
  const error = new Error(`fetch failed${code === undefined ? '' : ` (${code})`}`);
  return code === undefined ? error : Object.assign(error, { code });
}
