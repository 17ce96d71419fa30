/**
 * Signed HTTP to one peer: a keep-alive pool, a signature on every request, failures named in our words. The calls of `rpc`
 * stream over `dispatch`; everything else is a whole request and a whole answer.
 */
import type { Dispatcher, Pool } from 'undici';
import { sign, signatureHeaders } from './auth.ts';
import { PeerError, type RpcFailure } from './errors.ts';
import type { KeyRing } from './keys.ts';
import { createNonceSource } from './nonces.ts';
import type { TlsRing } from './tls.ts';

/** Who is called, and as whom. */
export interface PeerClientOptions {
  /** Base URL, looked up anew for each request: a name may come to be known later. */
  readonly url: () => string | undefined;
  /** Receiver named in the signature. */
  readonly to: string;
  readonly keys: KeyRing;
  readonly tls?: TlsRing | undefined;
  /** Milliseconds to open a connection. */
  readonly connectTimeoutMs: number;
}

/** One whole request. */
export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with its query. */
  readonly path: string;
  readonly body?: string | Uint8Array | undefined;
  readonly contentType?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Whole answer. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

type Handler = Dispatcher.DispatchHandler;

// Below the server's 65 s, so that it is always the client who drops an idle connection.
const keepAliveMs = 30_000;
const connections = 64;
const answerCap = 8 * 1_048_576;

/** Client of one peer. */
export class PeerClient {
  readonly #options: PeerClientOptions;
  #pool: Pool | undefined;
  #poolUrl: string | undefined;
  #poolTls: number | undefined;
  #undici: Promise<typeof import('undici')> | undefined;
  #Pool: typeof Pool | undefined;
  readonly #nonce = createNonceSource();
  #closed = false;

  constructor(options: PeerClientOptions) {
    this.#options = options;
  }

  /** Number of keys a request could be signed with. */
  get keyCount(): number {
    return this.#options.keys.keys.length;
  }

  /**
   * Sends a request and streams the answer to `handler`.
   *
   * @param keyIndex - Which key signs; 1 when the peer did not know the first.
   * @throws {@link PeerError} when nothing could be sent: no address, closed.
   */
  dispatch(
    request: Pick<PeerRequest, 'method' | 'path' | 'body' | 'contentType'>,
    handler: Handler,
    keyIndex = 0,
  ): void {
    const pool = this.#currentPool();
    pool.dispatch(
      {
        method: request.method,
        path: request.path,
        body: request.body ?? null,
        headers: this.#headers(request, keyIndex),
        // Every caller brings its own deadline.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  }

  /** Loads the HTTP client; {@link dispatch} needs it done once. */
  ready(): Promise<void> | undefined {
    if (this.#Pool !== undefined) return undefined;
    this.#undici ??= import('undici');
    return this.#undici.then((undici) => {
      this.#Pool = undici.Pool;
    });
  }

  /**
   * Sends a whole request. An answer of any status resolves.
   *
   * @throws {@link PeerError} when there was no answer.
   */
  async request(request: PeerRequest): Promise<PeerAnswer> {
    await this.ready();
    const answer = await this.#once(request, 0);
    // The peer has not read the rotated keys yet: it still knows the one before.
    return answer.status === 401 && this.keyCount > 1 ? this.#once(request, 1) : answer;
  }

  /** {@link request} with a JSON answer; any status but 2xx throws. */
  async json<Result>(request: Omit<PeerRequest, 'body'> & { readonly body?: unknown }): Promise<Result> {
    const { body, ...rest } = request;
    const answer = await this.request({ ...rest, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (answer.status < 200 || answer.status > 299) throw statusError(this.#options.to, request, answer.status);
    if (answer.body.length === 0) return undefined as Result; // 204: callers without a result type ask for none.
    return JSON.parse(answer.body.toString('utf8')) as Result; // Shape is ours: both ends are of one version line.
  }

  /** Breaks what is open and sends nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool?.destroy();
  }

  #once(request: PeerRequest, keyIndex: number): Promise<PeerAnswer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let status = 0;
      let headers: PeerAnswer['headers'] = {};
      let controller: Dispatcher.DispatchController | undefined;
      let done = false;
      const finish = () => {
        done = true;
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
      };
      const fail = (reason: RpcFailure, cause?: unknown) => {
        if (done) return;
        finish();
        const message = `${request.method} ${routeOf(request.path)} of ${this.#options.to}: ${describeFailure(reason)}`;
        reject(new PeerError(message, { reason, status: 0, cause }));
        controller?.abort(new Error(reason));
      };
      const onAbort = () => {
        if (done) return;
        finish();
        reject(request.signal?.reason);
        controller?.abort(new Error('aborted'));
      };
      const timer = setTimeout(() => fail('timeout'), request.timeoutMs);
      if (request.signal?.aborted) return onAbort();
      request.signal?.addEventListener('abort', onAbort, { once: true });
      const handler: Handler = {
        onRequestStart: (started) => {
          controller = started;
          if (done) started.abort(new Error('late'));
        },
        onResponseStart: (_, code, received) => {
          status = code;
          headers = received;
        },
        onResponseData: (_, chunk) => {
          size += chunk.length;
          if (size > answerCap) fail('protocol');
          else chunks.push(chunk);
        },
        onResponseEnd: () => {
          if (done) return;
          finish();
          resolve({ status, headers, body: Buffer.concat(chunks) });
        },
        onResponseError: (_, cause) => fail(failureOf(cause, controller !== undefined), cause),
      };
      try {
        this.dispatch(request, handler, keyIndex);
      } catch (cause) {
        fail(cause instanceof PeerError ? cause.reason : failureOf(cause, false), cause);
      }
    });
  }

  #currentPool(): Pool {
    const url = this.#options.url();
    if (url === undefined || this.#closed || this.#Pool === undefined)
      throw new PeerError(`no address of ${this.#options.to} is known`, {
        reason: this.#closed ? 'refused' : 'dns',
        status: 0,
      });
    const { tls } = this.#options;
    tls?.refresh();
    if (this.#pool !== undefined && this.#poolUrl === url && this.#poolTls === tls?.version) return this.#pool;
    void this.#pool?.close().catch(() => undefined);
    this.#pool = new this.#Pool(url, {
      connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      connect: { timeout: this.#options.connectTimeoutMs, ...tls?.material },
    });
    this.#poolTls = tls?.version;
    this.#poolUrl = url;
    return this.#pool;
  }

  #headers(request: Pick<PeerRequest, 'method' | 'path' | 'body' | 'contentType'>, keyIndex: number): string[] {
    const { method, path, body = '', contentType } = request;
    const headers = contentType === undefined ? [] : ['content-type', contentType];
    const { keys, to } = this.#options;
    keys.refresh();
    const key = keys.keys[keyIndex] ?? keys.keys[0];
    if (key === undefined) return headers;
    const signed = sign({ method, path, body, to }, key, this.#nonce(), Date.now());
    for (const name of signatureHeaders) headers.push(name, signed[name]);
    return headers;
  }
}

/** Our word for what undici or the system reported. @param sent - True when the request had begun to leave. */
export function failureOf(cause: unknown, sent: boolean): RpcFailure {
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'dns';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  return sent ? 'reset' : 'refused';
}

/** One phrase for people. */
export function describeFailure(reason: RpcFailure): string {
  switch (reason) {
    case 'timeout':
      return 'no answer in time';
    case 'refused':
      return 'connection refused';
    case 'dns':
      return 'its name does not resolve';
    case 'reset':
      return 'the connection broke before the answer';
    case 'unauthorized':
      return 'it accepts none of our keys';
    case 'skipped':
      return 'the total deadline passed before its turn';
    case 'aborted':
      return 'aborted by the caller';
    case 'overloaded':
      return 'too many answers are open';
    case 'draining':
      return 'it is draining';
    case 'protocol':
      return 'its answer was not understood';
    default:
      return reason;
  }
}

function statusError(to: string, request: { method: string; path: string }, status: number): PeerError {
  const reason: RpcFailure =
    status === 401 ? 'unauthorized' : status === 421 ? 'misdirected' : status === 503 ? 'draining' : 'error';
  return new PeerError(`${request.method} ${routeOf(request.path)} of ${to} answered ${status}`, { reason, status });
}

/** Path without its query: ids in a query are nobody's business in a message. */
function routeOf(path: string): string {
  return path.split('?')[0] ?? path;
}
