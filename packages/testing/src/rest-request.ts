/**
 * What an HTTP request asks for: path without the API's prefix, query with repeated keys as lists, headers without tokens.
 */
import type { IncomingMessage } from 'node:http';
import type { HttpMethod } from '@tinfoil/types';

/** Method, path and query of a request. */
export function readTarget(message: IncomingMessage): {
  readonly method: HttpMethod;
  readonly path: string;
  readonly query: Record<string, string | readonly string[]>;
} {
  const [path, search] = splitOnce(message.url ?? '/', '?');
  return {
    // No route has another method, so one that is none of these is only ever written to the ledger.
    method: (message.method ?? 'GET') as HttpMethod,
    path: path.replace(/^\/api(?:\/v\d+)?(?=\/)/, ''),
    query: search === '' ? {} : parseQuery(search),
  };
}

/** Template of a path that no route knows: ids become `{id}`. */
export function templateOf(path: string): string {
  return path.replace(/\/\d{5,}(?=\/|$)/g, '/{id}');
}

/** Headers by lower-case name; `authorization` tells the scheme and whether the token was right. */
export function flatHeaders(message: IncomingMessage, identity: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  const { authorization } = headers;
  if (authorization !== undefined)
    headers.authorization = `${splitOnce(authorization, ' ')[0]} <${identity.startsWith('bot') ? 'token' : identity}>`;
  return headers;
}

function parseQuery(search: string): Record<string, string | readonly string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const old = query[key];
    query[key] = old === undefined ? value : Array.isArray(old) ? [...old, value] : [old, value];
  }
  return query;
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
