/**
 * Headers of requests: credentials, `User-Agent`, content type, audit-log reason, and a caller's own. The combinations that
 * nearly all requests have are made once.
 */
import type { RequestAuth } from '@tinfoil/types';
import { jsonType } from './json.ts';

/** What a request adds to the headers that every one has. */
export interface OwnHeaders {
  readonly reason?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Headers of one client. Names in lower case and values, in turn. */
export class RequestHeaders {
  readonly #bare: Readonly<Record<'bot' | 'none', readonly string[]>>;
  readonly #json: Readonly<Record<'bot' | 'none', readonly string[]>>;

  constructor(token: string | undefined, userAgent: string) {
    const none = ['user-agent', userAgent];
    const bot = token === undefined ? none : ['authorization', `Bot ${token}`, ...none];
    this.#bare = { bot, none };
    this.#json = { bot: [...bot, 'content-type', jsonType], none: [...none, 'content-type', jsonType] };
  }

  /** @throws {@link TypeError} or {@link RangeError} for what cannot be a header. */
  of(auth: RequestAuth, contentType: string | undefined, own: OwnHeaders | undefined): readonly string[] {
    if (typeof auth === 'string' ? auth !== 'bot' && auth !== 'none' : typeof auth !== 'object' || auth === null)
      throw new TypeError("rest: auth must be 'bot', 'none', { bearer } or { basic }");
    const { reason, headers: extra } = own ?? {};
    if (typeof auth === 'string' && reason === undefined && extra === undefined) {
      if (contentType === undefined) return this.#bare[auth];
      if (contentType === jsonType) return this.#json[auth];
    }
    const headers = [...this.#bare[typeof auth === 'string' ? auth : 'none']];
    if (typeof auth !== 'string') headers.push('authorization', toAuthorization(auth));
    if (contentType !== undefined) headers.push('content-type', contentType);
    if (reason !== undefined) headers.push('x-audit-log-reason', encodeReason(reason));
    for (const [name, value] of Object.entries(extra ?? {})) headers.push(headerName(name), headerValue(name, value));
    return headers;
  }
}

/** Whose limits a request counts in: empty for the bot. Secret, like what it is made of. */
export function identityOf(auth: RequestAuth): string {
  if (typeof auth === 'string') return '';
  return 'bearer' in auth ? `bearer ${auth.bearer}` : `basic ${auth.basic.id}`;
}

function toAuthorization(auth: Exclude<RequestAuth, string>): string {
  if ('bearer' in auth) return `Bearer ${secret(auth.bearer)}`;
  return `Basic ${btoa(`${secret(auth.basic.id)}:${secret(auth.basic.secret)}`)}`;
}

function secret(text: unknown): string {
  if (typeof text === 'string' && /^[\x21-\x7e]+$/.test(text)) return text;
  // What came may be half of a secret: it is not repeated.
  throw new TypeError('rest: auth must hold printable characters without spaces');
}

/** @see {@link https://docs.discord.com/developers/resources/audit-log | Discord Docs/Audit Logs Resource} */
function encodeReason(reason: unknown): string {
  if (typeof reason !== 'string') throw new TypeError(`rest: reason must be a string, got ${typeof reason}`);
  if (reason.length < 1 || reason.length > 512)
    throw new RangeError(`rest: reason must have 1 to 512 characters, got ${reason.length}`);
  return encodeWellFormed(reason);
}

function encodeWellFormed(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new TypeError('rest: reason is not well-formed text', { cause });
  }
}

function headerName(name: string): string {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name.toLowerCase();
  throw new TypeError(
    `rest: headers must have names of letters, digits and -, got ${JSON.stringify(name.slice(0, 40))}`,
  );
}

function headerValue(name: string, value: unknown): string {
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new TypeError(`rest: header ${name.toLowerCase()} must be one line of text`);
}
