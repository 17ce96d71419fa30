/**
 * Seam to whatever speaks HTTP: one request in, callbacks out. Callbacks rather than promises and streams, because those
 * are what the time of a small request goes to.
 */
import type { HeaderReader, HttpMethod } from '@tinfoil/types';

/** Request as it goes on the wire. */
export interface TransportRequest {
  readonly method: HttpMethod;
  /** Scheme, host and port, such as `https://discord.com`. */
  readonly origin: string;
  /** Path with query, below the origin. */
  readonly path: string;
  /** Names in lower case and values, in turn. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | null;
  /** Length of a body that is read in chunks, when it is known. */
  readonly bodyLength: number | undefined;
}

/** Hears how a request goes. Exactly one of `onResponse` and `onError` is called, once, unless the request is aborted before. */
export interface TransportHandler {
  /** The request is being written: from here on it may reach the server. A transport that cannot tell calls it at once. */
  onSent(): void;
  /** The whole answer is here. */
  onResponse(status: number, header: HeaderReader, body: Uint8Array): void;
  /** @param sent - False when it is certain that nothing left this machine. */
  onError(cause: unknown, sent: boolean): void;
}

/** Sends requests over connections that it keeps. */
export interface Transport {
  /** Sends a request, throws never. @returns a function that aborts it; no callback comes after it was called. */
  send(request: TransportRequest, handler: TransportHandler): () => void;
  /** Closes every connection. Idempotent; resolves when none is open. */
  close(): Promise<void>;
}
