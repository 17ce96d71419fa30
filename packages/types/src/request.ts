/**
 * One REST request as a value, and the function that performs it: the seam through which packages that do not know the REST
 * client call Discord.
 */

/** HTTP methods of Discord's API. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Values of a query parameter; arrays repeat the key, or are joined with commas where Discord wants that. */
export type QueryValue = string | number | bigint | boolean | null | undefined | readonly (string | number | bigint)[];

/**
 * Contents of a file: bytes, text, a Blob, a `file:` URL to read from disk, or chunks that can be read once (such a request
 * is never retried).
 */
export type FileData = Uint8Array | ArrayBuffer | Blob | string | URL | AsyncIterable<Uint8Array>;

/** File of an upload. */
export interface FileUpload {
  readonly data: FileData;
  readonly name: string;
  readonly contentType?: string | undefined;
  /** Alternative text of the attachment. */
  readonly description?: string | undefined;
  /** Form field; without it the file is `files[n]` beside `payload_json`, with it a plain form field (stickers). */
  readonly field?: string | undefined;
}

/** Options that every request takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Time limit of the whole request in milliseconds, waits for rate limits not counted. */
  readonly timeoutMs?: number | undefined;
  /** Credentials: the bot token (default), none, or others such as `{ bearer }` and `{ basic }`. */
  readonly auth?: RequestAuth | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Overrides `rejectOnRateLimit` of the client for this request. */
  readonly rejectOnRateLimit?: boolean | undefined;
}

/** {@link CallOptions} and the audit-log reason, which a part of the operations take. */
export interface RequestOptions extends CallOptions {
  /** Audit-log reason, 1 to 512 characters; encoded for you. */
  readonly reason?: string | undefined;
}

/** Credentials of one request. */
export type RequestAuth =
  | 'bot'
  | 'none'
  | { readonly bearer: string }
  | { readonly basic: { readonly id: string; readonly secret: string } };

/** Whole request, for any path. */
export interface RequestSpec extends RequestOptions {
  readonly method: HttpMethod;
  /** Path below the versioned base URL, such as `/users/@me`; its parameters are already encoded. */
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly files?: readonly FileUpload[] | undefined;
}

/** Performs a request and resolves to the parsed answer: JSON, bytes for binary types, `undefined` for 204. */
export type DiscordRequest = <Result = unknown>(spec: RequestSpec) => Promise<Result>;
